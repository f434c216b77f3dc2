// A small map of the whole drawing with the part that is seen; a press on it goes there.
const SVG = "http://www.w3.org/2000/svg";

export class Minimap {
  constructor({ diagram, place }) {
    this.canvas = diagram.get("canvas");
    this.registry = diagram.get("elementRegistry");
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "minimap");
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.toggleAttribute("hidden", true);
    place.append(this.svg);
    diagram.get("eventBus").on(["canvas.viewbox.changed", "drawing.changed"], () => this.#draw());
    this.svg.addEventListener("pointerdown", (event) => { this.svg.setPointerCapture(event.pointerId); this.#goTo(event); });
    this.svg.addEventListener("pointermove", (event) => { if (event.buttons) this.#goTo(event); });
  }

  get isOpen() {
    return !this.svg.hasAttribute("hidden");
  }

  toggle() {
    this.svg.toggleAttribute("hidden");
    this.#draw();
  }

  #draw() {
    if (!this.isOpen) return;
    const { x, y, width, height, inner } = this.canvas.viewbox();
    const [left, top] = [Math.min(x, inner.x) - 40, Math.min(y, inner.y) - 40];
    const [right, bottom] = [Math.max(x + width, inner.x + inner.width) + 40, Math.max(y + height, inner.y + inner.height) + 40];
    this.svg.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
    const shapes = this.registry.filter((element) => element.type === "zone" || element.type === "component");
    const boxes = shapes.sort((one, other) => (one.type < other.type ? 1 : -1)).map((shape) => rectangle(shape, `minimap-${shape.type}`));
    this.svg.replaceChildren(...boxes, rectangle({ x, y, width, height }, "minimap-view"));
  }

  #goTo(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const { width, height } = this.canvas.viewbox();
    this.canvas.viewbox({ x: point.x - width / 2, y: point.y - height / 2, width, height });
  }
}

function rectangle({ x, y, width, height }, name) {
  const made = document.createElementNS(SVG, "rect");
  for (const [attribute, value] of Object.entries({ x, y, width, height, class: name })) made.setAttribute(attribute, value);
  return made;
}
