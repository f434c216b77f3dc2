// Where the arrows of a drawing run: at right angles, around boxes, apart from each other. The same, line by line, as
// designs/pictures/routing.py, which says how and why; a test holds the two to each other. Points are [x, y], segments
// [x1, y1, x2, y2]; a box is {x, y, width, height, radius}, an arrow {key, source, target, bends}.
const [CLEAR, SKIN, LANE, PORT, INSET, NEAR, LANES] = [14, 5, 12, 16, 10, 160, 7];
const [BEND, CROSSING, SHARED] = [40, 250, 400];
const [MANY, MOST_VISITED, MOST_COMPARED, GREED] = [150, 60_000, 3_000_000, 2];
const [RIGHT, DOWN, LEFT, UP] = [0, 1, 2, 3];
const OUTWARD = [[1, 0], [0, 1], [-1, 0], [0, -1]];

const right = (box) => box.x + box.width;
const bottom = (box) => box.y + box.height;
const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

class End {
  constructor(box, side) {
    Object.assign(this, { box, side, at: 0 });
  }

  get point() {
    const { box, side, at } = this;
    const inset = insetAt(box, side, at);
    if (side === RIGHT) return [right(box) - inset, at];
    if (side === LEFT) return [box.x + inset, at];
    return [at, side === DOWN ? bottom(box) : box.y];
  }

  get isSideways() {
    return this.side === RIGHT || this.side === LEFT;
  }

  get span() {
    const [low, high] = this.isSideways ? [this.box.y, bottom(this.box)] : [this.box.x, right(this.box)];
    const inset = Math.min(INSET, (high - low) / 4);
    return [low + inset, high - inset];
  }
}

// `boxes` is a Map by key. Answers with a Map of the points of each arrow from border to border.
export function routes(boxes, arrows) {
  const known = arrows.filter(({ source, target }) => boxes.has(source) && boxes.has(target));
  const found = new Map();
  const loops = new Map();
  const free = [];
  for (const arrow of known) {
    if (arrow.bends.length) {
      found.set(arrow.key, through(boxes.get(arrow.source), boxes.get(arrow.target), arrow.bends));
    } else if (arrow.source === arrow.target) {
      const number = loops.get(arrow.source) ?? 0;
      found.set(arrow.key, loop(boxes.get(arrow.source), number));
      loops.set(arrow.source, number + 1);
    } else {
      free.push(arrow);
    }
  }
  const work = { left: MOST_VISITED, compared: MOST_COMPARED, greed: free.length <= MANY ? 1 : GREED, ways: new Map() };
  const ends = withPorts(boxes, free, work);
  const distances = new Map(free.map((arrow) => [arrow, distance(boxes, arrow)]));
  const order = [...free].sort((one, other) => distances.get(one) - distances.get(other));
  const lines = new Map([...found].map(([key, points]) => [key, segmentsOf(points)]));
  for (const arrow of order) found.set(arrow.key, drawn(boxes, arrow, ends, lines, work));
  for (const arrow of free.length <= MANY ? order : []) {
    if (trouble(found.get(arrow.key), others(lines, arrow))) found.set(arrow.key, drawn(boxes, arrow, ends, lines, work));
  }
  return new Map(known.map(({ key }) => [key, found.get(key)]));
}

// One arrow alone, quickly: while its box is being pulled.
export function routeAlone(source, target, isLoop = false) {
  const boxes = new Map([["source", source], ["target", target]]);
  return routes(boxes, [{ key: "arrow", source: "source", target: isLoop ? "source" : "target", bends: [] }]).get("arrow");
}

function drawn(boxes, arrow, ends, lines, work) {
  const [start, end] = ends.get(arrow.key);
  const near = ends.size <= MANY ? others(lines, arrow) : [];
  const path = plain(pathOf(boxes, arrow, start, end, near, work));
  lines.set(arrow.key, segmentsOf(path));
  return path;
}

function others(lines, arrow) {
  const found = [];
  for (const [key, segments] of lines) if (key !== arrow.key) found.push(...segments);
  return found;
}

// How many boxes a path runs through, and how many pairs of arrows cross.
export function crossed(boxes, arrow, points) {
  const segments = segmentsOf(points);
  return [...boxes.keys()].filter((key) => key !== arrow.source && key !== arrow.target && segments.some((segment) => hits(segment, boxes.get(key), -1)));
}

