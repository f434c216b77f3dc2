// The palette: a click adds a box in sight, a pull drops it where one wants it, and zones are drawn the same way.
import { newKey, newLabel, drawing, SIZE, ZONE_SIZE } from "./edits.js";
import { elementId } from "./sync.js";

export function bindPalette({ palette, diagram, store, editor, kinds }) {
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

const capital = (word) => word[0].toUpperCase() + word.slice(1);
