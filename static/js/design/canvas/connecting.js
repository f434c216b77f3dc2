// An arrow from one box to another by two clicks or taps; pulled out of its button, it is one of diagram-js instead.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";
import { border, middle } from "./lines.js";

export class Connecting {
  constructor({ diagram, svg, container, editor, announce }) {
    Object.assign(this, { svg, container, editor, announce });
    this.canvas = diagram.get("canvas");
    this.registry = diagram.get("elementRegistry");
    svg.addEventListener("pointermove", (event) => this.#follow(event));
    svg.addEventListener("keydown", (event) => this.#onKey(event), true);
    diagram.get("eventBus").on("element.click", 3000, (event) => this.#onClick(event));
    diagram.get("eventBus").on("element.mousedown", 3000, (event) => { if (this.source) event.stopPropagation(); });
  }

  // From now on the next click is the arrow's other end.
  arm(source) {
    this.stop();
    this.source = source;
    this.container.classList.add("is-connecting");
    this.announce(`Click the box that ${this.editor.name(source)} calls. Esc stops.`);
    this.svg.focus({ preventScroll: true });
  }

  stop() {
    this.source = undefined;
    this.line?.remove();
    this.line = undefined;
    this.container.classList.remove("is-connecting");
  }

  #onClick(event) {
    if (!this.source) return;
    event.stopPropagation();
    event.originalEvent?.preventDefault();
    const source = this.registry.get(this.source.id);
    const { element } = event;
    this.stop();
    if (!source) return;
    if (element.type !== "component" || element === source) this.announce("No arrow: that is no other box.");
    else this.editor.connect(source, element.key);
  }

  #onKey(event) {
    if (!this.source || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
    this.announce("No arrow.");
  }

  #follow(event) {
    const source = this.source && this.registry.get(this.source.id);
    if (!source || event.pointerType === "touch") return;
    if (!this.line) {
      this.line = svgCreate("path");
      svgAttr(this.line, { class: "line line-pulled", "marker-end": "url(#arrow-head)" });
      svgAppend(this.canvas.getActiveLayer(), this.line);
    }
    const frame = this.container.getBoundingClientRect();
    const { x, y, scale } = this.canvas.viewbox();
    const end = { x: x + (event.clientX - frame.left) / scale, y: y + (event.clientY - frame.top) / scale };
    const start = border(source, middle(source), end);
    svgAttr(this.line, { d: `M${start.x},${start.y} L${end.x},${end.y}` });
  }
}
