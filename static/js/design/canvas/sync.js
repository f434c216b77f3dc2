// Keeps the canvas and the document alike. The document is the truth: what it says is drawn, touching only what differs;
// what somebody does on the canvas becomes a patch, and the canvas' own history is never used.
import { box, changedFields, drawing, filled, heldInside, inOrder, nextOrder, remove, settled, SIZE, ZONE_SIZE, zoneBox } from "./edits.js";
import { labelSpots, roomAlong } from "./labels.js";
import { levels } from "./levels.js";
import { allPaths, bendsOf, middle, toPoints } from "./lines.js";
import { labelLines, labelSize } from "./text.js";

export const elementId = (type, key) => `${type}-${key}`;
const STACK = { connection: 0, zone: 1, component: 2 };
const COLLECTION = { component: "components", connection: "connections", zone: "zones" };

export class Sync {
  constructor(diagram, store, references, kinds) {
    Object.assign(this, { store, references, kinds });
    for (const name of ["canvas", "elementFactory", "elementRegistry", "eventBus", "commandStack", "dragging"]) this[name] = diagram.get(name);
    this.isDrawing = false;
    this.level = { inside: "", folded: new Set() };
    this.touched = new Set();
    this.dirty = new Set();
    this.#listen();
  }

  // Draws the whole document.
  load() {
    const all = drawing(this.store.document);
    this.#draw([...names("zone", all.zones), ...names("component", all.components), ...names("connection", all.connections)]);
  }

  // Shows another part of it: the inside of one zone, and some zones folded.
  show(level) {
    Object.assign(this.level, level);
    this.load();
  }

  get(type, key) {
    return this.elementRegistry.get(elementId(type, key));
  }

