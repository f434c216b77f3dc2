// Shows a topic's summary beside a link to it, on hover and on focus; Escape puts it away. Without this file links are just links.
const WAIT_MS = 250;
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
  card.replaceChildren(title, text);
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

function hide() {
  clearTimeout(timer);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  card.hidden = true;
}

function topicLink(event) {
  return event.target.closest?.("a.topic-link") ?? null;
}

function onOver(event) {
  const link = topicLink(event);
  if (!link || link === shownFor) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(link), WAIT_MS);
}

function onFocus(event) {
  const link = topicLink(event);
  if (link?.matches(":focus-visible")) show(link);
}

/** Answers the event for which this file was fetched: the first hover or focus counts too, if it still lasts. */
export function begin(event) {
  const link = topicLink(event);
  if (event.type === "focusin") onFocus(event);
  else if (link?.matches(":hover")) onOver(event);
}

document.addEventListener("pointerover", onOver);
document.addEventListener("pointerout", (event) => {
  if (topicLink(event) && !card.contains(event.relatedTarget)) hide();
});
document.addEventListener("focusin", onFocus);
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
