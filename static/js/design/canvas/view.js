// What of the drawing is seen: zoom, fit, and keeping what has the focus in sight.
const [LEAST, MOST, STEP] = [0.2, 3, 1.25];
const LEAST_TO_WIDEN = 0.45;
// On a phone a wide drawing opens at its beginning, with boxes that a finger hits and words that can be read.
const [NARROW, LEAST_WHERE_NARROW] = [640, 0.6];
const ROOM = 40; // pixels around a drawing that is fitted

export class View {
  // A stage that is not shown yet has no size: what was to be fitted is, as soon as it has one.
  constructor(canvas) {
    this.canvas = canvas;
    this.isFitDue = false;
    new ResizeObserver(() => {
      canvas.resized();
      if (this.isFitDue) this.open();
    }).observe(canvas.getContainer());
  }

  // `by` > 0 comes closer.
  zoom(by) {
    const scale = this.canvas.zoom() * STEP ** by;
    this.canvas.zoom(Math.min(MOST, Math.max(LEAST, scale)), "auto");
  }

  zoomTo(scale, at) {
    this.canvas.zoom(Math.min(MOST, Math.max(LEAST, scale)), at);
  }

  actualSize() {
    this.canvas.zoom(1, "auto");
  }

  // As much of it as one can work with.
  open() {
    this.fit(this.canvas.getSize().width < NARROW ? LEAST_WHERE_NARROW : 0);
  }

  // All of it, but never larger than life, nor smaller than `least`: then its beginning.
  fit(least = 0) {
    if (!this.#isShown()) return;
    this.isFitDue = false;
    const { inner, outer } = this.canvas.viewbox();
    if (!inner.width) {
      this.canvas.viewbox({ x: -outer.width / 2 + 70, y: -outer.height / 2 + 32, width: outer.width, height: outer.height });
      return;
    }
    const scale = Math.max(least, Math.min(1, outer.width / (inner.width + 2 * ROOM), outer.height / (inner.height + 2 * ROOM)));
    const [width, height] = [outer.width / scale, outer.height / scale];
    const x = inner.x - Math.max(ROOM / 2, (width - inner.width) / 2);
    this.canvas.viewbox({ x, y: inner.y - (height - inner.height) / 2, width, height });
  }

  // Nothing can be brought into sight before: no scale fits into no size.
  #isShown() {
    const { width, height } = this.canvas.getSize();
    const isShown = width > 0 && height > 0;
    this.isFitDue ||= !isShown;
    return isShown;
  }

  // Moves no further than it must, and not at all when the element is in sight.
  show(element) {
    if (!this.#isShown()) return;
    const { x, y, width, height } = this.canvas.viewbox();
    const frame = frameOf(element);
    const isSeen = frame.left >= x && frame.top >= y && frame.right <= x + width && frame.bottom <= y + height;
    if (!isSeen) this.canvas.scrollToElement(element, 40);
  }

  centre(element) {
    if (!this.#isShown()) return;
    const frame = frameOf(element);
    const { width, height } = this.canvas.viewbox();
    this.canvas.viewbox({ x: (frame.left + frame.right - width) / 2, y: (frame.top + frame.bottom - height) / 2, width, height });
    if (this.canvas.zoom() < LEAST_TO_WIDEN) this.canvas.zoom(0.8, { x: this.canvas.getSize().width / 2, y: this.canvas.getSize().height / 2 });
  }

  // A new box beside what is seen: the view widens, so that what was seen stays in sight.
  reveal(element) {
    if (!this.#isShown()) return;
    const { x, y, width, height, outer } = this.canvas.viewbox();
    const frame = frameOf(element);
    const [left, top] = [Math.min(x, frame.left - 40), Math.min(y, frame.top - 60)];
    const [right, bottom] = [Math.max(x + width, frame.right + 40), Math.max(y + height, frame.bottom + 40)];
    if (left === x && top === y && right === x + width && bottom === y + height) return;
    if (outer.width / (right - left) < LEAST_TO_WIDEN) this.show(element);
    else this.canvas.viewbox({ x: left, y: top, width: right - left, height: bottom - top });
  }

  // Where in the drawing a pointer is.
  at({ clientX, clientY }, svg) {
    const frame = svg.getBoundingClientRect();
    const { x, y, scale } = this.canvas.viewbox();
    return { x: x + (clientX - frame.left) / scale, y: y + (clientY - frame.top) / scale };
  }

  // The middle of what is seen, in the drawing's own coordinates.
  middle() {
    const { x, y, width, height } = this.canvas.viewbox();
    return { x: x + width / 2, y: y + height / 2 };
  }
}

function frameOf({ x, y, width, height, waypoints }) {
  if (!waypoints) return { left: x, top: y, right: x + width, bottom: y + height };
  const [xs, ys] = [waypoints.map((point) => point.x), waypoints.map((point) => point.y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}
