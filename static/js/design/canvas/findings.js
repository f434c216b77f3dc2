// Badges on boxes for what an analysis found about them.
const SEVERITIES = ["error", "warning", "hint"];

export class Findings {
  constructor({ diagram, sync }) {
    this.overlays = diagram.get("overlays");
    this.sync = sync;
    diagram.get("eventBus").on("drawing.changed", () => this.#draw());
    this.found = new Map();
  }

  // `found` maps ids of components to {severity, count}; an empty map takes all badges away.
  set(found) {
    this.found = new Map(found instanceof Map ? found : Object.entries(found));
    this.shown = "";
    this.#draw();
  }

  #draw() {
    const known = [...this.found].filter(([key]) => this.sync.get("component", key));
    const shown = JSON.stringify(known);
    if (shown === this.shown) return;
    this.shown = shown;
    this.overlays.remove({ type: "finding" });
    for (const [key, { severity, count }] of known) {
      const badge = document.createElement("span");
      badge.className = `finding finding-${SEVERITIES.includes(severity) ? severity : "hint"}`;
      badge.textContent = String(count);
      badge.title = `${count} ${count === 1 ? "finding" : "findings"}: ${severity}`;
      this.overlays.add(this.sync.get("component", key), "finding", { position: { bottom: 10, right: 10 }, html: badge });
    }
  }
}
