// What of the drawing is seen: zoom, fit, and keeping what has the focus in sight.
const [LEAST, MOST, STEP] = [0.2, 3, 1.25];

export class View {
  constructor(canvas) {
    this.canvas = canvas;
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

  // All of it, but never larger than life.
  fit() {
    const { inner, outer } = this.canvas.viewbox();
    if (!inner.width) return this.canvas.viewbox({ x: -outer.width / 2 + 70, y: -outer.height / 2 + 32, width: outer.width, height: outer.height });
    const scale = Math.min(1, outer.width / (inner.width + 80), outer.height / (inner.height + 80));
    const [width, height] = [outer.width / scale, outer.height / scale];
    return this.canvas.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height });
  }

  show(element) {
    this.canvas.scrollToElement(element, 40);
  }

  // The middle of what is seen, in the drawing's own coordinates.
  middle() {
    const { x, y, width, height } = this.canvas.viewbox();
    return { x: x + width / 2, y: y + height / 2 };
  }
}
