// How deep one looks into a drawing: the zone that is open stands in the address, so that Back leads out again; which are
// folded is remembered by this browser.
import { drawing } from "./edits.js";
import { chainOf } from "./levels.js";
import { zoneName } from "./names.js";

const PARAMETER = "inside";

export class Depth {
  constructor({ store, sync, editor, view, bar, announce }) {
    Object.assign(this, { store, sync, editor, view, bar, announce });
    this.key = `folded:${store.url}`;
    editor.goInside = (zone) => this.#go(zone ?? this.#outer());
    editor.setFolded = (folded) => this.#fold(folded);
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.#go(button.dataset.zone);
    });
    addEventListener("popstate", () => this.#show(asked()));
    store.subscribe(() => this.#draw());
    this.#show(asked(), { folded: this.#remembered() });
  }

  // Around the zone that is open: the next one out, or the whole.
  #outer() {
    const { zones } = drawing(this.store.document);
    return zones[this.sync.level.inside]?.parent ?? "";
  }

  #go(zone) {
    if (zone === this.sync.level.inside) return;
    const address = new URL(location.href);
    if (zone) address.searchParams.set(PARAMETER, zone);
    else address.searchParams.delete(PARAMETER);
    history.pushState(null, "", address);
    const left = this.sync.level.inside;
    this.#show(zone);
    this.announce(zone ? `Inside ${zoneName(this.store.document, zone)}.` : "The whole drawing.");
    const element = this.sync.get("zone", zone || left);
    if (element && !element.hidden) this.editor.focus.to(element);
  }

  #show(inside, more = {}) {
    this.sync.show({ inside, ...more });
    this.view.open();
    this.#draw();
  }

  #fold(folded) {
    this.sync.show({ folded });
    try {
      localStorage.setItem(this.key, JSON.stringify([...folded]));
    } catch {
      // Unfolded again when the page comes next.
    }
  }

  #remembered() {
    try {
      return new Set(JSON.parse(localStorage.getItem(this.key)) ?? []);
    } catch {
      return new Set();
    }
  }

  // The way from the whole to here.
  #draw() {
    const { zones } = drawing(this.store.document);
    const chain = chainOf(zones, this.sync.level.inside).reverse();
    const state = chain.map((key) => `${key} ${zones[key].label}`).join();
    this.bar.hidden = !chain.length;
    if (state === this.state) return;
    this.state = state;
    const steps = ["", ...chain].map((key, index) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "tool", textContent: key ? zoneName(this.store.document, key) : "Whole drawing" });
      button.dataset.zone = key;
      if (index === chain.length) button.setAttribute("aria-current", "location");
      return button;
    });
    this.bar.replaceChildren(...steps);
  }
}

const asked = () => new URL(location.href).searchParams.get(PARAMETER) ?? "";
