// Orders a drawing by itself: dagre in a worker of its own. Boxes that somebody moved by hand can stay where they are.
import { box, drawing, filled } from "./edits.js";

export class Layout {
  constructor({ store, address }) {
    this.store = store;
    this.address = address;
    this.key = `moved-by-hand:${store.url}`;
  }

  // Remembers, in this browser, who was moved by hand.
  moved(keys) {
    this.#keep([...new Set([...this.#byHand(), ...keys])]);
  }

  // Resolves with how many boxes moved.
  async run({ keepsMoved }) {
    const { document } = this.store;
    const { components, connections, zones } = drawing(document);
    const stays = keepsMoved ? this.#byHand().filter((key) => Object.hasOwn(components, key)) : [];
    const found = await this.#ask({
      components: Object.entries(components).map(([key, item]) => ({ key, zone: item.zone ?? "", ...box(item) })),
      connections: Object.values(connections).map(({ source, target }) => ({ source, target })),
      zones: Object.entries(zones).map(([key, zone]) => ({ key, parent: zone.parent ?? "" })),
      stays,
    });
    const bent = Object.entries(connections).filter(([, item]) => item.bends?.length && !(stays.includes(item.source) && stays.includes(item.target)));
    const straight = Object.fromEntries(bent.map(([key]) => [key, { bends: [] }]));
    this.store.patch({ diagram: filled({ ...found, connections: straight }) });
    if (!keepsMoved) this.#keep([]);
    return Object.keys(found.components).length;
  }

  #ask(question) {
    this.worker ??= new Worker(this.address, { type: "module" });
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.onerror = () => reject(new Error("The layout could not be computed."));
      this.worker.postMessage(question);
    });
  }

  #byHand() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  #keep(keys) {
    try {
      localStorage.setItem(this.key, JSON.stringify(keys));
    } catch {
      // A browser that keeps nothing lays out everything.
    }
  }
}
