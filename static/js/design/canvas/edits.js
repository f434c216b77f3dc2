// What people do to a drawing, as merge patches to the whole document; designs/document/diagram_edits.py for scripts.
// Nothing here knows of a screen: plain documents in, plain patches out.
import { apply, diff } from "../merge-patch.js";

export const SIZE = { width: 140, height: 64 };
export const ZONE_SIZE = { width: 400, height: 300 };
export const GRID = 10;
const [COLUMN, ROW, MARGIN, HEADING] = [240, 112, 24, 40];
const DEFAULTS = { x: 0, y: 0, zone: "", parent: "", kind: "", label: "", bends: [], instances: 1, shards: 1, copies: 1 };

export const drawing = (document) => ({ components: {}, connections: {}, zones: {}, ...document.diagram });

export function inOrder(collection) {
  return Object.entries(collection).sort(([one, a], [other, b]) => (a.order ?? 0) - (b.order ?? 0) || (one < other ? -1 : 1));
}

// A readable id that is not taken: "tweet-service", "muller-box", "tweet-service-2"; the same as new_id of Python makes.
export function newKey(words, taken) {
  const plain = words.normalize("NFKD").toLowerCase().replace(/[^\x00-\x7f]/g, "");
  let slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32).replace(/-+$/, "");
  if (!/^[a-z]/.test(slug)) slug = `n${slug}`;
  let key = slug;
  for (let number = 2; Object.hasOwn(taken, key); number += 1) key = `${slug}-${number}`;
  return key;
}

export function newConnectionKey(taken) {
  let number = Object.keys(taken).length + 1;
  while (Object.hasOwn(taken, `c${number}`)) number += 1;
  return `c${number}`;
}

// A name that no other of the collection has: "Service", "Service 2".
export function newLabel(title, collection) {
  const taken = new Set(Object.values(collection).map((item) => (item.label ?? "").toLowerCase()));
  let label = title;
  for (let number = 2; taken.has(label.toLowerCase()); number += 1) label = `${title} ${number}`;
  return label;
}

export const nextOrder = (collection) => Object.values(collection).reduce((most, item) => Math.max(most, item.order ?? 0), 0) + 1;

export function box(item, size = SIZE) {
  return { x: item.x ?? 0, y: item.y ?? 0, width: item.width ?? size.width, height: item.height ?? size.height };
}

export const zoneBox = (zone) => box(zone, ZONE_SIZE);

const touch = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;

// A free place: at `near`, or else right of and below it; with `goesDown` below it, then above it, before further right.
// `size` is that of the new box, `zone` the one that it is to lie in: zones that do not hold that one are not free.
export function freePlace(document, near, { size = SIZE, zone = "", goesDown = false } = {}) {
  const { components, zones } = drawing(document);
  const around = zonesAround(zones, zone);
  const taken = [...Object.values(components).map((item) => box(item)), ...Object.keys(zones).filter((key) => !around.has(key)).map((key) => zoneBox(zones[key]))];
  const step = goesDown ? downFirst : rightFirst;
  for (let number = 0; number < 400; number += 1) {
    const [column, row] = step(number);
    const place = { x: near.x + COLUMN * column, y: near.y + ROW * row, ...size };
    if (!taken.some((other) => touch(place, other))) return { x: place.x, y: place.y };
  }
  return { x: near.x, y: near.y };
}

const rightFirst = (number) => [number % 4, Math.floor(number / 4)];
const DOWN = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7];
const downFirst = (number) => [Math.floor(number / DOWN.length), DOWN[number % DOWN.length]];

// The zone and those around it.
function zonesAround(zones, zone) {
  const found = new Set();
  for (let key = zone; Object.hasOwn(zones, key) && !found.has(key); key = zones[key].parent ?? "") found.add(key);
  return found;
}

// The innermost zone that a point lies in, or an empty string; `without` are zones that do not count.
export function zoneAt(zones, { x, y }, without = new Set()) {
  const holds = Object.entries(zones).filter(([key, zone]) => {
    const frame = zoneBox(zone);
    return !without.has(key) && x >= frame.x && y >= frame.y && x <= frame.x + frame.width && y <= frame.y + frame.height;
  });
  const area = ([, zone]) => zoneBox(zone).width * zoneBox(zone).height;
  return holds.sort((one, other) => area(one) - area(other) || (one[0] < other[0] ? -1 : 1))[0]?.[0] ?? "";
}

const centre = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

