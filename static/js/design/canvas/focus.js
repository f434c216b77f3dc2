// The canvas for those who do not see it or use no mouse: every element has a role and a name, one of them is in the tab
// order, and the focus wanders along the arrows.
import { drawing, inOrder } from "./edits.js";
import { describe } from "./names.js";

const ROLES = { component: "component", zone: "zone", connection: "connection" };

export class Focus {
  constructor({ diagram, store, sync, svg, kinds, view, help }) {
    Object.assign(this, { store, sync, svg, kinds, view });
    this.registry = diagram.get("elementRegistry");
    this.selection = diagram.get("selection");
    this.current = undefined;
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", "Drawing");
    svg.setAttribute("aria-describedby", help);
    diagram.get("eventBus").on("drawing.changed", ({ elements }) => this.#refresh(elements));
    svg.addEventListener("focusin", (event) => this.#onFocus(event));
    this.#refresh(this.registry.filter((element) => element.key));
  }

  // The element that has the focus, or had it last.
  get element() {
    return this.current && this.registry.get(this.current.id);
  }

  // The element that has the focus now.
  get focused() {
    const { element } = this;
    return element && this.registry.getGraphics(element) === document.activeElement ? element : undefined;
  }

  // Elements in the order of the tab key: components, then zones, then arrows.
  get order() {
    const { components, connections, zones } = drawing(this.store.document);
    const of = (type, collection) => inOrder(collection).map(([key]) => this.sync.get(type, key));
    return [...of("component", components), ...of("zone", zones), ...of("connection", connections)].filter((element) => element && !element.hidden);
  }

  // Puts the focus on an element, and selects it unless told not to.
  to(element, { selects = true } = {}) {
    if (!element) return;
    this.#stop(element);
    this.registry.getGraphics(element).focus({ preventScroll: true });
    this.view.show(element);
    if (selects) this.selection.select(element);
  }

  // The focus goes to the drawing as a whole; the next arrow key starts at the element.
  rest(element) {
    this.current = undefined;
    const stop = element ?? this.order[0];
    if (stop) this.#stop(stop);
    this.isPointing = true;
    this.svg.setAttribute("tabindex", "-1");
    this.svg.focus({ preventScroll: true });
    this.isPointing = false;
    if (!stop) this.svg.setAttribute("tabindex", "0");
  }

  // The next in the order, or the one before; undefined at the ends.
  neighbour(step) {
    const { order } = this;
    const here = order.indexOf(this.element);
    return here < 0 ? order[0] : order[here + step];
  }

  // Where an arrow key leads: along the calls to the right and left, among what the same box calls up and down.
  along(key) {
    const { element } = this;
    if (!element) return this.order[0];
    if (!this.focused) return element;
    if (element.type === "connection") return key === "ArrowLeft" ? element.source : key === "ArrowRight" ? element.target : this.neighbour(key === "ArrowDown" ? 1 : -1);
    if (element.type === "zone") return key === "ArrowRight" ? element.children.find((child) => child.type === "component") : this.neighbour(key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1);
    if (key === "ArrowRight") return this.#called(element)[0];
    if (key === "ArrowLeft") return this.#callers(element)[0];
    const siblings = this.#siblings(element);
    const there = siblings.indexOf(element) + (key === "ArrowDown" ? 1 : -1);
    return siblings[(there + siblings.length) % siblings.length];
  }

  #called(element) {
    return byPlace(element.outgoing.map((each) => each.target).filter((other) => other !== element && !other.hidden));
  }

  #callers(element) {
    const found = byPlace(element.incoming.map((each) => each.source).filter((other) => other !== element && !other.hidden));
    const last = found.find((other) => other.id === this.cameFrom);
    return last ? [last] : found;
  }

  #siblings(element) {
    const caller = this.#callers(element)[0];
    const found = caller ? this.#called(caller) : this.order.filter((each) => each.type === "component" && !each.incoming.length);
    return found.includes(element) ? found : [element];
  }

  #onFocus(event) {
    const gfx = event.target.closest?.("[data-element-id]");
    if (gfx === null || event.target === this.svg) {
      const known = this.element ?? this.order[0];
      // A click puts the focus on the whole; an element that is selected by it gets it a moment later.
      if (known && event.relatedTarget && !this.isPointing) this.to(known);
      return;
    }
    const element = this.registry.get(gfx?.dataset.elementId);
    if (element) this.#stop(element);
  }

  // The one element that the tab key stops at.
  #stop(element) {
    if (this.current && this.current.id !== element.id) {
      this.registry.getGraphics(this.current.id)?.setAttribute("tabindex", "-1");
      this.cameFrom = this.current.id;
    }
    this.current = element;
    this.registry.getGraphics(element).setAttribute("tabindex", "0");
    this.svg.setAttribute("tabindex", "-1");
  }

  // Roles and names of what changed, and of those at the other ends of its arrows.
  #refresh(elements) {
    const all = new Set(elements);
    for (const element of elements) {
      if (element.parent?.type === "zone") all.add(element.parent);
      // Its name stands in theirs.
      if (element.type === "zone") element.children.forEach((child) => all.add(child));
      if (element.type === "connection") [element.source, element.target].forEach((end) => end && all.add(end));
      for (const line of [...(element.incoming ?? []), ...(element.outgoing ?? [])]) [line, line.source, line.target].forEach((each) => all.add(each));
    }
    for (const element of all) this.#name(element);
    if (!this.element) {
      this.current = undefined;
      const first = this.order[0];
      if (first) this.#stop(first);
      else this.svg.setAttribute("tabindex", "0");
    }
  }

  #name(element) {
    const gfx = element.key && this.registry.getGraphics(element);
    if (!gfx || !this.#isInDocument(element)) return;
    if (!gfx.hasAttribute("role")) {
      gfx.setAttribute("role", "img");
      gfx.setAttribute("aria-roledescription", ROLES[element.type]);
      gfx.setAttribute("tabindex", "-1");
      // The name says all that is drawn; the words in the box are broken and cut to fit it.
      gfx.querySelector(".djs-visual").setAttribute("aria-hidden", "true");
    }
    const { finding, comments, apart } = element;
    const found = finding ? `; ${finding.count} ${finding.count === 1 ? "finding" : "findings"}` : "";
    const said = comments ? `; ${comments} open ${comments === 1 ? "comment" : "comments"}` : "";
    gfx.setAttribute("aria-label", describe(this.store.document, element, this.kinds) + found + said + (apart ? `; ${apart}` : ""));
  }

  #isInDocument({ type, key }) {
    return Object.hasOwn(drawing(this.store.document)[`${type}s`], key);
  }
}

function byPlace(elements) {
  return [...new Set(elements)].sort((one, other) => one.y - other.y || one.x - other.x);
}