function distance(boxes, arrow) {
  const [[x1, y1], [x2, y2]] = [middle(boxes.get(arrow.source)), middle(boxes.get(arrow.target))];
  return Math.abs(x1 - x2) + Math.abs(y1 - y2);
}

// Sides and ports

function withPorts(boxes, arrows, work) {
  const ends = new Map();
  const sides = new Map();
  arrows.forEach((arrow, number) => {
    const [source, target] = [boxes.get(arrow.source), boxes.get(arrow.target)];
    const [leaving, entering] = sidesOf(boxes, arrow, work);
    const [start, end] = [new End(source, leaving), new End(target, entering)];
    ends.set(arrow.key, [start, end]);
    for (const [key, one, other] of [[arrow.source, start, target], [arrow.target, end, source]]) {
      const at = middle(other)[one.isSideways ? 1 : 0];
      const name = `${one.side} ${key}`;
      if (!sides.has(name)) sides.set(name, []);
      sides.get(name).push([at, number, one]);
    }
  });
  const alone = new Set();
  for (const listed of sides.values()) {
    listed.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    const [low, high] = listed[0][2].span;
    const gap = Math.min(PORT, (high - low) / Math.max(listed.length - 1, 1));
    listed.forEach(([, , one], place) => { one.at = (low + high) / 2 + (place - (listed.length - 1) / 2) * gap; });
    if (listed.length === 1) alone.add(listed[0][2]);
  }
  for (const [start, end] of ends.values()) straighten(start, end, alone.has(start), alone.has(end));
  return ends;
}

function straighten(start, end, isStartAlone, isEndAlone) {
  if ((start.side + 2) % 4 !== end.side) return;
  const [low, high] = [Math.max(start.span[0], end.span[0]), Math.min(start.span[1], end.span[1])];
  if (low > high) return;
  if (isStartAlone && isEndAlone) start.at = end.at = (low + high) / 2;
  else if (isEndAlone && end.span[0] <= start.at && start.at <= end.span[1]) end.at = start.at;
  else if (isStartAlone && start.span[0] <= end.at && end.at <= start.span[1]) start.at = end.at;
}

function sidesOf(boxes, arrow, work) {
  const [source, target] = [boxes.get(arrow.source), boxes.get(arrow.target)];
  const obstacles = obstaclesOf(boxes, arrow, work);
  let best;
  for (const [leaving, entering, extra] of pairs(source, target)) {
    const [start, end] = [centred(source, leaving), centred(target, entering)];
    straighten(start, end, true, true);
    for (const path of candidates(start, end, 0)) {
      const cost = lengthOf(path) + BEND * (path.length - 2) + extra;
      if ((best === undefined || cost < best[0]) && isFree(path, obstacles, source, target, work)) {
        best = [cost, leaving, entering];
        work.ways.set(arrow.key, path);
      }
    }
  }
  if (best) return [best[1], best[2]];
  const every = [RIGHT, DOWN, LEFT, UP];
  const path = search(boxes, arrow, every.map((side) => centred(source, side)), every.map((side) => centred(target, side)), [], work);
  if (path.length) {
    work.ways.set(arrow.key, path);
    return [sideOf(path[0], path[1]), sideOf(path.at(-1), path.at(-2))];
  }
  const [leaving, entering] = pairs(source, target)[0];
  return [leaving, entering];
}

function pairs(source, target) {
  const [[x1, y1], [x2, y2]] = [middle(source), middle(target)];
  const across = x2 >= x1 ? [RIGHT, LEFT] : [LEFT, RIGHT];
  const along = y2 >= y1 ? [DOWN, UP] : [UP, DOWN];
  const aside = Math.max(target.x - right(source), source.x - right(target));
  const below = Math.max(target.y - bottom(source), source.y - bottom(target));
  const straight = aside >= 2 * CLEAR || aside >= below
    ? [[...across, 0], [...along, aside >= 2 * CLEAR ? 2 * BEND : 0]]
    : [[...along, 0], [...across, 2 * BEND]];
  return [...straight, [across[0], along[1], BEND], [along[0], across[1], BEND]];
}

function centred(box, side) {
  const end = new End(box, side);
  const [low, high] = end.span;
  end.at = (low + high) / 2;
  return end;
}

