// What is dragged stops on a grid, on each axis where no other box has caught it; with Ctrl it goes anywhere.
import { GRID } from "./edits.js";

const DRAGS = ["shape.move", "create", "resize", "bendpoint.move"].flatMap((drag) => [`${drag}.move`, `${drag}.end`]);
const AXES = [["x", "width", "e"], ["y", "height", "s"]];

export function bindGrid(eventBus) {
  // After diagram-js has aligned it with other boxes, before anything is done about it.
  eventBus.on(DRAGS, 1200, (event) => {
    const { originalEvent } = event;
    if (originalEvent?.ctrlKey || originalEvent?.metaKey) return;
    for (const axis of AXES) {
      const [name] = axis;
      if (event.snapped?.[name]) continue;
      const at = place(event, axis);
      const by = Math.round(at / GRID) * GRID - at;
      event[name] += by;
      event[`d${name}`] += by;
    }
  });
}

// Where on this axis the edge is that comes to lie on the grid: the left one, or that which is pulled.
function place(event, [axis, size, far]) {
  const { shape, direction } = event.context;
  if (!shape) return event[axis];
  if (!shape.parent) return event[axis] - shape[size] / 2;
  return shape[axis] + event[`d${axis}`] + (direction?.includes(far) ? shape[size] : 0);
}
