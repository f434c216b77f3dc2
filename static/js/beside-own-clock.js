// Beside a time in the zone of a class: the same on the reader's clock, where that shows another one.
const own = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
for (const each of document.querySelectorAll("time[data-beside-own-clock]")) {
  const at = new Date(each.dateTime);
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(each.dateTime);
  const offset = Number(`${sign}1`) * (60 * Number(hours) + Number(minutes));
  if (offset !== -at.getTimezoneOffset()) each.append(` (${own.format(at)} on your clock)`);
}
