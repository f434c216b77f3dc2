// Chooses the browser's time zone where the server could only guess. What somebody has chosen stays.

for (const choice of document.querySelectorAll("select[data-own-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...choice.options].some((each) => each.value === zone)) choice.value = zone;
}
