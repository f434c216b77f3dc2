// Marks on boxes of which something is said that nobody has resolved. `counts` holds how many, by the box's id.
export function showComments(diagram, counts) {
  const [registry, eventBus] = [diagram.get("elementRegistry"), diagram.get("eventBus")];
  const give = (element) => { if (element.type === "component") element.comments = counts[element.key]; };
  eventBus.on("shape.added", ({ element }) => give(element));
  const shapes = registry.filter((element) => element.type === "component" && counts[element.key]);
  for (const element of shapes) {
    give(element);
    eventBus.fire("element.changed", { element });
  }
  eventBus.fire("drawing.changed", { elements: shapes });
}
