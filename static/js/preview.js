// Shows a topic's summary beside a link to it: on hover (and the pointer may move onto it), on focus, and by a first touch, of which
// the second follows the link. Escape, or a touch elsewhere, puts it away. Without this file links are just links.
const WAIT_MS = 250;
const GRACE_MS = 300;
const summaries = new Map();
const card = document.createElement("div");
card.className = "preview";
card.id = "topic-preview";
card.setAttribute("role", "tooltip");
card.hidden = true;
document.querySelector("main").append(card);

let shownFor = null;
let timer;

async function summaryOf(link) {
  const address = new URL(link.href).pathname + "preview/";
  if (!summaries.has(address)) {
    summaries.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : null)));
  }
  return summaries.get(address);
}

async function show(link) {
  shownFor = link;
  const topic = await summaryOf(link);
  if (!topic || shownFor !== link) return;
  const title = document.createElement("strong");
  title.textContent = topic.title;
  const text = document.createElement("p");
  text.textContent = topic.summary;
  const more = document.createElement("p");
  more.className = "touch-only";
  more.textContent = "Touch the link again to read it.";
  card.replaceChildren(title, text, more);
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);
  place(link);
}

function place(link) {
  const box = link.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - card.offsetWidth - 8));
  const fitsBelow = box.bottom + card.offsetHeight + 8 < innerHeight;
  const top = fitsBelow ? box.bottom + 6 : box.top - card.offsetHeight - 6;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${top + scrollY}px`;
}

let leaving;
let pointer = ""; // where it is
let dismissedAt = null; // where it was at Escape: a link under the card is then nothing that the pointer went to

function hide() {
  clearTimeout(timer);
  clearTimeout(leaving);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  card.hidden = true;
}

function topicLink(event) {
  return event.target.closest?.("a.topic-link") ?? null;
}

const placeOf = ({ clientX, clientY }) => `${clientX} ${clientY}`;

function onOver(event) {
  if (event.pointerType === "touch" || placeOf(event) === dismissedAt) return;
  dismissedAt = null;
  const link = topicLink(event);
  if (link === shownFor || card.contains(event.target)) clearTimeout(leaving);
  if (!link || link === shownFor) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(link), WAIT_MS);
}

function onFocus(event) {
  const link = topicLink(event);
  if (link?.matches(":focus-visible")) show(link);
}

/** The first touch of a link in the text shows what it leads to; a touch of the same link again follows it. */
function onTouch(event) {
  const link = topicLink(event);
  if (event.pointerType !== "touch" || card.contains(event.target)) return;
  if (!link?.closest("#text") || (link === shownFor && !card.hidden)) {
    if (!link) hide();
    return;
  }
  event.preventDefault();
  show(link);
}

document.addEventListener("pointerover", onOver);
document.addEventListener("pointermove", (event) => { pointer = placeOf(event); });
document.addEventListener("pointerout", (event) => {
  if (event.pointerType === "touch" || !(topicLink(event) || card.contains(event.target))) return;
  clearTimeout(timer);
  clearTimeout(leaving);
  leaving = setTimeout(hide, GRACE_MS);
});
document.addEventListener("click", onTouch, true);
document.addEventListener("focusin", onFocus);
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  dismissedAt = pointer;
  hide();
});
