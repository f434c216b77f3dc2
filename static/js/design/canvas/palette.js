// The palette: a click adds a box in sight, a pull drops it where one wants it, and zones are drawn the same way.
import { newKey, newLabel, drawing, SIZE, ZONE_SIZE } from "./edits.js";
import { elementId } from "./sync.js";

export function bindPalette({ palette, diagram, store, editor, kinds }) {
  takeOneStop(palette);
  const [create, elementFactory, eventBus] = ["create", "elementFactory", "eventBus"].map((name) => diagram.get(name));
  let pulled;

  function shapeFor({ kind, zone }) {
    const collection = drawing(store.document)[zone ? "zones" : "components"];
    const label = newLabel(zone ? capital(zone) : kinds[kind].title, collection);
    const key = newKey(label, collection);
    const type = zone ? "zone" : "component";
    return elementFactory.createShape({ id: elementId(type, key), type, key, item: { kind: zone ?? kind, label }, ...(zone ? ZONE_SIZE : SIZE) });
  }

  palette.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("button");
    pulled = button && event.button === 0 && event.pointerType !== "touch" ? { button, x: event.clientX, y: event.clientY } : undefined;
  });
  // Whatever was not pulled by the time that the button is let go was a click.
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pulled = undefined; }, true);
  palette.addEventListener("pointermove", (event) => {
    if (!event.buttons) pulled = undefined;
    if (!pulled || Math.hypot(event.clientX - pulled.x, event.clientY - pulled.y) < 8) return;
    const shape = shapeFor(pulled.button.dataset);
    pulled = undefined;
    const start = new MouseEvent("mousemove", { clientX: event.clientX, clientY: event.clientY, bubbles: true });
    create.start(start, shape);
  });
  palette.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zone) editor.createZone(button.dataset.zone);
    else editor.create(button.dataset.kind);
  });
  // What was dropped gets its name at once.
  eventBus.on("create.ended", ({ context }) => {
    const shape = context?.shape;
    queueMicrotask(() => {
      const made = shape && diagram.get("elementRegistry").get(shape.id);
      if (!made) return;
      editor.focus.to(made);
      editor.rename(made);
    });
  });
}

// Tab stops once, and arrows, Home and End go through the buttons, as in any toolbar.
function takeOneStop(palette) {
  const buttons = [...palette.querySelectorAll("button")];
  const stopAt = (chosen) => { for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1; };
  stopAt(buttons[0]);
  palette.addEventListener("focusin", ({ target }) => stopAt(target));
  palette.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const [next, last] = [{ ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key], buttons.length];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    buttons[(next + last) % last].focus();
  });
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);