// The patch, with each box that it places in the zone that it lies in then, and with each zone that it places or
// resizes taking in what lies in it. What the patch itself says about zones stays.
export function settled(document, patch) {
  const after = apply(document, patch);
  const { components, zones } = drawing(after);
  const [placed, framed] = ["components", "zones"].map((name) => Object.entries(patch.diagram?.[name] ?? {}).filter(([, item]) => item !== null));
  const isPlaced = (item) => ["x", "y", "width", "height"].some((name) => name in item);
  const asked = new Set(placed.filter(([, item]) => isPlaced(item) && !("zone" in item)).map(([key]) => key));
  const movedZones = new Set(framed.filter(([, item]) => isPlaced(item)).map(([key]) => key));
  const said = new Set(placed.filter(([, item]) => "zone" in item).map(([key]) => key));
  if (movedZones.size) {
    for (const [key, item] of Object.entries(components)) {
      if (!said.has(key) && (movedZones.has(item.zone) || movedZones.has(zoneAt(zones, centre(box(item)))))) asked.add(key);
    }
  }
  const found = { components: {}, zones: {} };
  for (const key of asked) {
    const zone = zoneAt(zones, centre(box(components[key])));
    if (zone !== (components[key].zone ?? "")) found.components[key] = { zone };
  }
  for (const [key, item] of framed) {
    if (!movedZones.has(key) || "parent" in item) continue;
    const inside = new Set(Object.keys(zones).filter((other) => zonesAround(zones, other).has(key)));
    const frame = zoneBox(zones[key]);
    const parent = zoneAt(zones, centre(frame), new Set([...inside, ...smallerThan(zones, frame)]));
    if (parent !== (zones[key].parent ?? "")) found.zones[key] = { parent };
  }
  const more = filled(found);
  return Object.keys(more).length ? apply(patch, { diagram: more }) : patch;
}

const smallerThan = (zones, frame) => Object.keys(zones).filter((key) => zoneBox(zones[key]).width < frame.width || zoneBox(zones[key]).height < frame.height);

// The patch, with what it puts beside an open zone kept in it: what is made or moved there stays there, and it grows.
export function heldInside(document, patch, zone) {
  const before = drawing(document);
  const isIn = (zones, key) => zonesAround(zones, key).has(zone);
  let whole = patch;
  for (const [key, item] of Object.entries(patch.diagram?.components ?? {})) {
    const was = before.components[key];
    if (item === null || (was && !isIn(before.zones, was.zone ?? ""))) continue;
    const { components, zones } = drawing(apply(document, whole));
    if (!Object.hasOwn(zones, zone)) return whole;
    const held = isIn(zones, components[key].zone ?? "") ? {} : { components: { [key]: { zone } } };
    const grown = withRoom(apply(apply(document, whole).diagram, held), held, key);
    if (Object.keys(grown).length) whole = apply(whole, { diagram: grown });
  }
  return madeRoom(document, whole, zone, before.zones[zone] && zoneBox(before.zones[zone]));
}

// The patch, after which a zone that grew lies on nothing beside it: what was beyond a side moves on by as much.
function madeRoom(document, patch, zone, was) {
  const after = apply(document, patch);
  const { components, connections, zones } = drawing(after);
  if (!was || !Object.hasOwn(zones, zone)) return patch;
  const now = zoneBox(zones[zone]);
  const sides = [
    [{ x: now.x + now.width - was.x - was.width, y: 0 }, (frame) => frame.x >= was.x + was.width],
    [{ x: now.x - was.x, y: 0 }, (frame) => frame.x + frame.width <= was.x],
    [{ x: 0, y: now.y + now.height - was.y - was.height }, (frame) => frame.y >= was.y + was.height],
    [{ x: 0, y: now.y - was.y }, (frame) => frame.y + frame.height <= was.y],
  ].filter(([by], side) => (by.x + by.y) * (side % 2 ? -1 : 1) > 0);
  if (!sides.length) return patch;
  const around = zonesAround(zones, zone);
  const moved = { components: {}, connections: {}, zones: {} };
  // What lies in a zone goes where that goes.
  const shift = (name, key, chain, frame) => {
    const outer = [...chain].filter((each) => !around.has(each)).at(-1);
    const whole = outer ? zoneBox(zones[outer]) : frame;
    const by = chain.has(zone) || around.has(key) && name === "zones" ? undefined : sides.find(([, isBeyond]) => isBeyond(whole))?.[0];
    if (by) moved[name][key] = { x: frame.x + by.x, y: frame.y + by.y };
    return by;
  };
  for (const [key, item] of Object.entries(zones)) shift("zones", key, zonesAround(zones, key), zoneBox(item));
  const steps = new Map(Object.entries(components).map(([key, item]) => [key, shift("components", key, zonesAround(zones, item.zone ?? ""), box(item))]));
  for (const [key, { source, target, bends }] of Object.entries(connections)) {
    const by = steps.get(source);
    if (bends?.length && by && by === steps.get(target)) moved.connections[key] = { bends: bends.map(({ x, y }) => ({ x: x + by.x, y: y + by.y })) };
  }
  let whole = apply(patch, { diagram: filled(moved) });
  for (const key of Object.keys(moved.components)) {
    const grown = withRoom(apply(document, whole).diagram, {}, key);
    if (Object.keys(grown).length) whole = apply(whole, { diagram: grown });
  }
  return whole;
}

