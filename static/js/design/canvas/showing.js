// Layers: what of the drawing is shown, and the way of which operation alone. Only a way to look: nothing is changed.
import { drawing, inOrder } from "./edits.js";

export class Showing {
  constructor({ diagram, store, dialog, stage, announce }) {
    Object.assign(this, { store, dialog, stage, announce });
    this.registry = diagram.get("elementRegistry");
    this.layers = diagram.get("layers");
    this.choice = dialog.querySelector("select");
    dialog.addEventListener("change", () => this.#apply());
    diagram.get("eventBus").on("drawing.changed", () => this.#mark());
  }

  open() {
    const chosen = this.choice.value;
    const operations = inOrder(this.store.document.api?.operations ?? {}).filter(([key]) => this.#hops(key).length);
    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    this.choice.replaceChildren(option("", "All of them"), ...operations.map(([key, { name }]) => option(key, name || key)));
    this.choice.value = operations.some(([key]) => key === chosen) ? chosen : "";
    this.dialog.showModal();
  }

  // The connections of the paths of an operation.
  #hops(operation) {
    const flows = Object.values(this.store.document.flows ?? {}).filter((flow) => flow.operation === operation);
    return flows.flatMap((flow) => Object.values(flow.hops ?? {}).map((hop) => hop.connection));
  }

  #apply() {
    for (const box of this.dialog.querySelectorAll("[data-layer]")) this.stage.classList.toggle(`hides-${box.dataset.layer}`, !box.checked);
    this.#mark();
    const hidden = [...this.dialog.querySelectorAll("[data-layer]:not(:checked)")].map((box) => box.parentElement.textContent.trim().toLowerCase());
    const way = this.choice.value ? `the way of ${this.choice.selectedOptions[0].textContent} alone` : "all operations";
    const without = hidden.length ? `, without ${hidden.join(", ")}` : "";
    this.announce(`Shown: ${way}${without}.`);
  }

  // What is not on the way of the chosen operation is pale.
  #mark() {
    const operation = this.choice.value;
    const { connections } = drawing(this.store.document);
    const way = new Set(this.#hops(operation).map((key) => `connection-${key}`));
    for (const key of this.#hops(operation)) if (connections[key]) [connections[key].source, connections[key].target].forEach((end) => way.add(`component-${end}`));
    for (const element of this.registry.filter(({ type }) => type === "component" || type === "connection")) {
      const isOff = operation !== "" && !way.has(element.id);
      for (const part of [this.registry.getGraphics(element), this.layers.groups.get(element.id)]) part?.classList.toggle("is-off-way", isOff);
    }
  }
}
