// Renames in place: an input over the element. Enter and Tab keep and go back to it, Escape does not keep, and leaving
// keeps.
import { box, zoneBox } from "./edits.js";

export class LabelEditor {
  constructor({ diagram, container, onDone }) {
    this.canvas = diagram.get("canvas");
    this.container = container;
    this.onDone = onDone;
    this.input = document.createElement("input");
    Object.assign(this.input, { className: "label-editor", type: "text", maxLength: 200, hidden: true, autocomplete: "off" });
    container.append(this.input);
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.input.addEventListener("blur", () => this.#close({ keeps: true }));
    diagram.get("eventBus").on("canvas.viewbox.changed", () => this.element && this.#place());
  }

  get isOpen() {
    return this.element !== undefined;
  }

  // Opens over an element; `said` is what the input is called.
  open(element, { text, said }) {
    this.#close({ keeps: true });
    this.element = element;
    this.text = text;
    this.input.value = text;
    this.input.setAttribute("aria-label", said);
    this.input.hidden = false;
    this.#place();
    this.input.focus();
    this.input.select();
  }

  #place() {
    const { element } = this;
    const place = element.waypoints ? beside(element) : element.type === "zone" ? { ...zoneBox(element), height: 34 } : box(element);
    const { x, y, scale } = this.canvas.viewbox();
    const width = Math.max(place.width * scale, 130);
    Object.assign(this.input.style, {
      left: `${(place.x - x) * scale - (width - place.width * scale) / 2}px`,
      top: `${(place.y + place.height / 2 - y) * scale - 18}px`,
      width: `${width}px`,
    });
  }

  #onKey(event) {
    event.stopPropagation();
    // This Enter ends a composition, not the name.
    if (event.isComposing) return;
    if (["Enter", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault();
      this.#close({ keeps: event.key !== "Escape", returnsFocus: true });
    }
  }

  #close({ keeps, returnsFocus = false }) {
    if (!this.element) return;
    const { element, text } = this;
    this.element = undefined;
    const typed = this.input.value.replace(/[\u0000-\u001f\u007f]/g, " ").trim();
    this.input.hidden = true;
    this.onDone(element, keeps && typed !== text ? typed : undefined, { returnsFocus });
  }
}

function beside({ waypoints, spot }) {
  if (spot) return { x: spot[0] - 70, y: spot[1] - 18, width: 140, height: 36 };
  const middle = waypoints[Math.floor((waypoints.length - 1) / 2)];
  const next = waypoints[Math.floor((waypoints.length - 1) / 2) + 1];
  return { x: (middle.x + next.x) / 2 - 70, y: (middle.y + next.y) / 2 - 18, width: 140, height: 36 };
}
