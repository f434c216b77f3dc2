// Buttons beside the element that is selected: what one does most with it.
const OFFSET = 14;

export class Pad {
  constructor({ diagram, pad, editor, dragging, connecting }) {
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
    pad.addEventListener("mousemove", (event) => this.#onPull(event));
  }

  #show() {
    const [element, ...others] = this.selection.get();
    const isShown = element?.key && !others.length && !this.dragging.context() && this.registry.get(element.id);
    this.pad.hidden = !isShown;
    if (!isShown) return;
    this.element = element;
    for (const button of this.pad.querySelectorAll("[data-for]")) button.hidden = !button.dataset.for.split(" ").includes(element.type);
    const { x, y, scale } = this.canvas.viewbox();
    const place = element.waypoints ? below(element.waypoints) : element;
    const size = this.canvas.getSize();
    const [left, top] = [(place.x - x) * scale, (place.y - y) * scale];
    const above = top - this.pad.offsetHeight - OFFSET;
    const under = top + place.height * scale + OFFSET;
    const isAbove = above >= 4 && !element.waypoints;
    Object.assign(this.pad.style, {
      left: `${Math.max(4, Math.min(left, size.width - this.pad.offsetWidth - 4))}px`,
      top: `${isAbove ? above : Math.min(under, size.height - this.pad.offsetHeight - 4)}px`,
    });
  }

  #onClick(event) {
    const act = event.target.closest("[data-pad]")?.dataset.pad;
    const { editor, element } = this;
    if (act === "append") editor.append(element);
    else if (act === "connect") event.detail === 0 ? editor.connect(element) : this.connecting.arm(element);
    else if (act === "rename") editor.rename(element);
    else if (act === "fields") editor.openFields(element);
    else if (act === "kind") editor.changeKind([element]);
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

// Under the whole arrow, so that its ends and bends can be taken hold of.
function below(points) {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const top = Math.min(...ys);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: top, height: Math.max(...ys) - top };
}
