// Where arrows run: from the border of one box through its bends to the border of the other. The document keeps only the
// bends; arrows that join the same two boxes run side by side.
const APART = 16;

export const middle = (shape) => ({ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });

export function waypoints(connection, bends) {
  const { source, target } = connection;
  if (source === target && !bends.length) return loop(source);
  const shift = bends.length ? { x: 0, y: 0 } : sideways(connection);
  const from = moved(middle(source), shift);
  const to = moved(middle(target), shift);
  const next = bends[0] ?? to;
  const last = bends.at(-1) ?? from;
  return [border(source, from, next), ...bends, border(target, to, last)].map(rounded);
}

// The bends of a connection as diagram-js has it now.
export function bendsOf(connection) {
  const found = connection.waypoints.slice(1, -1).map(rounded);
  return connection.source === connection.target && isLoop(connection) ? [] : found;
}

const rounded = ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) });
const moved = (point, by) => ({ x: point.x + by.x, y: point.y + by.y });

// Where the line from a point inside the box to one outside leaves it.
export function border(shape, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0 && dy === 0) return from;
  const across = dx > 0 ? (shape.x + shape.width - from.x) / dx : dx < 0 ? (shape.x - from.x) / dx : Infinity;
  const along = dy > 0 ? (shape.y + shape.height - from.y) / dy : dy < 0 ? (shape.y - from.y) / dy : Infinity;
  const part = Math.min(across, along, 1);
  return { x: from.x + dx * part, y: from.y + dy * part };
}

function sideways({ id, source, target }) {
  const isBetween = (each) => each.source !== each.target && (each.source === target || each.target === target) && each.waypoints;
  const same = [...source.outgoing.filter((each) => each.target === target), ...source.incoming.filter((each) => each.source === target)].filter((each) => isBetween(each) || each.id === id);
  if (same.length < 2) return { x: 0, y: 0 };
  const ids = same.map((each) => each.id).sort();
  const place = (ids.indexOf(id) - (ids.length - 1) / 2) * APART;
  // Always measured from the same of the two ends, so that arrows there and back do not swap sides.
  const [one, other] = source.id < target.id ? [source, target] : [target, source];
  const [from, to] = [middle(one), middle(other)];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: (-(to.y - from.y) / length) * place, y: ((to.x - from.x) / length) * place };
}

function loop(shape) {
  const [right, top] = [shape.x + shape.width, shape.y];
  return [{ x: right - 36, y: top }, { x: right - 36, y: top - 28 }, { x: right + 28, y: top - 28 }, { x: right + 28, y: top + 24 }, { x: right, y: top + 24 }].map(rounded);
}

function isLoop({ source, waypoints: points }) {
  const own = loop(source);
  return points.length === own.length && points.every((point, index) => Math.abs(point.x - own[index].x) < 2 && Math.abs(point.y - own[index].y) < 2);
}
