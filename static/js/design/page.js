// The one store of a design's page, from the data that the page carries; import it wherever the document is needed.
import { openDesign } from "./store.js";
import { showStatus } from "./status.js";

const data = JSON.parse(document.getElementById("design-data").textContent);

export const store = openDesign({ ...data, elapsed: () => elapsed() });

// The clock of an interview, when one runs on this page: <... data-clock-started="seconds since 1970">.
function elapsed() {
  const started = document.querySelector("[data-clock-started]")?.dataset.clockStarted;
  return started === undefined ? undefined : Math.max(0, Math.round(Date.now() / 1000 - Number(started)));
}

// From anywhere in a design to its drawing, which fills the window.
document.addEventListener("keydown", async (event) => {
  if (event.key !== "F8" || event.defaultPrevented) return;
  event.preventDefault();
  await store.flush();
  const address = `${store.url}high-level/`;
  if (location.pathname !== address) location.assign(`${address}#draw`);
});

// Only where somebody else may be.
export const people = data.isShared ? import("./presence.js").then(({ People }) => new People(store, document.querySelector("[data-people]"))) : undefined;

const bar = document.querySelector("[data-save-bar]");
if (bar) {
  showStatus(store, { place: bar.querySelector("[role=status]"), more: document.querySelector("[data-save-more]"), link: bar.dataset.signIn });
  for (const [name, can] of [["undo", "canUndo"], ["redo", "canRedo"]]) {
    const control = bar.querySelector(`[data-${name}]`);
    if (!control) continue;
    control.addEventListener("click", () => store[name]());
    store.watch(() => control.toggleAttribute("disabled", !store[can]));
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const does = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : "";
    if (does && store[does]()) event.preventDefault();
  });
}
