// Off the page's thread: places for boxes, from left to right, and zones around what lies in them.
import { Graph, layout } from "../../../vendor/dagre.js";

const [MARGIN, HEADING, GAP, GRID] = [24, 40, 24, 10];

onmessage = ({ data }) => {
  try {
    postMessage(placed(data));
  } catch {
    // dagre walks a drawing by recursion, and the largest are too deep for that.
    postMessage({ error: "This drawing is too large to be laid out by itself." });
  }
};

function placed({ components, connections, zones, stays }) {
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
  layout(graph);
  const boxes = new Map(components.map((component) => {
    const { x, y } = graph.node(component.key);
    return [component.key, { ...component, x: snapped(x - component.width / 2), y: snapped(y - component.height / 2) }];
  }));
  if (stays.length) keep(boxes, components.filter(({ key }) => stays.includes(key)));
  const places = [...boxes.values()].map(({ key, x, y }) => [key, { x, y }]);
  return { components: Object.fromEntries(places), zones: around(boxes, zones) };
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
