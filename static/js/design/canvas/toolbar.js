// The bar over the canvas.
import { download, png } from "./picture.js";

export function bindToolbar({ bar, diagram, view, layout, svg, store, announce, openHelp }) {
  const tool = (name) => diagram.get(name, false);
  const acts = {
    "zoom-in": () => view.zoom(1),
    "zoom-out": () => view.zoom(-1),
    fit: () => view.fit(),
    lasso: (event) => tool("lassoTool")?.activateSelection(event),
    hand: (event) => tool("handTool")?.activateHand(event),
    layout: () => order({ keepsMoved: bar.querySelector("[data-keep-moved]").checked }),
    map: () => toggleMap(),
    png: () => picture(),
    help: openHelp,
  };

  async function order(options) {
    try {
      const count = await layout.run(options);
      view.fit();
      announce(`Laid out ${count} components.`);
    } catch (error) {
      announce(error.message);
    }
  }

  function toggleMap() {
    const map = diagram.get("minimap");
    map.toggle();
    bar.querySelector("[data-do=map]").setAttribute("aria-pressed", String(map.isOpen()));
  }

  async function picture() {
    diagram.get("selection").select(null);
    const title = store.document.meta?.title || "drawing";
    download(await png(svg, svg.querySelector(".viewport")), `${title.replace(/[^\p{L}\p{N} _-]+/gu, "").trim().slice(0, 80) || "drawing"}.png`);
    announce("Saved as a picture.");
  }

  bar.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.(event));
  bar.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key) || event.target.matches("input")) return;
    const buttons = [...bar.querySelectorAll("button:not([disabled])")];
    const next = buttons[buttons.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1)];
    next?.focus();
  });
}
