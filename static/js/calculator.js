// A sheet's page: fields are marked invalid as answers say so, and a result can be copied. Everything else is HTML.
function markFields() {
  for (const input of document.querySelectorAll("#inputs input[name]")) {
    const isBad = document.querySelector(`#message-${CSS.escape(input.name)} .error`) !== null;
    if (isBad) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

document.addEventListener("htmx:afterSettle", markFields);

document.querySelector("#compare")?.addEventListener("input", (event) => {
  const row = event.target.closest(".compare-row");
  const [first, second] = row.querySelectorAll("input");
  row.classList.toggle("differs", first.value.trim() !== second.value.trim());
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = button.querySelector("span");
  try {
    const answer = await fetch(button.dataset.copy);
    await navigator.clipboard.writeText(await answer.text());
    words.textContent = "Copied";
  } catch {
    words.textContent = "Copying is not allowed: open the Markdown instead";
  }
});
