// On a topic's page: previews of links, live calculators where the notes ask for one, and cards made of a selection. Each comes when it is first wanted.
const hasLinks = document.querySelector("a.topic-link");
if (hasLinks) {
  let preview = null;
  const load = async (event) => {
    preview ??= import("./preview.js");
    (await preview).begin(event);
  };
  document.addEventListener("pointerover", load, { once: true });
  document.addEventListener("focusin", load, { once: true });
  // A touch has no time to wait for a file: where touches are likely it comes at once.
  if (matchMedia("(pointer: coarse)").matches) preview = import("./preview.js");
}
if (document.querySelector("#text :is(h2, h3, h4)[id]")) import("./section-links.js");
if (document.querySelector("a.enlarge")) import("./enlarge.js");
if (document.querySelector(".inline-calculator")) import("./live-calculator.js");
if (document.querySelector("[data-make-card]")) {
  document.addEventListener("selectionchange", () => import("./of-selection.js"), { once: true });
}