function sideOf(edge, outside) {
  if (edge[1] === outside[1]) return outside[0] > edge[0] ? RIGHT : LEFT;
  return outside[1] > edge[1] ? DOWN : UP;
}

function insetAt(box, side, at) {
  if (!box.radius || (side !== RIGHT && side !== LEFT)) return 0;
  const beyond = Math.abs(at - middle(box)[1]) - (box.height / 2 - box.radius);
  if (beyond <= 0) return 0;
  return box.radius - Math.sqrt(Math.max(box.radius * box.radius - beyond * beyond, 0));
}

// Paths

function pathOf(boxes, arrow, start, end, all, work) {
  const [source, target] = [boxes.get(arrow.source), boxes.get(arrow.target)];
  const obstacles = obstaclesOf(boxes, arrow, work);
  const near = nearOf(all, source, target);
  let [best, least] = [undefined, Infinity];
  for (const path of candidates(start, end, LANES)) {
    let cost = lengthOf(path) + BEND * (path.length - 2);
    if (cost >= least || !isFree(path, obstacles, source, target, work)) continue;
    cost += trouble(path, near);
    if (cost < least) [best, least] = [path, cost];
  }
  if (best && least < lengthOf(best) + BEND * (best.length - 2) + SHARED) return best;
  if (work.greed > 1) return best ?? work.ways.get(arrow.key) ?? direct(source, target);
  const around = search(boxes, arrow, [start], [end], near, work);
  if (around.length && (!best || costOf(around, near) < least)) return around;
  // A port may have no way out where the middle of the side has one.
  return best ?? work.ways.get(arrow.key) ?? direct(source, target);
}

const costOf = (path, near) => lengthOf(path) + BEND * (path.length - 2) + trouble(path, near);

function candidates(start, end, most) {
  if (start.isSideways === end.isSideways) return channels(start, end, most);
  const [p, q] = [start.point, end.point];
  const [out, into] = [OUTWARD[start.side], OUTWARD[end.side]];
  if (start.isSideways) return (q[0] - p[0]) * out[0] >= CLEAR && (p[1] - q[1]) * into[1] >= CLEAR ? [[p, [q[0], p[1]], q]] : [];
  return (q[1] - p[1]) * out[1] >= CLEAR && (p[0] - q[0]) * into[0] >= CLEAR ? [[p, [p[0], q[1]], q]] : [];
}

function channels(start, end, most) {
  const [p, q] = [start.point, end.point];
  const axis = start.isSideways ? 0 : 1;
  const [out, into] = [OUTWARD[start.side][axis], OUTWARD[end.side][axis]];
  if (out !== -into || (q[axis] - p[axis]) * out <= 0) return [];
  if (p[1 - axis] === q[1 - axis]) return [[p, q]];
  return lanes(p[axis] + out * CLEAR, q[axis] + into * CLEAR, most).map((at) => (axis === 0 ? [p, [at, p[1]], [at, q[1]], q] : [p, [p[0], at], [q[0], at], q]));
}

function lanes(one, other, most) {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  const half = (low + high) / 2;
  const found = [half];
  for (let number = 1; number <= most; number += 1) {
    for (const at of [half - number * LANE, half + number * LANE]) if (low <= at && at <= high) found.push(at);
  }
  return [...found, low, high];
}

function search(boxes, arrow, starts, ends, near, work) {
  if (work.left <= 0) return [];
  const [source, target] = [boxes.get(arrow.source), boxes.get(arrow.target)];
  for (const margin of [NEAR, Infinity]) {
    const [west, east] = [Math.min(source.x, target.x) - margin, Math.max(right(source), right(target)) + margin];
    const [north, south] = [Math.min(source.y, target.y) - margin, Math.max(bottom(source), bottom(target)) + margin];
    const close = [...boxes.values()].filter((each) => each.x < east && right(each) > west && each.y < south && bottom(each) > north);
    work.left -= Math.floor(close.length ** 2 / 400);
    const path = work.left > 0 ? new Grid(close, starts, ends, near).search(work) : [];
    if (path.length || close.length === boxes.size) return path;
  }
  return [];
}

