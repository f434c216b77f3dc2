// Stands in for the package path-intersection, which knows every curve of SVG: the paths of our drawings are straight
// lines, and diagram-js asks for circles only around the pointer.
export default function intersect(first, second) {
  const [one, other] = [commands(first), commands(second)];
  const lines = segments(other);
  const circle = circleOf(one);
  return lines.flatMap((line) => (circle ? withCircle(circle, line) : segments(one).flatMap((each) => withLine(each, line))));
}

// A path as its commands; it may come as text, "M1,2L3,4".
function commands(path) {
  if (typeof path !== "string") return path;
  return (path.match(/[a-z][^a-z]*/gi) ?? []).map((part) => [part[0], ...(part.match(/-?[\d.]+/g) ?? []).map(Number)]);
}

// Straight pieces as {from, to, index}; the index is that of the command that draws them.
function segments(path) {
  const found = [];
  let [start, at] = [{ x: 0, y: 0 }, { x: 0, y: 0 }];
  path.forEach(([command, x = 0, y = 0], index) => {
    const to = command === "z" || command === "Z" ? start : command === command.toLowerCase() ? { x: at.x + x, y: at.y + y } : { x, y };
    if (command === "M" || command === "m") start = to;
    else found.push({ from: at, to, index });
    at = to;
  });
  return found;
}

function circleOf(path) {
  const arc = path.find(([command]) => command === "a");
  return arc && { x: path[0][1], y: path[0][2], r: arc[1] };
}

function withLine(one, line) {
  const [dx, dy] = [one.to.x - one.from.x, one.to.y - one.from.y];
  const [ex, ey] = [line.to.x - line.from.x, line.to.y - line.from.y];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return [];
  const [fx, fy] = [line.from.x - one.from.x, line.from.y - one.from.y];
  return point(line, (fx * dy - fy * dx) / cross, (fx * ey - fy * ex) / cross, one.index);
}

function withCircle({ x, y, r }, line) {
  const [dx, dy] = [line.to.x - line.from.x, line.to.y - line.from.y];
  const [fx, fy] = [line.from.x - x, line.from.y - y];
  const [a, b, c] = [dx * dx + dy * dy, 2 * (fx * dx + fy * dy), fx * fx + fy * fy - r * r];
  const root = Math.sqrt(b * b - 4 * a * c);
  if (!a || Number.isNaN(root)) return [];
  return [-root, root].flatMap((sign) => point(line, (-b + sign) / (2 * a), 0, 0));
}

function point({ from, to, index }, t2, t1, segment1) {
  if (t2 < 0 || t2 > 1 || t1 < 0 || t1 > 1) return [];
  return [{ x: from.x + (to.x - from.x) * t2, y: from.y + (to.y - from.y) * t2, segment1, segment2: index, t1, t2 }];
}
