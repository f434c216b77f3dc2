// Other people on the canvas: a frame around the element that each has chosen, with the name; and what is chosen here is
// told to them.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";

const OUT = 6;

export class Whereabouts {
  constructor({ diagram, people }) {
    this.registry = diagram.get("elementRegistry");
    this.layer = diagram.get("canvas").getLayer("people", 2);
    svgAttr(this.layer, { "aria-hidden": "true" });
    const eventBus = diagram.get("eventBus");
    const selection = diagram.get("selection");
    const tell = () => { people.here = selection.get()[0]?.id ?? ""; };
    eventBus.on("selection.changed", tell);
    eventBus.on("drawing.changed", () => this.#draw());
    people.watch((others) => {
      this.others = others;
      this.#draw();
    });
    tell();
  }

  #draw() {
    this.layer.replaceChildren();
    for (const { id, name, place } of this.others) {
      const element = place && this.registry.get(place);
      if (element) this.#frame(frameOf(element), id % 6, name);
    }
  }

  #frame({ x, y, width, height }, colour, name) {
    const frame = svgCreate("rect");
    svgAttr(frame, { class: `person-frame person-${colour}`, x: x - OUT, y: y - OUT, width: width + 2 * OUT, height: height + 2 * OUT, rx: 12 });
    const words = svgCreate("text");
    svgAttr(words, { class: `person-name person-${colour}`, x: x - OUT, y: y - OUT - 5 });
    words.textContent = name;
    svgAppend(this.layer, frame);
    svgAppend(this.layer, words);
  }
}

function frameOf({ x, y, width, height, waypoints }) {
  if (!waypoints) return { x, y, width, height };
  const [xs, ys] = [waypoints.map((point) => point.x), waypoints.map((point) => point.y)];
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
}
