// Selecting with a frame: pulled over the empty canvas with Shift, or once after the button of the bar.
const SVG = "http://www.w3.org/2000/svg";

export class Lasso {
  constructor({ diagram, svg, container, announce }) {
    Object.assign(this, { svg, container, announce });
    this.canvas = diagram.get("canvas");
    this.selection = diagram.get("selection");
    this.registry = diagram.get("elementRegistry");
    this.isArmed = false;
    svg.addEventListener("mousedown", (event) => this.#begin(event), true);
  }

  arm() {
    this.isArmed = true;
    this.container.classList.add("is-lassoing");
    this.announce("Pull a frame around boxes.");
  }

  #begin(event) {
    const isFree = event.shiftKey && !event.target.closest(".djs-shape, .djs-connection");
    if (event.button !== 0 || !(this.isArmed || isFree)) return;
    event.preventDefault();
    event.stopPropagation();
    const frame = document.createElementNS(SVG, "rect");
    frame.setAttribute("class", "lasso");
    this.svg.append(frame);
    const start = this.#place(event);
    const move = (moved) => draw(frame, start, this.#place(moved));
    const end = (ended) => {
      document.removeEventListener("mousemove", move);
      document.removeEventListener("mouseup", end);
      frame.remove();
      this.#take(start, this.#place(ended));
    };
    document.addEventListener("mousemove", move);
    document.addEventListener("mouseup", end);
  }

  #take(start, end) {
    this.isArmed = false;
    this.container.classList.remove("is-lassoing");
    const { x, y, scale } = this.canvas.viewbox();
    const [left, right] = [start.x, end.x].map((each) => x + each / scale).sort((one, other) => one - other);
    const [top, bottom] = [start.y, end.y].map((each) => y + each / scale).sort((one, other) => one - other);
    const isInside = (shape) => shape.x >= left && shape.y >= top && shape.x + shape.width <= right && shape.y + shape.height <= bottom;
    const found = this.registry.filter((element) => ["component", "zone"].includes(element.type) && isInside(element));
    this.selection.select(found);
    this.announce(`${found.length} selected.`);
  }

  #place(event) {
    const { left, top } = this.container.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

function draw(frame, start, end) {
  const place = { x: Math.min(start.x, end.x), y: Math.min(start.y, end.y), width: Math.abs(end.x - start.x), height: Math.abs(end.y - start.y) };
  for (const [name, value] of Object.entries(place)) frame.setAttribute(name, value);
}
