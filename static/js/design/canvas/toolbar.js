// The bar over the canvas. What is seldom wanted is loaded when it is.
export function bindToolbar({ bar, diagram, view, editor, moved, worker, svg, store, announce, openHelp, layers }) {
  const acts = {
    "zoom-in": () => view.zoom(1),
    "zoom-out": () => view.zoom(-1),
    fit: () => view.fit(),
    layout: () => order({ keepsMoved: bar.querySelector("[data-keep-moved]").checked }),
    map: () => toggleMap(),
    layers: () => choose(),
    find: () => editor.find(),
    "line-up": () => editor.lineUp(),
    png: () => picture(),
    help: openHelp,
  };

  editor.showLayers = choose;
  let showing;

  async function choose() {
    const { Showing } = await import("./showing.js");
    const stage = svg.closest(".canvas-stage");
    const [chip, opener] = [stage.querySelector("[data-part=way]"), bar.querySelector("[data-do=layers]")];
    showing ??= new Showing({ diagram, store, dialog: layers, stage, chip, opener, announce });
    showing.open();
  }

  let layout;
  let map;

  async function order(options) {
    const { Layout } = await import("./layout.js");
    layout ??= new Layout({ store, moved, worker });
    announce("Laying out…");
    try {
      const count = await layout.run(options);
      view.open();
      announce(`Laid out ${count} components.`);
    } catch (error) {
      announce(error.message);
    }
  }

  async function toggleMap() {
    const { Minimap } = await import("./minimap.js");
    map ??= new Minimap({ diagram, place: svg.parentElement });
    map.toggle();
    bar.querySelector("[data-do=map]").setAttribute("aria-pressed", String(map.isOpen));
  }

  async function picture() {
    const { download, png } = await import("./picture.js");
    diagram.get("selection").select(null);
    download(await png(svg, svg.querySelector(".viewport")), svg.closest("[data-picture-name]").dataset.pictureName);
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
