// Layers: what of the drawing is shown, and everything or one operation alone. Only a way to look: nothing is changed.
import { drawing, inOrder } from "./edits.js";

export class Showing {
  // `chip` stands over the drawing while one operation is shown; `opener` gets the focus when it goes.
  constructor({ diagram, store, dialog, stage, chip, opener, announce }) {
    Object.assign(this, { store, dialog, stage, chip, announce });
    this.registry = diagram.get("elementRegistry");
    this.layers = diagram.get("layers");
    this.eventBus = diagram.get("eventBus");
    this.choice = dialog.querySelector("select");
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
    this.choice.replaceChildren(option("", "Everything"), ...operations.map(([key, { name }]) => option(key, name || key)));
    this.choice.value = operations.some(([key]) => key === chosen) ? chosen : "";
    this.dialog.querySelector("[data-part=no-ways]").hidden = operations.length > 0;
    this.#mark();
    this.dialog.showModal();
  }

  // The connections of the paths of an operation.
  #hops(operation) {
    const flows = Object.values(this.store.document.flows ?? {}).filter((flow) => flow.operation === operation);
    return flows.flatMap((flow) => Object.values(flow.hops ?? {}).map((hop) => hop.connection));
  }

  get #name() {
    return this.choice.value && this.choice.selectedOptions[0].textContent;
  }

  #apply() {
    for (const box of this.dialog.querySelectorAll("[data-layer]")) this.stage.classList.toggle(`hides-${box.dataset.layer}`, !box.checked);
    this.#mark();
    const hidden = [...this.dialog.querySelectorAll("[data-layer]:not(:checked)")].map((box) => box.parentElement.textContent.trim().toLowerCase());
    const without = hidden.length ? `, without ${hidden.join(", ")}` : "";
    const shown = this.#name ? `${this.#name} alone, ${this.#count()}` : "everything";
    this.announce(`Shown: ${shown}${without}.`);
  }

  // How much of the drawing the operation passes.
  #count() {
    const of = (type, nouns) => {
      const all = this.registry.filter((element) => element.type === type);
      return `${all.filter((element) => !element.offWay).length} of ${all.length} ${nouns}`;
    };
    return `${of("component", "boxes")} and ${of("connection", "arrows")}`;
  }

  // What the chosen operation does not pass is pale, and its name says so.
  #mark() {
    const { connections } = drawing(this.store.document);
    const hops = this.#hops(this.choice.value);
    const way = new Set(hops.map((key) => `connection-${key}`));
    for (const key of hops) if (connections[key]) [connections[key].source, connections[key].target].forEach((end) => way.add(`component-${end}`));
    const changed = [];
    for (const element of this.registry.filter(({ type }) => type === "component" || type === "connection")) {
      const offWay = this.#name && !way.has(element.id) ? this.#name : undefined;
      for (const part of [this.registry.getGraphics(element), this.layers.groups.get(element.id)]) part?.classList.toggle("is-off-way", offWay !== undefined);
      if (element.offWay !== offWay) changed.push(element);
      element.offWay = offWay;
    }
    const said = this.#name ? this.#count() : "";
    this.dialog.querySelector("[role=status]").textContent = said;
    this.chip.hidden = !said;
    this.chip.querySelector("span").textContent = `${this.#name}: ${said}`;
    if (changed.length) this.eventBus.fire("drawing.changed", { elements: changed });
  }
}
