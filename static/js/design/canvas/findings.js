// Badges on boxes for what an analysis found about them.
const SEVERITIES = ["error", "warning", "hint"];

export class Findings {
  constructor({ diagram }) {
    this.registry = diagram.get("elementRegistry");
    this.eventBus = diagram.get("eventBus");
    this.found = {};
    this.eventBus.on("shape.added", ({ element }) => { if (element.type === "component") element.finding = this.found[element.key]; });
  }

  // `found` maps ids of components to {severity, count}; an empty one takes all badges away.
  set(found) {
    const given = found instanceof Map ? Object.fromEntries(found) : found;
    this.found = Object.fromEntries(Object.entries(given).map(([key, { severity, count }]) => [key, { count, severity: SEVERITIES.includes(severity) ? severity : "hint" }]));
    const shapes = this.registry.filter((element) => element.type === "component");
    for (const shape of shapes) shape.finding = this.found[shape.key];
    for (const element of shapes) this.eventBus.fire("element.changed", { element });
    this.eventBus.fire("drawing.changed", { elements: shapes });
  }
}
