// Layers: what of the drawing is shown, and everything, what a step is about, or one operation alone. Only a way to look:
// nothing is changed.
import { concernOf, hopsOf } from "./concerns.js";
import { drawing, inOrder } from "./edits.js";

export class Showing {
  // `chip` stands over the drawing while a part is shown; `opener` gets the focus when it goes.
  constructor({ diagram, store, dialog, stage, chip, opener, announce }) {
    Object.assign(this, { store, dialog, stage, chip, announce });
    this.registry = diagram.get("elementRegistry");
    this.layers = diagram.get("layers");
    this.eventBus = diagram.get("eventBus");
    this.choice = dialog.querySelector("select");
    this.steps = [...this.choice.querySelectorAll("[data-area]")];
    this.operations = this.choice.querySelector("[data-operations]");
    dialog.addEventListener("change", () => this.#apply());
    chip.querySelector("button").addEventListener("click", () => {
      this.choice.value = "";
      this.#apply();
      opener.focus();
    });
    this.eventBus.on("drawing.changed", () => this.#mark());
  }

  open() {
    const chosen = this.choice.value;
    const operations = inOrder(this.store.document.api?.operations ?? {}).filter(([key]) => this.#hops(key).length);
    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    this.operations.replaceChildren(...operations.map(([key, { name }]) => option(`operation:${key}`, name || key)));
    this.operations.hidden = !operations.length;
    for (const step of this.steps) step.disabled = !this.#concern(step.dataset.area).components.size;
    this.choice.value = chosen;
    if (!this.choice.value) this.choice.value = "";
    this.dialog.querySelector("[data-part=no-ways]").hidden = operations.length > 0;
    this.#mark();
    this.dialog.showModal();
  }

  // The connections of the paths of an operation.
  #hops(operation) {
    return hopsOf(Object.values(this.store.document.flows ?? {}).filter((flow) => flow.operation === operation));
  }

  #concern(area) {
    const found = this.registry.filter((element) => element.finding).map(({ key }) => key);
    return concernOf(this.store.document, area, found);
  }

  get #chosen() {
    return this.choice.value ? this.choice.selectedOptions[0] : undefined;
  }

  #apply() {
    for (const box of this.dialog.querySelectorAll("[data-layer]")) this.stage.classList.toggle(`hides-${box.dataset.layer}`, !box.checked);
    this.#mark();
    const hidden = [...this.dialog.querySelectorAll("[data-layer]:not(:checked)")].map((box) => box.parentElement.textContent.trim().toLowerCase());
    const without = hidden.length ? `, without ${hidden.join(", ")}` : "";
    const shown = this.#chosen ? `${this.#chosen.textContent} alone, ${this.#count()}` : "everything";
    this.announce(`Shown: ${shown}${without}.`);
  }

  // How much of the drawing is shown.
  #count() {
    const of = (type, nouns) => {
      const all = this.registry.filter((element) => element.type === type);
      return `${all.filter((element) => !element.apart).length} of ${all.length} ${nouns}`;
    };
    return `${of("component", "boxes")} and ${of("connection", "arrows")}`;
  }

  // Ids of the elements of the part that was chosen.
  #part({ value, dataset: { area } }) {
    const { connections } = drawing(this.store.document);
    if (area) {
      const concern = this.#concern(area);
      return new Set([...[...concern.components].map((key) => `component-${key}`), ...[...concern.connections].map((key) => `connection-${key}`)]);
    }
    const hops = this.#hops(value.replace("operation:", "")).filter((key) => connections[key]);
    return new Set(hops.flatMap((key) => [`connection-${key}`, `component-${connections[key].source}`, `component-${connections[key].target}`]));
  }

  // What does not belong to the chosen part is pale, and its name says so.
  #mark() {
    const chosen = this.#chosen;
    const part = chosen && this.#part(chosen);
    const words = chosen && (chosen.dataset.area ? `not of the step ${chosen.dataset.name}` : `not on the way of ${chosen.textContent}`);
    const changed = [];
    for (const element of this.registry.filter(({ type }) => type === "component" || type === "connection")) {
      const apart = part && !part.has(element.id) ? words : undefined;
      for (const drawn of [this.registry.getGraphics(element), this.layers.groups.get(element.id)]) drawn?.classList.toggle("is-off-way", apart !== undefined);
      if (element.apart !== apart) changed.push(element);
      element.apart = apart;
    }
    const said = chosen ? this.#count() : "";
    this.dialog.querySelector("[role=status]").textContent = said;
    this.chip.hidden = !said;
    this.chip.querySelector("span").textContent = `${chosen?.textContent}: ${said}`;
    if (changed.length) this.eventBus.fire("drawing.changed", { elements: changed });
  }
}
