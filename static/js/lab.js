// A lab runs to its end step by step, slow enough to follow; asked again it stops. Without motion the link jumps there.
const PACE_MS = 400;
let isRunning = false;
let focused = "";

const runLink = () => document.querySelector("#lab [data-run]");
const stepLink = () => document.querySelector("a#do-step");

function sayWhatRunDoes() {
  const link = runLink();
  if (link) link.textContent = isRunning ? "Pause" : "Run to the end";
}

function stop() {
  isRunning = false;
  sayWhatRunDoes();
}

function takeStep() {
  if (!isRunning) return;
  if (stepLink()) stepLink().click();
  else stop();
}

document.addEventListener("click", (event) => {
  if (!event.isTrusted) return;
  const isRun = event.target.closest("[data-run]") !== null;
  if (!isRun || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    if (event.target.closest("#lab")) stop();
    return;
  }
  // Before htmx sees the click, which would jump to the end.
  event.preventDefault();
  event.stopImmediatePropagation();
  isRunning = !isRunning;
  sayWhatRunDoes();
  takeStep();
}, true);

document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.closest("#lab")?.id ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  // At the end the button that was pressed is gone.
  if (focused) (document.getElementById(focused) ?? document.getElementById("do-restart"))?.focus({ preventScroll: true });
  if (!isRunning) return;
  sayWhatRunDoes();
  setTimeout(takeStep, PACE_MS);
});