// A component gets a drawing of its own: a boundary of its name around it, in which there is room for what it is made of.
export function openedUp(document, key) {
  const item = drawing(document).components[key];
  const frame = box(item);
  const around = item.zone ?? "";
  const { key: zone, patch } = addZone(document, {
    kind: "boundary", title: item.label || key, parent: around,
    place: { x: frame.x - MARGIN, y: frame.y - HEADING },
    size: { width: frame.width + 2 * MARGIN, height: frame.height + HEADING + MARGIN },
  });
  patch.diagram.components = { [key]: { zone } };
  const whole = { diagram: withRoomAround(apply(document.diagram, patch.diagram), patch.diagram, zone) };
  return { key: zone, patch: madeRoom(document, whole, zone, frame) };
}

// A new component at a place; `caller` is who calls it, `says` the label of that arrow. Answers {key, connection, patch}.
export function addComponent(document, { kind, title, place, zone = "", caller = "", says = "" }) {
  const { components, connections } = drawing(document);
  const label = newLabel(title, components);
  const key = newKey(label, components);
  const item = { kind, label, x: Math.round(place.x), y: Math.round(place.y), order: nextOrder(components) };
  if (zone) item.zone = zone;
  const patch = { components: { [key]: item } };
  let connection = "";
  if (caller) {
    connection = newConnectionKey(connections);
    patch.connections = { [connection]: { source: caller, target: key, order: nextOrder(connections), ...(says ? { label: says } : {}) } };
  }
  return { key, connection, patch: { diagram: withRoom(apply(document.diagram ?? {}, patch), patch, key) } };
}

export function addZone(document, { kind, title, place, parent = "", size = ZONE_SIZE }) {
  const { zones } = drawing(document);
  const label = newLabel(title, zones);
  const key = newKey(label, zones);
  const item = { kind, label, x: Math.round(place.x), y: Math.round(place.y), ...size, order: nextOrder(zones) };
  if (parent) item.parent = parent;
  return { key, patch: { diagram: { zones: { [key]: item } } } };
}

export function connect(document, source, target, says = "") {
  const { connections } = drawing(document);
  const key = newConnectionKey(connections);
  return { key, patch: { diagram: { connections: { [key]: { source, target, order: nextOrder(connections), ...(says ? { label: says } : {}) } } } } };
}

// Moves components and zones (with all that lies in them), and the bends of arrows whose both ends move.
export function move(document, { components = [], zones = [] }, by) {
  const all = drawing(document);
  const movedZones = new Set(zones);
  for (let grew = true; grew;) {
    const inner = Object.keys(all.zones).filter((key) => !movedZones.has(key) && movedZones.has(all.zones[key].parent));
    inner.forEach((key) => movedZones.add(key));
    grew = inner.length > 0;
  }
  const moved = new Set(components);
  for (const [key, item] of Object.entries(all.components)) if (movedZones.has(item.zone)) moved.add(key);
  const shifted = (item) => ({ x: (item.x ?? 0) + by.x, y: (item.y ?? 0) + by.y });
  const patch = { components: {}, connections: {}, zones: {} };
  for (const key of moved) patch.components[key] = shifted(all.components[key]);
  for (const key of movedZones) patch.zones[key] = shifted(all.zones[key]);
  for (const [key, item] of Object.entries(all.connections)) {
    if (item.bends?.length && moved.has(item.source) && moved.has(item.target)) patch.connections[key] = { bends: item.bends.map(shifted) };
  }
  return settled(document, { diagram: filled(patch) });
}

// Lines components up by an edge or their middles, or spreads them evenly between the first and the last.
export function linedUp(document, keys, how) {
  const { components } = drawing(document);
  const boxes = keys.map((key) => ({ key, ...box(components[key]) }));
  const isAcross = ["left", "right", "column", "across"].includes(how);
  const [at, size] = isAcross ? ["x", "width"] : ["y", "height"];
  const least = Math.min(...boxes.map((each) => each[at]));
  const most = Math.max(...boxes.map((each) => each[at] + each[size]));
  const places = { left: () => least, top: () => least, right: (each) => most - each[size], bottom: (each) => most - each[size] };
  const middle = (each) => Math.round((least + most) / 2 - each[size] / 2);
  const place = places[how] ?? (how === "across" || how === "down" ? evenly(boxes, at, size, least, most) : middle);
  const moved = boxes.map((each) => [each.key, { [at]: place(each) }]);
  return settled(document, { diagram: { components: Object.fromEntries(moved) } });
}

