// Marking at speed: a running total, keys for lines and levels, and a press on a box that chooses it for a comment.
const form = document.querySelector("[data-marking]");
const total = document.querySelector("[data-total]");
const lines = [...document.querySelectorAll("[data-line]")];

function addUp() {
  const chosen = lines.map((line) => line.querySelector("[data-points]:checked"));
  if (chosen.some((level) => level === null)) {
    total.textContent = "…";
    return;
  }
  const weight = lines.reduce((sum, line) => sum + Math.max(...pointsIn(line)), 0);
  const reached = chosen.reduce((sum, level) => sum + Number(level.dataset.points), 0);
  const share = Math.max(0, Math.round((100 * reached) / weight) - Number(total.dataset.hintCosts));
  total.textContent = Math.floor((share * Number(total.dataset.outOf) + 5) / 10) / 10;
}

function pointsIn(line) {
  return [...line.querySelectorAll("[data-points]")].map((level) => Number(level.dataset.points));
}

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

function step(by) {
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const line = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
  (line.querySelector("input:checked") ?? line.querySelector("input")).focus();
  line.scrollIntoView({ block: "nearest" });
}

function choose(number) {
  const line = lines.find((each) => each.contains(document.activeElement)) ?? lines[0];
  const level = line.querySelectorAll("input[type=radio]")[number];
  if (!level) return;
  level.checked = true;
  level.focus();
  addUp();
}

document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "n") document.querySelector("[data-next]")?.click();
  else if (/^[1-6]$/.test(event.key)) choose(Number(event.key) - 1);
  else return;
  event.preventDefault();
});

if (form) {
  form.addEventListener("change", addUp);
  addUp();
}

document.querySelector("[data-drawing]")?.addEventListener("click", (event) => {
  const shape = event.target.closest("[data-element]");
  const about = document.querySelector("[data-comment-form] select");
  if (!shape || !about) return;
  const option = [...about.options].find((each) => each.value === shape.dataset.element);
  if (!option) return;
  about.value = option.value;
  for (const each of document.querySelectorAll("[data-element].is-chosen")) each.classList.remove("is-chosen");
  shape.classList.add("is-chosen");
  document.querySelector("[data-comment-form] textarea").focus();
});