class Grid {
  constructor(boxes, starts, ends, near) {
    Object.assign(this, { starts, ends });
    this.goals = ends.map(stub);
    const stubs = [...starts.map(stub), ...this.goals];
    const [xs, ys] = [new Set(stubs.map(([x]) => x)), new Set(stubs.map(([, y]) => y))];
    for (const each of boxes) {
      for (const out of [CLEAR, CLEAR + LANE]) {
        xs.add(each.x - out).add(right(each) + out);
        ys.add(each.y - out).add(bottom(each) + out);
      }
    }
    const ascending = (one, other) => one - other;
    [this.xs, this.ys] = [[...xs].sort(ascending), [...ys].sort(ascending)];
    this.levelBlocked = this.ys.map(() => new Uint8Array(this.xs.length));
    this.uprightBlocked = this.xs.map(() => new Uint8Array(this.ys.length));
    for (const each of boxes) this.#block(each);
    this.upright = near.filter((each) => each[0] === each[2]);
    this.level = near.filter((each) => each[1] === each[3]);
    this.known = new Map();
  }

  #block(box) {
    const [west, east] = [after(this.xs, box.x - SKIN), notBefore(this.xs, right(box) + SKIN)];
    const [north, south] = [after(this.ys, box.y - SKIN), notBefore(this.ys, bottom(box) + SKIN)];
    for (let row = north; row < south; row += 1) this.levelBlocked[row].fill(1, Math.max(west - 1, 0), east);
    for (let column = west; column < east; column += 1) this.uprightBlocked[column].fill(1, Math.max(north - 1, 0), south);
  }

  search(work) {
    const waiting = new Heap();
    const [best, came, origin] = [new Map(), new Map(), new Map()];
    let pushed = 0;
    const push = (name, place, total) => {
      best.set(name, total);
      waiting.push([total + work.greed * this.#ahead(place), pushed, total, place, name]);
      pushed += 1;
    };
    this.starts.forEach((each, number) => {
      const place = [...this.#place(stub(each)), each.side];
      const name = this.#name(place);
      if (best.has(name)) return;
      origin.set(name, number);
      push(name, place, 0);
    });
    while (waiting.size && work.left > 0) {
      const [, , cost, place, name] = waiting.pop();
      if (cost > best.get(name)) continue;
      work.left -= 1;
      const end = this.#endAt(place);
      if (end) return this.#back(place, came, origin, end);
      const [column, row, heading] = place;
      for (const turn of [0, 1, 3]) {
        const direction = (heading + turn) % 4;
        const price = this.#price(column, row, direction);
        if (price === Infinity) continue;
        const onward = [column + OUTWARD[direction][0], row + OUTWARD[direction][1], direction];
        const next = this.#name(onward);
        const total = cost + price + (turn ? BEND : 0);
        if (total >= (best.get(next) ?? Infinity)) continue;
        came.set(next, place);
        push(next, onward, total);
      }
    }
    return [];
  }

  #name([column, row, direction]) {
    return (column * this.ys.length + row) * 4 + direction;
  }

  #endAt([column, row, direction]) {
    const [x, y] = [this.xs[column], this.ys[row]];
    return this.ends.find((end, number) => this.goals[number][0] === x && this.goals[number][1] === y && (end.side + 2) % 4 === direction);
  }

  #place([x, y]) {
    return [notBefore(this.xs, x), notBefore(this.ys, y)];
  }

  #ahead([column, row]) {
    const [x, y] = [this.xs[column], this.ys[row]];
    let least = Infinity;
    for (const at of this.goals) least = Math.min(least, Math.abs(x - at[0]) + Math.abs(y - at[1]));
    return least;
  }

  #price(column, row, direction) {
    const isLevel = direction === RIGHT || direction === LEFT;
    const firstColumn = direction === LEFT ? column - 1 : column;
    const firstRow = direction === UP ? row - 1 : row;
    if (firstColumn < 0 || firstRow < 0) return Infinity;
    if (isLevel && (firstColumn + 1 >= this.xs.length || this.levelBlocked[row][firstColumn])) return Infinity;
    if (!isLevel && (firstRow + 1 >= this.ys.length || this.uprightBlocked[column][firstRow])) return Infinity;
    const name = this.#name([firstColumn, firstRow, direction % 2]);
    let price = this.known.get(name);
    if (price === undefined) {
      const [x, y] = [this.xs[firstColumn], this.ys[firstRow]];
      price = this.#priced(isLevel ? [x, y, this.xs[firstColumn + 1], y] : [x, y, x, this.ys[firstRow + 1]], isLevel);
      this.known.set(name, price);
    }
    return price;
  }

  #priced(segment, isLevel) {
    let price = Math.abs(segment[2] - segment[0]) + Math.abs(segment[3] - segment[1]);
    const [along, across] = isLevel ? [this.level, this.upright] : [this.upright, this.level];
    if (along.some((each) => share(segment, each))) price += SHARED;
    return price + CROSSING * across.filter((each) => cross(segment, each)).length;
  }

  #back(last, came, origin, end) {
    let place = last;
    const found = [end.point, [this.xs[place[0]], this.ys[place[1]]]];
    while (came.has(this.#name(place))) {
      place = came.get(this.#name(place));
      found.push([this.xs[place[0]], this.ys[place[1]]]);
    }
    found.push(this.starts[origin.get(this.#name(place))].point);
    return found.reverse();
  }
}

// The least first: by the first number, then by the second, which is never the same.
class Heap {
  constructor() {
    this.items = [];
  }

  get size() {
    return this.items.length;
  }

  push(item) {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isLess(item, items[up])) break;
      items[at] = items[up];
      at = up;
    }
    items[at] = item;
  }

  pop() {
    const { items } = this;
    const least = items[0];
    const item = items.pop();
    if (!items.length) return least;
    let at = 0;
    for (let down = 1; down < items.length; down = 2 * at + 1) {
      if (down + 1 < items.length && isLess(items[down + 1], items[down])) down += 1;
      if (!isLess(items[down], item)) break;
      items[at] = items[down];
      at = down;
    }
    items[at] = item;
    return least;
  }
}

const isLess = (one, other) => one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);

