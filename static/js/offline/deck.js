// The cards that were taken along, one at a time. An answer goes into the queue, and to the server as soon as it answers.
import { add, send, waiting } from "./queue.js";

const deck = document.getElementById("deck");
const said = document.getElementById("deck-said");
const left = document.getElementById("deck-left");
const end = document.getElementById("deck-end");
const cards = [...deck.querySelectorAll("[data-card]")];
const learner = deck.dataset.learner ? Number(deck.dataset.learner) : null;
let shownAt = performance.now();

const current = () => cards.find((card) => !card.hidden);
const isTyping = (target) => target.closest("input:not([type=hidden]), textarea, select, [contenteditable]") !== null;

async function showNext() {
  const answered = new Set((await waiting()).map((each) => each.uid));
  const open = cards.filter((card) => !answered.has(card.dataset.uid) && !("answered" in card.dataset));
  for (const card of cards) card.hidden = card !== open[0];
  left.textContent = open.length ? `${open.length} left` : "";
  end.hidden = open.length > 0;
  shownAt = performance.now();
  (open[0]?.querySelector(".card-name") ?? end).focus({ preventScroll: true });
  document.dispatchEvent(new Event("answers-changed"));
}

async function answer(card, grade) {
  card.dataset.answered = "";
  await add({
    uid: card.dataset.uid,
    card: Number(card.dataset.card),
    grade: Number(grade),
    at: Date.now(),
    ms: Math.round(performance.now() - shownAt),
    learner,
  });
  const waits = navigator.onLine ? await send() : (await waiting()).length;
  said.textContent = waits ? `Noted here. ${waits} to be sent when the network is back.` : "Noted.";
  await showNext();
}

deck.addEventListener("submit", (event) => {
  event.preventDefault();
  answer(event.target.closest("[data-card]"), event.submitter.value);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const card = current();
  if (!card) return;
  const back = card.querySelector("details");
  if (/^[1-4]$/.test(event.key) && back.open) card.querySelector(`button[value="${event.key}"]`).click();
  else if ((event.key === " " || event.key === "Enter") && !back.open && !event.target.closest("a, button, summary")) back.open = true;
  else return;
  event.preventDefault();
});

// What was answered before goes first: then the server knows what is left to ask.
if (navigator.onLine && (await waiting()).length && !(await send())) location.reload();
else await showNext();
