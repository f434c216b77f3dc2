// Off the page's thread: places for boxes, from left to right, and zones around what lies in them.
import { Graph, layout } from "../../../vendor/dagre.js";

const [MARGIN, HEADING, GAP, GRID] = [24, 40, 24, 10];

// dagre walks a drawing by recursion and in far more than linear time: 300 boxes with 450 arrows take it two seconds,
// twice as many eleven, and 2,000 its whole stack.
const MOST_FOR_DAGRE = 600;

onmessage = ({ data }) => postMessage(placed(data));

function placed(data) {
  const { components, zones, stays } = data;
  const boxes = (components.length <= MOST_FOR_DAGRE && byDagre(data)) || byRanks(data);
  if (stays.length) keep(boxes, components.filter(({ key }) => stays.includes(key)));
  const places = [...boxes.values()].map(({ key, x, y }) => [key, { x, y }]);
  return { components: Object.fromEntries(places), zones: around(boxes, zones) };
}

// Undefined where the drawing is too deep for it.
function byDagre({ components, connections, zones }) {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 48, ranksep: 100, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const filledZones = zonesWithSomething(components, zones);
  for (const { key, parent } of zones) {
    if (!filledZones.has(key)) continue;
    graph.setNode(`zone:${key}`, {});
    if (parent) graph.setParent(`zone:${key}`, `zone:${parent}`);
  }
  for (const { key, width, height, zone } of components) {
    graph.setNode(key, { width, height });
    if (zone) graph.setParent(key, `zone:${zone}`);
  }
  connections.forEach(({ source, target }, index) => { if (source !== target) graph.setEdge(source, target, {}, String(index)); });
  try {
    layout(graph);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return new Map(components.map((component) => {
    const { x, y } = graph.node(component.key);
    return [component.key, { ...component, x: snapped(x - component.width / 2), y: snapped(y - component.height / 2) }];
  }));
}

// Plainer, but for drawings of any size: columns by the longest way from where calls begin, and a band for each zone.
function byRanks({ components, connections, zones }) {
  const ranks = ranked(components, connections);
  const last = Math.max(1, ...ranks.values());
  // Coordinates end at a million.
  const column = Math.min(Math.max(...components.map(({ width }) => width)) + 100, 900_000 / last);
  const boxes = new Map();
  let top = 0;
  for (const { key, depth } of bands(zones)) {
    const inside = components.filter(({ zone }) => zone === key);
    if (!inside.length) continue;
    top += (HEADING + MARGIN) * depth;
    const ends = new Map();
    for (const component of inside) {
      const rank = ranks.get(component.key);
      const y = ends.get(rank) ?? top;
      ends.set(rank, snapped(y + component.height + 2 * GAP));
      boxes.set(component.key, { ...component, x: snapped(rank * column), y: snapped(y) });
    }
    top = Math.max(...ends.values()) + (HEADING + MARGIN) * depth;
  }
  return boxes;
}

// Zones with their depth, each right behind the one around it; first what is in none.
function bands(zones) {
  const found = [];
  const waiting = [{ key: "", depth: 0 }];
  while (waiting.length) {
    const { key, depth } = waiting.pop();
    found.push({ key, depth });
    for (const zone of zones) if (zone.parent === key) waiting.push({ key: zone.key, depth: depth + 1 });
  }
  return found;
}

// Each behind all that call it; what calls in a circle counts from where the circle is first met.
function ranked(components, connections) {
  const ranks = new Map(components.map(({ key }) => [key, 0]));
  const called = new Map(components.map(({ key }) => [key, []]));
  const callers = new Map(components.map(({ key }) => [key, 0]));
  for (const { source, target } of connections) {
    if (source === target) continue;
    called.get(source).push(target);
    callers.set(target, callers.get(target) + 1);
  }
  const left = new Set(ranks.keys());
  const ready = [...left].filter((key) => callers.get(key) === 0);
  while (left.size) {
    const key = ready.pop() ?? left.values().next().value;
    if (!left.delete(key)) continue;
    for (const other of called.get(key)) {
      if (!left.has(other)) continue;
      ranks.set(other, Math.max(ranks.get(other), ranks.get(key) + 1));
      callers.set(other, callers.get(other) - 1);
      if (callers.get(other) === 0) ready.push(other);
    }
  }
  return ranks;
}

const snapped = (value) => Math.round(value / GRID) * GRID;

function zonesWithSomething(components, zones) {
  const parents = Object.fromEntries(zones.map(({ key, parent }) => [key, parent]));
  const found = new Set();
  for (let { zone } of components) for (; zone && !found.has(zone); zone = parents[zone]) found.add(zone);
  return found;
}

// Those that stay get their places back; the others move with them as a whole, and then out of their way.
function keep(boxes, fixed) {
  const mean = (axis) => fixed.reduce((sum, box) => sum + box[axis] - boxes.get(box.key)[axis], 0) / fixed.length;
  const by = { x: snapped(mean("x")), y: snapped(mean("y")) };
  for (const box of boxes.values()) Object.assign(box, { x: box.x + by.x, y: box.y + by.y });
  const settled = fixed.map((box) => Object.assign(boxes.get(box.key), { x: box.x, y: box.y }));
  const others = [...boxes.values()].filter((box) => !settled.includes(box)).sort((one, other) => one.x - other.x || one.y - other.y);
  for (const box of others) {
    for (let tries = 0; tries < 200; tries += 1) {
      const hit = settled.find((other) => touch(box, other));
      if (!hit) break;
      box.y = snapped(hit.y + hit.height + GAP);
    }
    settled.push(box);
  }
}

function touch(one, other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}

// Zones around their boxes and around the zones in them; an empty one stays as it is.
function around(boxes, zones) {
  const found = {};
  const extent = (key) => {
    const inside = [...boxes.values()].filter((box) => box.zone === key);
    for (const { key: inner, parent } of zones) if (parent === key && extent(inner)) inside.push(found[inner]);
    if (!inside.length) return undefined;
    const left = Math.min(...inside.map((box) => box.x)) - MARGIN;
    const top = Math.min(...inside.map((box) => box.y)) - HEADING;
    const right = Math.max(...inside.map((box) => box.x + box.width)) + MARGIN;
    const bottom = Math.max(...inside.map((box) => box.y + box.height)) + MARGIN;
    found[key] = { x: left, y: top, width: right - left, height: bottom - top };
    return found[key];
  };
  for (const { key, parent } of zones) if (!parent) extent(key);
  return found;
}