// Places in a sorted list: the first that is not before a value, and the first after it.
function notBefore(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (sorted[half] < value) low = half + 1;
    else high = half;
  }
  return low;
}

function after(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (value < sorted[half]) high = half;
    else low = half + 1;
  }
  return low;
}

function stub({ box, side, at }) {
  if (side === RIGHT) return [right(box) + CLEAR, at];
  if (side === LEFT) return [box.x - CLEAR, at];
  return [at, side === DOWN ? bottom(box) + CLEAR : box.y - CLEAR];
}

// What is in the way

function obstaclesOf(boxes, arrow, work) {
  if (work.compared <= 0) return [];
  const [source, target] = [boxes.get(arrow.source), boxes.get(arrow.target)];
  const [west, east] = [Math.min(source.x, target.x) - CLEAR, Math.max(right(source), right(target)) + CLEAR];
  const [north, south] = [Math.min(source.y, target.y) - CLEAR, Math.max(bottom(source), bottom(target)) + CLEAR];
  const found = [];
  for (const [key, each] of boxes) {
    if (key !== arrow.source && key !== arrow.target && each.x < east && right(each) > west && each.y < south && bottom(each) > north) found.push(each);
  }
  return found;
}

function nearOf(segments, source, target) {
  const [west, east] = [Math.min(source.x, target.x) - NEAR, Math.max(right(source), right(target)) + NEAR];
  const [north, south] = [Math.min(source.y, target.y) - NEAR, Math.max(bottom(source), bottom(target)) + NEAR];
  return segments.filter(([x1, y1, x2, y2]) => Math.min(x1, x2) < east && Math.max(x1, x2) > west && Math.min(y1, y2) < south && Math.max(y1, y2) > north);
}

function isFree(path, obstacles, source, target, work) {
  if (work.compared <= 0) return false;
  work.compared -= 1 + obstacles.length;
  const segments = segmentsOf(path);
  if (segments.some((segment) => obstacles.some((each) => hits(segment, each, SKIN)))) return false;
  return !segments.slice(1).some((segment) => hits(segment, source, -1)) && !segments.slice(0, -1).some((segment) => hits(segment, target, -1));
}

function trouble(path, near) {
  let cost = 0;
  for (const segment of segmentsOf(path)) {
    for (const other of near) {
      if (share(segment, other)) cost += SHARED;
      else if (cross(segment, other)) cost += CROSSING;
    }
  }
  return cost;
}