  #listen() {
    const { eventBus } = this;
    eventBus.on("elements.changed", ({ elements }) => this.#note(elements));
    eventBus.on(["shape.added", "connection.added", "shape.removed", "connection.removed"], ({ element }) => this.#note([element]));
    eventBus.on("commandStack.connection.updateWaypoints.executed", ({ context }) => { context.connection.isBent = true; });
    eventBus.on("commandStack.changed", ({ trigger }) => { if (trigger === "execute") this.#save(); });
    // What comes in while somebody drags waits until they let go.
    eventBus.on("drag.cleanup", () => queueMicrotask(() => this.#catchUp()));
    this.store.subscribe((document, { patch }) => this.#receive(patch));
  }

  #note(elements) {
    if (this.isDrawing) return;
    for (const element of elements) if (element.key) this.dirty.add(element);
  }

  #receive(patch) {
    for (const [type, collection] of Object.entries(COLLECTION)) {
      const part = patch.diagram === null ? drawing({})[collection] : patch.diagram?.[collection];
      if (part === null || patch.diagram === null) this.elementRegistry.filter((element) => element.type === type).forEach((element) => this.touched.add(element.id));
      for (const key of Object.keys(part ?? {})) this.touched.add(elementId(type, key));
    }
    if (!this.dragging.context()) this.#catchUp();
  }

  #catchUp() {
    if (this.dragging.context() || !this.touched.size) return;
    const found = [...this.touched];
    this.touched.clear();
    this.#draw(found);
  }

  // Brings the elements of these ids to what the document says.
  #draw(ids) {
    this.isDrawing = true;
    this.shown = levels(this.store.document, this.level);
    const focused = document.activeElement?.dataset?.elementId;
    try {
      const wanted = ids.map((id) => this.#wanted(id));
      // What was joined to something that goes: what is said of it changes, too.
      const around = new Set();
      const lines = new Set(wanted.filter((each) => each.type === "connection" && each.item).map((each) => each.id));
      for (const each of wanted) if (each.type === "connection" && !each.item) this.#drop(each.id, around);
      const zones = wanted.filter((each) => each.type === "zone" && each.item);
      const changed = [...this.#shapes(outerFirst(zones, drawing(this.store.document).zones)), ...this.#shapes(wanted.filter((each) => each.type === "component" && each.item))];
      for (const type of ["component", "zone"]) for (const each of wanted) if (each.type === type && !each.item) this.#drop(each.id, around);
      for (const shape of changed) for (const line of [...shape.incoming, ...shape.outgoing]) lines.add(line.id);
      this.#connections([...lines]);
      changed.push(...this.#route(lines), ...this.#reveal());
      this.#stack(wanted);
      if (changed.length) this.eventBus.fire("elements.changed", { elements: changed });
      const near = [...around].filter((element) => this.elementRegistry.get(element.id) === element);
      if (ids.length) this.eventBus.fire("drawing.changed", { elements: [...new Set([...changed, ...near])] });
    } finally {
      this.isDrawing = false;
    }
    // What goes into another zone is taken out of the page for a moment, and would lose the focus.
    if (focused && document.activeElement === document.body && this.elementRegistry.get(focused)) this.elementRegistry.getGraphics(focused).focus({ preventScroll: true });
  }

  #wanted(id) {
    const [type, key] = [id.slice(0, id.indexOf("-")), id.slice(id.indexOf("-") + 1)];
    return { id, type, key, item: drawing(this.store.document)[COLLECTION[type]][key] };
  }

  #drop(id, around) {
    const element = this.elementRegistry.get(id);
    if (!element) return;
    for (const near of [element.source, element.target, element.parent, ...(element.children ?? [])]) if (near?.key) around.add(near);
    for (const line of [...(element.incoming ?? []), ...(element.outgoing ?? [])]) [line.source, line.target].forEach((end) => around.add(end));
    for (const child of [...(element.children ?? [])]) child.parent = element.parent;
    if (element.type === "connection") {
      this.canvas.removeConnection(element);
      // Its ends must not go on counting it.
      Object.assign(element, { source: null, target: null });
    } else this.canvas.removeShape(element);
  }

  #shapes(wanted) {
    const root = this.canvas.getRootElement();
    const changed = [];
    for (const { id, type, key, item } of wanted) {
      const parent = this.get("zone", type === "zone" ? item.parent : item.zone) ?? root;
      const place = type === "zone" ? zoneBox(item) : box(item);
      const shape = this.elementRegistry.get(id);
      if (!shape) {
        const made = this.elementFactory.createShape({ id, type, key, item, ...place });
        this.canvas.addShape(made, parent);
        changed.push(made);
      } else if (shape.item !== item || shape.parent !== parent || isMoved(shape, place)) {
        Object.assign(shape, place, { item });
        if (shape.parent !== parent) {
          if (shape.parent.key) changed.push(shape.parent);
          shape.parent = parent;
        }
        changed.push(shape);
      }
    }
    return changed;
  }

  #connections(ids) {
    const root = this.canvas.getRootElement();
    for (const id of ids) {
      const { key, item } = this.#wanted(id);
      const [source, target] = [this.get("component", item?.source), this.get("component", item?.target)];
      if (!item || !source || !target) continue;
      const connection = this.elementRegistry.get(id);
      if (!connection) {
        const made = this.elementFactory.createConnection({ id, type: "connection", key, item, source, target, waypoints: [middle(source), middle(target)] });
        this.canvas.addConnection(made, root);
      } else {
        if (connection.source !== source) connection.source = source;
        if (connection.target !== target) connection.target = target;
        Object.assign(connection, { item, isBent: false });
        // Commands put an arrow into the zone that its ends are in.
        if (connection.parent !== root) connection.parent = root;
      }
    }
  }

  // Arrows lie under zones, whose grounds are in a layer of their own, and zones under boxes.
  #stack(wanted) {
    const root = this.canvas.getRootElement();
    const parents = new Set([root, ...wanted.map(({ id }) => this.elementRegistry.get(id)?.parent).filter(Boolean)]);
    for (const { children } of parents) {
      const sorted = [...children].sort((one, other) => STACK[one.type] - STACK[other.type]);
      if (sorted.some((child, index) => child !== children[index])) children.splice(0, children.length, ...sorted);
    }
  }

