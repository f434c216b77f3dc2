// Keeps what is read for times without a network: starts the service worker, says when there is none, and sends the
// answers that were given meanwhile.
import { send, waiting } from "./queue.js";

const DECK = "/cards/offline/";
const REST_MS = 5_000;

const worker = navigator.serviceWorker;

/** Asks the worker to keep pages and files; resolves when it has. */
async function keep(message) {
  const { active } = await worker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    active.postMessage(message, [port2]);
  });
}

/** This page and the files that it has loaded: the worker did not see them when it had not started yet. */
function keepThis() {
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  return keep({ pages: [location.pathname + location.search], files });
}

async function sign(told = "what you have read is kept here.") {
  const count = await waiting().then((answers) => answers.length, () => 0);
  let shown = document.getElementById("offline-sign");
  if (navigator.onLine) return shown?.remove();
  if (!shown) {
    shown = document.createElement("p");
    shown.id = "offline-sign";
    shown.className = "offline-sign";
    shown.setAttribute("role", "status");
    document.querySelector(".site-header")?.after(shown);
  }
  const answers = count ? ` ${count} answer${count === 1 ? "" : "s"} will be sent later.` : "";
  shown.textContent = `Offline: ${told}${answers}`;
}

async function sendAndSay() {
  if (navigator.onLine && !document.getElementById("deck") && (await waiting()).length) {
    await send();
    await keep({ pages: [DECK] });
  }
  sign();
}

let resting;
function whenAtRest(act) {
  clearTimeout(resting);
  resting = setTimeout(act, REST_MS);
}

await worker.register("/service-worker.js");
const asked = [worker.controller ? null : keepThis(), location.pathname.startsWith("/cards/") ? keep({ pages: [DECK] }) : null];
addEventListener("online", document.getElementById("deck") ? () => location.reload() : sendAndSay);
addEventListener("offline", () => sign());
document.addEventListener("answers-changed", () => sign());
document.addEventListener("htmx:sendError", () => sign("that was not sent. Try again when there is a network."));
// A calculator's last result, and the deck after an answer: both change without a new page.
document.addEventListener("htmx:afterSettle", () => {
  if (location.pathname.startsWith("/cards/review/")) whenAtRest(() => keep({ pages: [DECK] }));
  else if (location.pathname.startsWith("/calculators/")) whenAtRest(keepThis);
});
// Before somebody signs in or out, the answers of whoever was here go to the server; what cannot go waits for them.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!location.pathname.startsWith("/accounts/") || form.method !== "post" || "sent" in form.dataset) return;
  event.preventDefault();
  form.dataset.sent = "";
  send().then((left) => (left ? warn(form, left) : form.requestSubmit(event.submitter)), () => form.requestSubmit(event.submitter));
});

function warn(form, left) {
  const note = document.createElement("p");
  note.className = "note-box warn";
  note.setAttribute("role", "alert");
  note.textContent = `${left} answer${left === 1 ? "" : "s"} could not be sent yet. They wait in this browser until you sign in here again. Press once more to go on.`;
  form.prepend(note);
}

await Promise.all([sendAndSay(), ...asked]);
document.documentElement.dataset.keeps = ""; // for whoever waits until all is kept