function evenly(boxes, at, size, least, most) {
  const order = [...boxes].sort((one, other) => one[at] - other[at]);
  const gap = (most - least - order.reduce((sum, each) => sum + each[size], 0)) / (order.length - 1);
  const places = new Map();
  let next = least;
  for (const each of order) {
    places.set(each.key, Math.round(next));
    next += each[size] + gap;
  }
  return ({ key }) => places.get(key);
}

// Puts components into a zone (or none) at free places there; the zones around grow to hold them.
export function putIntoZone(document, keys, zone) {
  let working = document;
  for (const key of keys) {
    const patch = { components: { [key]: { zone } } };
    const target = drawing(working).zones[zone];
    if (target) {
      const others = apply(working, { diagram: { components: { [key]: null } } });
      const inner = zoneBox(target);
      Object.assign(patch.components[key], freePlace(others, { x: inner.x + MARGIN, y: inner.y + HEADING }, { zone }));
    }
    working = apply(working, { diagram: withRoom(apply(working.diagram, patch), patch, key) });
  }
  return diff(document, working);
}

// The patch, with zones that hold the component grown around it.
function withRoom(diagram, patch, key) {
  return roomFor(diagram, patch, box(diagram.components[key]), diagram.components[key].zone ?? "");
}

function withRoomAround(diagram, patch, zone) {
  return roomFor(diagram, patch, zoneBox(diagram.zones[zone]), diagram.zones[zone].parent ?? "");
}

function roomFor(diagram, patch, frame, zone) {
  const zones = diagram.zones ?? {};
  let [inner, around] = [frame, zone];
  const grown = {};
  while (Object.hasOwn(zones, around) && !Object.hasOwn(grown, around)) {
    const was = zoneBox(zones[around]);
    const [left, top] = [Math.min(was.x, inner.x - MARGIN), Math.min(was.y, inner.y - HEADING)];
    const right = Math.max(was.x + was.width, inner.x + inner.width + MARGIN);
    const bottom = Math.max(was.y + was.height, inner.y + inner.height + MARGIN);
    inner = { x: left, y: top, width: right - left, height: bottom - top };
    grown[around] = inner;
    around = zones[around].parent ?? "";
  }
  return Object.keys(grown).length ? apply({ ...patch }, { zones: grown }) : patch;
}

// Deletes objects with all that cannot be without them; `rules` are the references of the document (canvas_data).
export function remove(document, paths, rules) {
  const doomed = [...paths];
  const gone = new Map();
  const forgotten = [];
  while (doomed.length) {
    const path = doomed.pop();
    const name = path.join("/");
    if (gone.has(name)) continue;
    gone.set(name, path);
    for (const rule of rules) {
      const [collection, key] = [path.slice(0, -1).join("/"), path.at(-1)];
      if (rule.target.join("/") !== collection) continue;
      for (const held of holders(document, rule.holder, key)) {
        if (rule.required) doomed.push(held.slice(0, -1));
        else forgotten.push(held);
      }
    }
  }
  const patch = {};
  const isGone = (path) => path.some((_, length) => length > 0 && gone.has(path.slice(0, length).join("/")));
  for (const path of forgotten) if (!isGone(path)) put(patch, path, null);
  for (const path of [...gone.values()].sort((one, other) => other.length - one.length)) put(patch, path, null);
  return patch;
}

// Paths at which the pattern (`*` any id, `{}` a set's members) holds the id.
function holders(document, pattern, id) {
  let level = [[[], document]];
  for (const part of pattern) {
    if (part === "{}") return level.filter(([, set]) => Object.hasOwn(set, id)).map(([path]) => [...path, id]);
    level = level.flatMap(([path, value]) => (part === "*"
      ? Object.entries(value).map(([key, inner]) => [[...path, key], inner])
      : value?.[part] === undefined ? [] : [[[...path, part], value[part]]]));
  }
  return level.filter(([, value]) => value === id).map(([path]) => path);
}

function put(patch, path, value) {
  let at = patch;
  for (const part of path.slice(0, -1)) {
    if (!Object.hasOwn(at, part)) at[part] = {}; // an id may be "constructor", which every object inherits
    if (at[part] === null) return;
    at = at[part];
  }
  at[path.at(-1)] = value;
}

// The fields of an object that differ from what the document holds; what is left to its default stays left out.
export function changedFields(item, fields, size = SIZE) {
  const found = {};
  const defaults = { ...DEFAULTS, ...size };
  for (const [name, value] of Object.entries(fields)) {
    const was = item[name] ?? defaults[name];
    if (JSON.stringify(was) !== JSON.stringify(value)) found[name] = value;
  }
  return found;
}

export function filled(patch) {
  return Object.fromEntries(Object.entries(patch).filter(([, items]) => Object.keys(items).length));
}
