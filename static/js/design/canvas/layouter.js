// Arrows while a command moves their ends: bends stay, ends are cropped at the boxes. What the whole drawing asks of their
// paths follows when the document has taken the change over.
import { bendsOf, middle, waypoints } from "./lines.js";

export class Layouter {
  layoutConnection(connection, hints = {}) {
    const source = hints.source ?? connection.source;
    const target = hints.target ?? connection.target;
    if (!source || !target) return [hints.connectionStart ?? middle(source), hints.connectionEnd ?? middle(target)];
    const bends = connection.waypoints?.length && connection.source && connection.target ? bendsOf(connection) : [];
    return waypoints({ source, target }, bends);
  }
}
