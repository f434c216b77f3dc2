// Buttons beside the element that is selected: what one does most with it.
const [OFFSET, NARROW] = [14, 600];
// A button under a panel cannot be pressed; a box under a button can still be seen.
const [PANEL, PANELS] = [100, ".fold-side > summary, .fold-side[open] > .fold-body, .interview-news .note-box:not([hidden])"];

export class Pad {
  constructor({ diagram, pad, editor, dragging, connecting, comments }) {
    this.comments = comments;
    this.canvas = diagram.get("canvas");
    this.connect = diagram.get("connect");
    this.connecting = connecting;
    this.selection = diagram.get("selection");
    this.registry = diagram.get("elementRegistry");
    this.pad = pad;
    this.editor = editor;
    const show = () => this.#show();
    diagram.get("eventBus").on(["selection.changed", "canvas.viewbox.changed", "elements.changed"], show);
    diagram.get("eventBus").on("drag.start", () => { pad.hidden = true; });
    diagram.get("eventBus").on("drag.cleanup", () => queueMicrotask(show));
    this.dragging = dragging;
    pad.addEventListener("click", (event) => this.#onClick(event));
    pad.addEventListener("mousedown", (event) => this.#onPress(event));
    document.addEventListener("mousemove", (event) => this.#onPull(event));
    document.addEventListener("mouseup", () => { this.pressed = undefined; }, true);
  }

  #show() {
    const [element, ...others] = this.selection.get();
    const isShown = element?.key && !others.length && !this.dragging.context() && this.registry.get(element.id);
    this.pad.hidden = !isShown;
    if (!isShown) return;
    this.element = element;
    for (const button of this.pad.querySelectorAll("[data-for]")) button.hidden = !button.dataset.for.split(" ").includes(element.type);
    const size = this.canvas.getSize();
    const [wide, high] = [this.pad.offsetWidth, this.pad.offsetHeight];
    // On a phone it has its own place; elsewhere it stands where it hides the least.
    const spots = size.width < NARROW ? [{ left: 8, top: 8 }] : this.#spots(element, { wide, high });
    const inside = spots.map(({ left, top }) => ({ left: clamp(left, size.width - wide - 4), top: clamp(top, size.height - high - 4) }));
    const hidden = inside.map((spot) => this.#hides({ ...spot, wide, high }, element) + PANEL * this.#under({ ...spot, wide, high }));
    const { left, top } = inside[hidden.indexOf(Math.min(...hidden))];
    Object.assign(this.pad.style, { left: `${left}px`, top: `${top}px` });
  }

  // Above it, below it, and to its sides; under a whole arrow, so that its ends and bends can be taken hold of.
  #spots(element, { wide, high }) {
    const frame = this.#onScreen(element.waypoints ? around(element.waypoints) : element);
    const below = { left: frame.left, top: frame.bottom + OFFSET };
    if (element.waypoints) return [{ ...below, left: (frame.left + frame.right) / 2 }];
    return [
      { left: frame.left, top: frame.top - high - OFFSET }, below,
      { left: frame.right + OFFSET, top: frame.top }, { left: frame.left - wide - OFFSET, top: frame.top },
    ];
  }

  // How much of other boxes, and of this one, a place for the pad hides.
  #hides({ left, top, wide, high }, element) {
    const shapes = this.registry.filter((each) => each.type === "component" || each === element);
    return shapes.reduce((sum, each) => {
      if (each.waypoints) return sum;
      const frame = this.#onScreen(each);
      const across = Math.min(left + wide, frame.right) - Math.max(left, frame.left);
      const down = Math.min(top + high, frame.bottom) - Math.max(top, frame.top);
      return across > 0 && down > 0 ? sum + across * down : sum;
    }, 0);
  }

  // How much of a place for the pad lies under the panels over the canvas.
  #under({ left, top, wide, high }) {
    const origin = this.pad.offsetParent.getBoundingClientRect();
    return [...document.querySelectorAll(PANELS)].reduce((sum, panel) => {
      const frame = panel.getBoundingClientRect();
      const across = Math.min(origin.left + left + wide, frame.right) - Math.max(origin.left + left, frame.left);
      const down = Math.min(origin.top + top + high, frame.bottom) - Math.max(origin.top + top, frame.top);
      return across > 0 && down > 0 ? sum + across * down : sum;
    }, 0);
  }

  #onScreen(place) {
    const { x, y, scale } = this.canvas.viewbox();
    const [left, top] = [(place.x - x) * scale, (place.y - y) * scale];
    return { left, top, right: left + place.width * scale, bottom: top + place.height * scale };
  }

  #onClick(event) {
    const act = event.target.closest("[data-pad]")?.dataset.pad;
    const { editor, element } = this;
    if (act === "append") editor.append(element);
    else if (act === "connect") event.detail === 0 ? editor.connect(element) : this.connecting.arm(element);
    else if (act === "rename") editor.rename(element);
    else if (act === "fields") editor.openFields(element);
    else if (act === "comment") location.assign(`${this.comments}?element=/diagram/${element.type}s/${element.key}`);
    else if (act === "kind") editor.changeKind([element]);
    else if (act === "open") editor.open(element);
    else if (act === "fold") editor.fold(element);
    else if (act === "delete") editor.remove([element]);
  }

  // An arrow can be pulled out of its button; whoever lets go before it was pulled has clicked.
  #onPress(event) {
    event.preventDefault();
    this.pressed = event.button === 0 && event.target.closest("[data-pad=connect]") ? { x: event.clientX, y: event.clientY } : undefined;
  }

  #onPull(event) {
    if (!this.pressed || !event.buttons || Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y) < 5) return;
    this.pressed = undefined;
    this.connect.start(event, this.element, true);
  }
}

const clamp = (value, most) => Math.max(4, Math.min(value, most));

function around(points) {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