  // Marks what is not part of what is shown, what stands around it, and what is folded. Answers with what changed.
  #reveal() {
    const { hidden, near } = this.shown;
    return this.elementRegistry.filter((element) => {
      if (!element.key) return false;
      // `hidden` is how diagram-js knows it.
      const now = { hidden: hidden.has(element.id), isFolded: element.type === "zone" && this.level.folded.has(element.key) && element.key !== this.shown.open };
      const isChanged = Object.entries(now).some(([name, value]) => (element[name] ?? false) !== value);
      Object.assign(element, now);
      const { classList } = this.elementRegistry.getGraphics(element);
      classList.toggle("is-folded", now.isFolded);
      classList.toggle("is-near", near.has(element.id));
      return isChanged;
    });
  }

  // The paths of all arrows and the places of their labels. Answers with those that changed, and those of `lines`.
  #route(lines) {
    const { connections } = drawing(this.store.document);
    const { hidden, standIn } = this.shown;
    const known = inOrder(connections).filter(([key]) => this.get("connection", key) && !hidden.has(elementId("connection", key)));
    const zones = [...new Set(standIn.values())].map((key) => ({ ...zoneBox(drawing(this.store.document).zones[key]), key: elementId("zone", key) }));
    const shapes = [...this.elementRegistry.filter((element) => element.type === "component" && !hidden.has(element.id)), ...zones];
    const form = ({ item }) => this.kinds[item?.kind]?.form;
    const end = (key) => (standIn.has(key) ? elementId("zone", standIn.get(key)) : key);
    const arrows = known.map(([key, item]) => {
      const [source, target] = [end(item.source), end(item.target)];
      const isShort = source !== item.source || target !== item.target;
      this.get("connection", key).isShort = isShort;
      return { ...item, key, source, target, bends: isShort ? [] : item.bends };
    });
    const { boxes, paths } = allPaths(shapes, arrows, form);
    const said = new Map(known.filter(([key, item]) => item.label && paths.has(key)).map(([key, item]) => [key, labelLines(item.label, roomAlong(paths.get(key)))]));
    const wanted = [...said].map(([key, words]) => [key, ...labelSize(words)]);
    const spots = labelSpots(boxes, paths, wanted);
    const changed = [];
    for (const [key, path] of paths) {
      const connection = this.get("connection", key);
      const spot = spots.get(key);
      const points = toPoints(path);
      const isSame = sameList(connection.waypoints, points) && String(connection.spot) === String(spot);
      if (isSame && !lines.has(connection.id)) continue;
      Object.assign(connection, { waypoints: points, spot, words: said.get(key) });
      changed.push(connection);
    }
    return changed;
  }

  // What a command has changed on the canvas, as one patch.
  #save() {
    const elements = [...this.dirty];
    this.dirty.clear();
    const { document } = this.store;
    const all = drawing(document);
    const patch = { components: {}, connections: {}, zones: {} };
    const gone = [];
    for (const element of elements) {
      const collection = COLLECTION[element.type];
      const { key } = element;
      if (!this.elementRegistry.get(element.id)) {
        if (all[collection][key]) gone.push(["diagram", collection, key]);
        continue;
      }
      const known = all[collection][key];
      const fields = changedFields(known ?? {}, state(element), element.type === "zone" ? ZONE_SIZE : SIZE);
      if (!known) patch[collection][key] = { ...element.item, ...fields, order: nextOrder({ ...all[collection], ...patch[collection] }) };
      else if (Object.keys(fields).length) patch[collection][key] = fields;
    }
    this.commandStack.clear(false);
    const whole = settled(document, together(gone.length ? remove(document, gone, this.references) : {}, filled(patch)));
    this.store.patch(this.shown.open ? heldInside(document, whole, this.shown.open) : whole);
    // Whatever the document did not take over (a refused or empty change) is drawn as the document has it.
    for (const element of elements) this.touched.add(element.id);
    queueMicrotask(() => this.#catchUp());
  }
}

// What deletes and what changes, as one patch; what is deleted stays so.
function together(removed, patch) {
  const diagram = { ...(removed.diagram ?? {}) };
  for (const [collection, items] of Object.entries(patch)) diagram[collection] = { ...items, ...(diagram[collection] ?? {}) };
  return { ...removed, diagram };
}

const sameList = (one, other) => one.length === other.length && one.every(({ x, y }, index) => x === other[index].x && y === other[index].y);

function names(type, collection) {
  return inOrder(collection).map(([key]) => elementId(type, key));
}

function isMoved(shape, place) {
  return shape.x !== place.x || shape.y !== place.y || shape.width !== place.width || shape.height !== place.height;
}

// Zones before the zones in them.
function outerFirst(wanted, zones) {
  const depth = (key, steps = 0) => (steps > 50 || !zones[key]?.parent ? steps : depth(zones[key].parent, steps + 1));
  return [...wanted].sort((one, other) => depth(one.key) - depth(other.key));
}

// What the document should hold of an element as it is on the canvas.
function state(element) {
  if (element.type === "connection") return { source: element.source.key, target: element.target.key, bends: element.hidden || element.isShort ? carried(element) : bendsOf(element) };
  const around = element.parent?.type === "zone" ? element.parent.key : "";
  const place = { x: Math.round(element.x), y: Math.round(element.y), width: Math.round(element.width), height: Math.round(element.height) };
  return element.type === "zone" ? { ...place, parent: around } : { ...place, zone: around };
}

// The bends of an arrow that is not drawn through them now: they go along when both of its ends move alike.
function carried({ item, source, target }) {
  const [one, other] = [source, target].map((shape) => ({ x: Math.round(shape.x) - (shape.item.x ?? 0), y: Math.round(shape.y) - (shape.item.y ?? 0) }));
  const by = one.x === other.x && one.y === other.y ? one : { x: 0, y: 0 };
  return (item?.bends ?? []).map(({ x, y }) => ({ x: x + by.x, y: y + by.y }));
}
