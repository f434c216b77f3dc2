// What is drawn below and above everything else: the grounds of zones lie under the arrows, and the words of arrows over
// the boxes. Each element keeps one group there, which goes when it goes.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";

const INDEX = { grounds: -1, words: 1 };

export class Layers {
  constructor(eventBus, canvas, elementRegistry) {
    this.canvas = canvas;
    this.registry = elementRegistry;
    this.groups = new Map();
    eventBus.on(["shape.removed", "connection.removed"], ({ element }) => this.#forget(element));
  }

  // The empty group of an element there; or the place given, for what is only a preview of an element.
  of(name, element, otherwise) {
    if (this.registry.get(element.id) !== element) return otherwise;
    let group = this.groups.get(element.id);
    if (!group) {
      const layer = this.canvas.getLayer(name, INDEX[name]);
      svgAttr(layer, { "aria-hidden": "true" });
      group = svgCreate("g");
      svgAttr(group, { class: "of-layer" });
      svgAppend(layer, group);
      this.groups.set(element.id, group);
    }
    group.replaceChildren();
    return group;
  }

  #forget({ id }) {
    this.groups.get(id)?.remove();
    this.groups.delete(id);
  }
}
