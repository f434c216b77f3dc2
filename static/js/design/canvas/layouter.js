// Arrows while a command moves their ends: bends stay, ends are cropped at the boxes.
import { bendsOf, waypoints } from "./lines.js";

export class Layouter {
  layoutConnection(connection, hints = {}) {
    const source = hints.source ?? connection.source;
    const target = hints.target ?? connection.target;
    if (!source || !target) return [hints.connectionStart ?? middle(source), hints.connectionEnd ?? middle(target)];
    const bends = connection.waypoints?.length && connection.source && connection.target ? bendsOf(connection) : [];
    return waypoints({ id: connection.id, source, target }, bends);
  }
}

const middle = (shape) => (shape ? { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 } : { x: 0, y: 0 });
