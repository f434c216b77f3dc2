// Arrows of diagram-js and their paths: where they run is said by routing.js, or by the bends that somebody made.
import { met, routeAlone, routes } from "./routing.js";

export const middle = (shape) => ({ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });
const ROUND = 28;

// A shape as routing.js knows it; `form` is that of its kind.
export function boxOf({ x, y, width, height }, form) {
  return { x, y, width, height, radius: form === "round" ? Math.min(height / 2, ROUND) : 0 };
}

// The points of every connection of a drawing, as a Map by key. `form` answers with that of a shape.
export function allPaths(shapes, connections, form) {
  const boxes = new Map(shapes.map((shape) => [shape.key, boxOf(shape, form(shape))]));
  const arrows = connections.map(({ key, source, target, bends = [] }) => ({ key, source, target, bends: bends.map(({ x, y }) => [x, y]) }));
  return { boxes, paths: routes(boxes, arrows) };
}

export const toPoints = (path) => path.map(([x, y]) => ({ x, y }));

// One arrow by itself, while a command moves its ends: through its bends, or the plain way.
export function waypoints({ source, target }, bends) {
  if (!bends.length) return toPoints(routeAlone(boxOf(source), source === target ? boxOf(source) : boxOf(target), source === target));
  const end = (shape, { x, y }) => toPoints([met(boxOf(shape), [x, y])]);
  return [...end(source, bends[0]), ...bends, ...end(target, bends.at(-1))].map(rounded);
}

// The bends that somebody made of a connection, as diagram-js has it now; those of a path that was found are none.
export function bendsOf(connection) {
  const isMade = connection.isBent || connection.item?.bends?.length > 0;
  return isMade ? connection.waypoints.slice(1, -1).map(rounded) : [];
}

const rounded = ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) });

// Where the line from a point inside the box to one outside leaves it.
export function border(shape, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0 && dy === 0) return from;
  const across = dx > 0 ? (shape.x + shape.width - from.x) / dx : dx < 0 ? (shape.x - from.x) / dx : Infinity;
  const along = dy > 0 ? (shape.y + shape.height - from.y) / dy : dy < 0 ? (shape.y - from.y) / dy : Infinity;
  const part = Math.min(across, along, 1);
  return { x: from.x + dx * part, y: from.y + dy * part };
}
