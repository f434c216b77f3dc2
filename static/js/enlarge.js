// Opens a drawing of a text over the whole window, as large as it was drawn. Without this file its link leads to a page with the same.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function enlarge(link) {
  const drawing = link.closest("figure").querySelector("svg").cloneNode(true);
  drawing.removeAttribute("class");
  drawing.classList.add("flow");
  const close = element("form", { method: "dialog" }, element("button", { class: "secondary" }, "Close"));
  const frame = element("div", { class: "large-drawing", tabindex: "0", role: "group", "aria-label": "Drawing" }, drawing);
  const dialog = element("dialog", { class: "enlarged", "aria-label": "Drawing, large" }, close, frame);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
