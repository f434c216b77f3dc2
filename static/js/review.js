// The review page by keyboard: the answer with Space, grades and choices by number, the rest by letter. Also times each
// answer, tells the time zone, and moves the focus to where reading goes on. Without this file all of it works by forms.
const said = document.getElementById("review-said");
let shownAt = performance.now();

const review = () => document.getElementById("review");
const find = (selector) => review().querySelector(selector);

function isTyping(target) {
  return target.closest("input:not([type=hidden]), textarea, select, [contenteditable]") !== null;
}

function timed() {
  const ms = find("[data-ms]");
  if (!ms) return;
  ms.value = Math.round(performance.now() - shownAt);
  find("[data-zone]").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

function reveal() {
  const answer = find("#answer");
  if (!answer || !answer.hidden) return false;
  answer.hidden = false;
  find("#reveal").hidden = true;
  find("#card-back").focus({ preventScroll: true });
  answer.scrollIntoView({ block: "nearest" });
  return true;
}

function press(selector) {
  const button = find(selector);
  button?.click();
  return button !== null;
}

function accept() {
  const back = find("#answer");
  return back && !back.hidden ? press("[data-suggested]") : reveal();
}

function onNumber(number) {
  const back = find("#answer");
  if (back && !back.hidden) return press(`[data-grade="${number}"]`);
  return press(`[data-choice="${number}"]`);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const onControl = event.target.closest("a, button, summary") !== null;
  let isDone = false;
  if (event.key === " " || event.key === "Enter") isDone = !onControl && accept();
  else if (/^[1-8]$/.test(event.key)) isDone = onNumber(Number(event.key));
  else if (/^[a-z]$/i.test(event.key)) isDone = press(`[data-key="${event.key.toLowerCase()}"]`);
  if (isDone) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-reveal]")) return;
  if (reveal()) event.preventDefault();
});

// Before htmx gathers the form's fields, and before a plain post.
document.addEventListener("click", (event) => event.target.closest("[data-grade]") && timed(), { capture: true });

function arrive() {
  const isBack = find("#answer") && !find("#answer").hidden;
  const given = find("#given");
  if (!isBack) shownAt = performance.now();
  const words = [review().dataset.said, isBack ? find(".verdict")?.textContent : review().dataset.left];
  said.textContent = words.filter(Boolean).join(" ");
  const target = isBack ? find("#card-back") : (given ?? find("#card-name"));
  target?.focus({ preventScroll: true });
  review().scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSettle", (event) => event.target.id === "review" && arrive());

function failed() {
  said.textContent = "";
  const note = find(".review-failed") ?? document.createElement("p");
  note.className = "review-failed note-box bad";
  note.setAttribute("role", "alert");
  note.textContent = "Not saved: the site did not answer. Your answer is still here; press the grade again.";
  review().prepend(note);
}
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:responseError", failed);

if (find("#given")) find("#given").focus();
else if (find("#answer") && !find("#answer").hidden) find("#card-back").focus({ preventScroll: true });
