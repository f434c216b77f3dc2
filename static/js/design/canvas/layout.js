// Orders a drawing by itself: dagre in a worker of its own. Boxes that somebody moved by hand can stay where they are.
import { box, drawing, filled } from "./edits.js";

export class Layout {
  constructor({ store, moved, worker }) {
    this.store = store;
    this.moved = moved;
    this.address = worker;
  }

  // Resolves with how many boxes moved.
  async run({ keepsMoved }) {
    const { document } = this.store;
    const { components, connections, zones } = drawing(document);
    const stays = keepsMoved ? this.moved.keys.filter((key) => Object.hasOwn(components, key)) : [];
    const found = await this.#ask({
      components: Object.entries(components).map(([key, item]) => ({ key, zone: item.zone ?? "", ...box(item) })),
      connections: Object.values(connections).map(({ source, target }) => ({ source, target })),
      zones: Object.entries(zones).map(([key, zone]) => ({ key, parent: zone.parent ?? "" })),
      stays,
    });
    // What somebody deleted meanwhile stays deleted.
    const now = drawing(this.store.document);
    const left = (name) => Object.entries(found[name]).filter(([key]) => Object.hasOwn(now[name], key));
    const bent = Object.entries(now.connections).filter(([, item]) => item.bends?.length && !(stays.includes(item.source) && stays.includes(item.target)));
    const straight = Object.fromEntries(bent.map(([key]) => [key, { bends: [] }]));
    const placed = { components: Object.fromEntries(left("components")), zones: Object.fromEntries(left("zones")) };
    this.store.patch({ diagram: filled({ ...placed, connections: straight }) });
    if (!keepsMoved) this.moved.forget();
    return Object.keys(placed.components).length;
  }

  #ask(question) {
    this.worker ??= new Worker(this.address, { type: "module" });
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      this.worker.onerror = () => reject(new Error("The layout could not be computed."));
      this.worker.postMessage(question);
    });
  }
}
