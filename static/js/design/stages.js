// Shows the stages of a simulation one after another, slowly enough to follow; all of them stand in the table anyway.
const STEP_MS = 900;
let timer = 0;

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-stages]");
  if (!control) return;
  const table = document.querySelector("[data-stage-table]");
  if (!table) return;
  if (control.dataset.stages === "next" || timer) stop();
  else play(table);
  if (control.dataset.stages === "next") step(table);
});

function play(table) {
  show(table, -1);
  timer = setInterval(() => { if (!step(table)) stop(); }, STEP_MS);
  step(table);
}

function stop() {
  clearInterval(timer);
  timer = 0;
}

// Lights up the row after the one that is lit; false after the last.
function step(table) {
  const rows = [...table.tBodies[0].rows];
  const next = rows.findIndex((row) => row.hasAttribute("aria-current")) + 1;
  show(table, next < rows.length ? next : 0);
  return next < rows.length - 1;
}

function show(table, number) {
  [...table.tBodies[0].rows].forEach((row, place) => {
    row.toggleAttribute("aria-current", place === number);
    row.classList.toggle("is-later", number >= 0 && place > number);
  });
}
