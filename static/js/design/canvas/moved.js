// Which boxes somebody moved by hand, as this browser remembers it: a layout can leave those where they are.
export class MovedByHand {
  constructor(url) {
    this.key = `moved-by-hand:${url}`;
  }

  get keys() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  add(keys) {
    this.#keep([...new Set([...this.keys, ...keys])]);
  }

  forget() {
    this.#keep([]);
  }

  #keep(keys) {
    try {
      localStorage.setItem(this.key, JSON.stringify(keys));
    } catch {
      // A browser that keeps nothing lays out everything.
    }
  }
}