function hits([x1, y1, x2, y2], box, skin) {
  const [west, east, north, south] = [box.x - skin, right(box) + skin, box.y - skin, bottom(box) + skin];
  if (Math.max(x1, x2) <= west || Math.min(x1, x2) >= east || Math.max(y1, y2) <= north || Math.min(y1, y2) >= south) return false;
  if (x1 === x2 || y1 === y2) return true;
  let [first, last] = [0, 1];
  for (const [start, delta, low, high] of [[x1, x2 - x1, west, east], [y1, y2 - y1, north, south]]) {
    const [enters, leaves] = [(low - start) / delta, (high - start) / delta];
    first = Math.max(first, Math.min(enters, leaves));
    last = Math.min(last, Math.max(enters, leaves));
  }
  return first < last;
}

function share(one, other) {
  if (one[0] === one[2] && other[0] === other[2]) return Math.abs(one[0] - other[0]) < LANE / 2 && overlap(one[1], one[3], other[1], other[3]) > SKIN;
  if (one[1] === one[3] && other[1] === other[3]) return Math.abs(one[1] - other[1]) < LANE / 2 && overlap(one[0], one[2], other[0], other[2]) > SKIN;
  return false;
}

const overlap = (a1, a2, b1, b2) => Math.min(Math.max(a1, a2), Math.max(b1, b2)) - Math.max(Math.min(a1, a2), Math.min(b1, b2));

function cross([x1, y1, x2, y2], [x3, y3, x4, y4]) {
  if (Math.max(x1, x2) < Math.min(x3, x4) || Math.min(x1, x2) > Math.max(x3, x4) || Math.max(y1, y2) < Math.min(y3, y4) || Math.min(y1, y2) > Math.max(y3, y4)) return false;
  const first = turn(x1, y1, x2, y2, x3, y3) * turn(x1, y1, x2, y2, x4, y4);
  const second = turn(x3, y3, x4, y4, x1, y1) * turn(x3, y3, x4, y4, x2, y2);
  return first < 0 && second < 0;
}

const turn = (x1, y1, x2, y2, x3, y3) => (x2 - x1) * (y3 - y1) - (y2 - y1) * (x3 - x1);

// Geometry

function segmentsOf(points) {
  const found = [];
  for (let index = 1; index < points.length; index += 1) found.push([points[index - 1][0], points[index - 1][1], points[index][0], points[index][1]]);
  return found;
}

function lengthOf(points) {
  let length = 0;
  for (let index = 1; index < points.length; index += 1) length += Math.abs(points[index][0] - points[index - 1][0]) + Math.abs(points[index][1] - points[index - 1][1]);
  return length;
}

function plain(points) {
  const found = [];
  for (const point of points) {
    if (found.length && found.at(-1)[0] === point[0] && found.at(-1)[1] === point[1]) continue;
    while (found.length > 1 && isBetween(found.at(-2), found.at(-1), point)) found.pop();
    found.push(point);
  }
  return found;
}

const isBetween = (before, point, behind) => (before[0] === point[0] && point[0] === behind[0]) || (before[1] === point[1] && point[1] === behind[1]);

const through = (source, target, bends) => [met(source, bends[0]), ...bends, met(target, bends.at(-1))];

// Where an arrow to a bend leaves the box: at a right angle if the bend lies beside a side, or else aslant.
export function met(box, [x, y]) {
  if (box.x + box.radius <= x && x <= right(box) - box.radius && !(box.y <= y && y <= bottom(box))) return [x, y < box.y ? box.y : bottom(box)];
  if (box.y + box.radius <= y && y <= bottom(box) - box.radius && !(box.x <= x && x <= right(box))) return [x < box.x ? box.x : right(box), y];
  return border(box, [x, y]);
}
const direct = (source, target) => [border(source, middle(target)), border(target, middle(source))];

function border(box, towards) {
  const [x, y] = middle(box);
  const [dx, dy] = [towards[0] - x, towards[1] - y];
  if (!dx && !dy) return [x, y];
  const scale = Math.min(dx ? box.width / 2 / Math.abs(dx) : Infinity, dy ? box.height / 2 / Math.abs(dy) : Infinity, 1);
  return [x + dx * scale, y + dy * scale];
}

function loop(box, number) {
  const out = 26 + number * LANE;
  const [east, north] = [right(box), box.y];
  const [across, down] = [Math.min(24 + (number * LANE) / 2, box.width / 2), Math.min(20 + (number * LANE) / 2, box.height / 2)];
  return [[east - across, north], [east - across, north - out], [east + out, north - out], [east + out, north + down], [east, north + down]];
}
