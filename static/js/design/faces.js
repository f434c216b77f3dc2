// The tabs of the drawing: what was changed is saved before another face is shown, and a face that is not the canvas is
// drawn again when somebody else changes the design.
import { store } from "./page.js";

const section = document.getElementById("diagram");

for (const link of document.querySelectorAll("[data-face-link]")) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || store.status === "saved") return;
    event.preventDefault();
    await store.flush();
    location.assign(link.href);
  });
}

section.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (form) form.dataset.isDirty = "true";
});

store.subscribe((document_, { origin }) => {
  if (origin === "remote" && section.dataset.face !== "canvas") refresh();
});

// Takes the face anew from the server, unless somebody is writing in it.
async function refresh() {
  if (section.querySelector("[data-is-dirty]")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [fresh, old] = [page, document].map((each) => each.querySelector("[data-face-body]"));
  if (!fresh || !old) return;
  const focused = document.activeElement?.id;
  old.replaceWith(document.adoptNode(fresh));
  if (focused) document.getElementById(focused)?.focus();
}
