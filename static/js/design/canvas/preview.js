// The arrow that is being pulled, before it is one.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";
import { border, middle, waypoints } from "./lines.js";

export function previewArrows(diagram) {
  const eventBus = diagram.get("eventBus");
  let line;
  eventBus.on("connect.move", ({ context, x, y }) => {
    line ??= add(diagram.get("canvas").getActiveLayer());
    const { source, target, canExecute, start } = context;
    const end = { x, y };
    const points = canExecute && target ? waypoints({ source, target }, []) : [border(start, middle(start), end), end];
    svgAttr(line, { d: `M${points.map((point) => `${point.x},${point.y}`).join(" L")}` });
    line.classList.toggle("line-refused", canExecute === false && context.hover?.type === "component");
  });
  eventBus.on("connect.cleanup", () => {
    line?.remove();
    line = undefined;
  });
}

function add(layer) {
  const made = svgCreate("path");
  svgAttr(made, { class: "line line-pulled", "marker-end": "url(#arrow-head)" });
  svgAppend(layer, made);
  return made;
}
