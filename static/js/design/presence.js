// Who else has this design open, and where they are: the page says that it is here, and hears of the others. It asks no
// oftener than the server says, once more when its own place changes, and never while it is hidden.
const LEAST_MS = 2000;
const AFTER_FAILURE_S = 30;

export class People {
  #timer = 0;
  #last = 0;
  #listeners = new Set();

  constructor(store, list) {
    this.store = store;
    this.list = list;
    this.place = "";
    this.others = [];
    document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? this.#soon(0) : this.#pause()));
    window.addEventListener("pagehide", () => this.#leave());
    this.#soon(0);
  }

  // Where on the page this person is: the id of an element of the drawing, or nothing.
  set here(place) {
    if (place === this.place) return;
    this.place = place;
    if (this.others.length) this.#soon(LEAST_MS - (performance.now() - this.#last));
  }

  // fn(others) at once and whenever they change.
  watch(fn) {
    this.#listeners.add(fn);
    fn(this.others);
  }

  #soon(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, delay));
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#leave();
  }

  async #ask() {
    if (document.visibilityState !== "visible") return;
    this.#last = performance.now();
    let again = AFTER_FAILURE_S;
    try {
      const answer = await this.#say({ place: this.place });
      if (answer.ok) {
        const { others, again_s } = await answer.json();
        again = again_s;
        this.#show(others);
      } else if (answer.status === 403 || answer.status === 404) {
        return;
      }
    } catch {
      // The line of saving tells what is wrong with the connection.
    }
    this.#soon(again * 1000);
  }

  #leave() {
    this.#say({ gone: true }).catch(() => {});
  }

  #say(words) {
    const body = JSON.stringify({ client: this.store.client, step: this.store.step, ...words });
    return fetch(`${this.store.url}presence`, { method: "POST", body, keepalive: true, headers: { "Content-Type": "application/json" } });
  }

  #show(others) {
    if (JSON.stringify(others) === JSON.stringify(this.others)) return;
    this.others = others;
    this.list.hidden = !others.length;
    this.list.replaceChildren(...others.map((other) => this.#chip(other)));
    for (const fn of this.#listeners) fn(others);
  }

  #chip({ id, name, step, place }) {
    const item = document.createElement("li");
    item.className = `person person-${id % 6}`;
    const where = this.#nameOf(place) || step;
    item.title = where ? `${name}, at ${where}` : name;
    const [short, whole] = [document.createElement("span"), document.createElement("span")];
    Object.assign(short, { textContent: [...name][0].toUpperCase(), ariaHidden: "true" });
    Object.assign(whole, { textContent: item.title, className: "visually-hidden" });
    item.append(short, whole);
    return item;
  }

  #nameOf(place) {
    const [type, ...rest] = place.split("-");
    const item = this.store.document.diagram?.[`${type}s`]?.[rest.join("-")];
    return item ? item.label || rest.join("-") : "";
  }
}
