// What can be done with a drawing by whatever means: each verb makes one patch, says what it did, and moves the focus.
import { addComponent, addZone, box, changedFields, connect, drawing, freePlace, heldInside, linedUp, move, openedUp, putIntoZone, remove, settled, SIZE, ZONE_SIZE } from "./edits.js";
import { componentName, connectionName, describe, zoneName } from "./names.js";
import { labelLines, labelSize, sizeFor } from "./text.js";

const BESIDE_LABEL = 12; // pixels of arrow that stay in sight on each side of its words
const ZONES = [
  { value: "region", title: "Region", note: "a place far from others", icon: "square-dashed" },
  { value: "zone", title: "Zone", note: "what fails together", icon: "square-dashed" },
  { value: "boundary", title: "Boundary", note: "what merely belongs together", icon: "square-dashed" },
];
const CONNECTIONS = [
  { value: "sync", title: "Call", note: "waits for the answer" },
  { value: "async", title: "Asynchronous", note: "does not wait" },
  { value: "replication", title: "Replication", note: "leader to follower" },
];

const LINE_UPS = [
  { value: "left", title: "Left edges in line", icon: "align-horizontal-justify-start" },
  { value: "top", title: "Top edges in line", icon: "align-vertical-justify-start" },
  { value: "right", title: "Right edges in line" },
  { value: "bottom", title: "Bottom edges in line" },
  { value: "column", title: "Middles in one column" },
  { value: "row", title: "Middles in one row" },
  { value: "across", title: "Spread evenly across", icon: "align-horizontal-distribute-center" },
  { value: "down", title: "Spread evenly down", icon: "align-vertical-distribute-center" },
];

export class Editor {
  constructor({ diagram, store, sync, focus, view, kinds, references, picker, labels, announce }) {
    Object.assign(this, { store, sync, focus, view, kinds, references, picker, labels, announce });
    this.selection = diagram.get("selection");
    this.registry = diagram.get("elementRegistry");
    this.moved = () => {};
    this.goInside = this.setFolded = () => {};
  }

  get document() {
    return this.store.document;
  }

  // What an action is about: what is selected; but where the focus went elsewhere, the element that has it.
  get chosen() {
    const selected = this.selection.get().filter((element) => element.key && this.registry.get(element.id));
    const { focused } = this.focus;
    return focused && !selected.includes(focused) ? [focused] : selected;
  }

  name(element) {
    if (element.type === "zone") return zoneName(this.document, element.key);
    return element.type === "connection" ? connectionName(this.document, element.key, this.kinds) : componentName(this.document, element.key, this.kinds);
  }

  // A new box in sight; beside what is selected if that is a component, and in its zone.
  create(kind, place) {
    const beside = this.chosen.find((element) => element.type === "component");
    const { open } = this.sync.shown;
    const zone = place ? "" : zoneOf(beside) || open;
    const at = place ?? freePlace(this.document, beside ? rightOf(beside) : this.#middle(), { zone, goesDown: true });
    const { key, patch } = addComponent(this.document, { kind, title: this.kinds[kind].title, place: at, zone });
    return this.#made("component", key, open ? heldInside(this.document, patch, open) : settled(this.document, patch), `Added ${this.kinds[kind].name}.`);
  }

  // A new box that the element calls, beside what it calls already, with what the arrow says.
  async append(element) {
    const asked = await this.picker.ask(`${this.name(element)} calls a new…`, this.#kindOptions("service"), { withLabel: true });
    if (!asked) return this.focus.to(element);
    const { value: kind, says } = asked;
    const zone = zoneOf(element);
    const place = freePlace(this.document, rightOf(element, says), { zone, goesDown: true });
    const made = addComponent(this.document, { kind, title: this.kinds[kind].title, place, zone, caller: element.key, says });
    const { open } = this.sync.shown;
    return this.#made("component", made.key, open ? heldInside(this.document, made.patch, open) : made.patch, `Added ${this.kinds[kind].name}, called by ${this.name(element)}.`);
  }

  // `at` is the middle of the new box, when somebody pointed at it.
  async createByPicker(at) {
    const chosen = await this.picker.ask("Add a new…", [...this.#kindOptions(), ...ZONES.map((zone) => ({ ...zone, value: `zone:${zone.value}` }))]);
    if (!chosen) return this.focus.to(this.focus.element, { selects: false });
    if (chosen.startsWith("zone:")) return this.createZone(chosen.slice(5), at);
    return this.create(chosen, at && { x: Math.round(at.x - SIZE.width / 2), y: Math.round(at.y - SIZE.height / 2) });
  }

  // A new zone: around what is selected, or in the middle of what is seen.
  createZone(kind, at) {
    const inside = at ? [] : this.selection.get().filter((element) => element.type === "component");
    const title = ZONES.find((zone) => zone.value === kind).title;
    const middle = this.view.middle();
    let [place, size] = [at ?? { x: middle.x - 200, y: middle.y - 150 }, undefined];
    if (inside.length) {
      const [left, top] = [Math.min(...inside.map((each) => each.x)), Math.min(...inside.map((each) => each.y))];
      place = { x: left - 24, y: top - 40 };
      size = { width: Math.max(...inside.map((each) => each.x + each.width)) - left + 48, height: Math.max(...inside.map((each) => each.y + each.height)) - top + 64 };
    }
    const outer = inside[0]?.parent?.type === "zone" && inside.every((each) => each.parent === inside[0].parent) ? inside[0].parent.key : "";
    const { key, patch } = addZone(this.document, { kind, title, place, size, parent: outer });
    if (inside.length) patch.diagram.components = Object.fromEntries(inside.map((each) => [each.key, { zone: key }]));
    return this.#made("zone", key, settled(this.document, patch), inside.length ? `Put ${count(inside.length, "component")} into a new ${kind}.` : `Added a ${kind}.`);
  }

  // An arrow to a box that is asked for, together with what the arrow says; or to one that was clicked or pulled to.
  async connect(element, target) {
    if (target) return this.label(this.#connected(element, target, ""));
    const others = Object.keys(drawing(this.document).components).filter((key) => key !== element.key);
    if (!others.length) return this.announce("There is no other box yet.");
    const asked = await this.picker.ask(`${this.name(element)} calls…`, others.map((key) => this.#componentOption(key)), { withLabel: true });
    if (!asked) return this.focus.to(element);
    this.#connected(element, asked.value, asked.says);
    return this.focus.to(element);
  }

  #connected(element, target, says) {
    const { key, patch } = connect(this.document, element.key, target, says);
    this.store.patch(patch);
    this.announce(`${connectionName(this.document, key, this.kinds)}.`);
    return this.sync.get("connection", key);
  }

  // Asks what a new arrow says, where it stands; whoever goes on leaves it without.
  label(connection) {
    if (!connection) return;
    this.focus.to(connection);
    this.rename(connection);
  }

  rename(element) {
    const item = drawing(this.document)[`${element.type}s`][element.key];
    this.labels.open(element, { text: item.label ?? "", said: `Name of ${this.name(element)}` });
  }

  renamed(element, label, { returnsFocus }) {
    const known = this.registry.get(element.id);
    if (label !== undefined && known) {
      this.store.patch({ diagram: { [`${element.type}s`]: { [element.key]: { label, ...this.#grown(element, label) } } } });
      this.announce(label ? `Named ${label}.` : "Name taken away.");
    }
    if (known && returnsFocus) this.focus.to(known);
  }

  // The size that a box takes with its name, unless somebody gave it one of their own.
  #grown(element, label) {
    if (element.type !== "component") return {};
    const item = drawing(this.document).components[element.key];
    const size = box(item);
    const options = { hasSecond: Boolean(item.technology), form: this.kinds[item.kind]?.form };
    const usual = sizeFor(item.label ?? "", options);
    const isOurs = (size.width === SIZE.width && size.height === SIZE.height) || (size.width === usual.width && size.height === usual.height);
    return isOurs ? changedFields(item, sizeFor(label, options)) : {};
  }

  // Another kind for what is chosen: of component, connection or zone.
  async changeKind(elements) {
    const [{ type }] = elements;
    const options = { component: this.#kindOptions(), zone: ZONES, connection: CONNECTIONS }[type];
    const kind = await this.picker.ask(`${this.name(elements[0])} becomes…`, options);
    if (kind) {
      const same = elements.filter((element) => element.type === type);
      this.store.patch({ diagram: { [`${type}s`]: Object.fromEntries(same.map((element) => [element.key, { kind }])) } });
      this.announce(`Now: ${describe(this.document, elements[0], this.kinds)}.`);
    }
    return this.focus.to(this.registry.get(elements[0].id));
  }

  async moveIntoZone(elements) {
    const components = elements.filter((element) => element.type === "component").map((element) => element.key);
    if (!components.length) return this.announce("Choose a component first.");
    const zones = Object.keys(drawing(this.document).zones).map((key) => ({ value: key, title: zoneName(this.document, key), icon: "square-dashed" }));
    const zone = await this.picker.ask("Move into…", [...zones, { value: "-", title: "No zone" }]);
    if (zone) {
      this.store.patch(putIntoZone(this.document, components, zone === "-" ? "" : zone));
      this.announce(zone === "-" ? "Taken out of its zone." : `Moved into ${zoneName(this.document, zone)}.`);
    }
    return this.focus.to(this.registry.get(elements[0].id));
  }

  remove(elements) {
    const words = elements.length === 1 ? this.name(elements[0]) : count(elements.length, "element");
    const connections = Object.keys(drawing(this.document).connections).length;
    const [first] = elements;
    const near = first.type === "connection" ? first.source : first.incoming?.[0]?.source ?? this.focus.order.find((element) => !elements.includes(element));
    this.store.patch(remove(this.document, elements.map((element) => ["diagram", `${element.type}s`, element.key]), this.references));
    const own = elements.filter((element) => element.type === "connection").length;
    const more = connections - Object.keys(drawing(this.document).connections).length - own;
    const arrows = more > 0 ? ` and ${count(more, "connection")}` : "";
    this.announce(`Deleted ${words}${arrows}.`);
    // Nothing is chosen afterwards: the next Delete must not take what nobody chose.
    this.selection.select(null);
    this.focus.rest(near && this.registry.get(near.id));
  }

  // The drawing inside a zone; a box gets a boundary around it first, in which what it is made of can be drawn.
  open(element) {
    if (element.type === "connection") return;
    let zone = element.type === "zone" ? element.key : this.#boundaryOf(element.key);
    if (!zone) {
      const made = openedUp(this.document, element.key);
      this.store.patch(made.patch);
      zone = made.key;
    }
    this.goInside(zone);
  }

  // The boundary that a component is in, unless that is open already.
  #boundaryOf(key) {
    const { components, zones } = drawing(this.document);
    const { zone = "" } = components[key];
    return zones[zone]?.kind === "boundary" && zone !== this.sync.shown.open ? zone : "";
  }

  // Folds a zone into one box, or unfolds it.
  fold(element) {
    if (element.type !== "zone") return;
    const { folded } = this.sync.level;
    const next = new Set(folded);
    if (!next.delete(element.key)) next.add(element.key);
    if (next.has(element.key) && element.key === this.sync.shown.open) this.goInside(undefined);
    this.setFolded(next);
    this.announce(next.has(element.key) ? `${this.name(element)} is folded.` : `${this.name(element)} is unfolded.`);
  }

  // Goes to a box, zone or arrow by its name.
  async find() {
    const named = this.focus.order.map((element) => this.#foundOption(element));
    const asked = await this.picker.ask("Find…", named);
    const element = asked && this.registry.get(asked);
    if (!element) return this.focus.to(this.focus.element, { selects: false });
    this.view.centre(element);
    this.focus.to(element);
    return this.announce(`Found ${this.name(element)}.`);
  }

  #foundOption(element) {
    const { label } = drawing(this.document)[`${element.type}s`][element.key];
    const title = this.name(element);
    if (element.type === "component") return { ...this.#componentOption(element.key), value: element.id };
    return { value: element.id, title, icon: element.type === "zone" ? "square-dashed" : "spline", note: element.type === "connection" ? label : "" };
  }

  // Lines up what is selected, or spreads it evenly.
  async lineUp() {
    const components = this.selection.get().filter((element) => element.type === "component");
    if (components.length < 2) return this.announce("Select two boxes or more first.");
    const how = await this.picker.ask("Line up…", LINE_UPS);
    if (how) {
      this.store.patch(linedUp(this.document, components.map((element) => element.key), how));
      this.moved(components.map((element) => element.key));
      this.announce(`${count(components.length, "component")}: ${LINE_UPS.find(({ value }) => value === how).title.toLowerCase()}.`);
    }
    return this.selection.select(components.map((element) => this.registry.get(element.id)).filter(Boolean));
  }

  nudge(elements, by) {
    const keys = (type) => elements.filter((element) => element.type === type).map((element) => element.key);
    const moved = { components: keys("component"), zones: keys("zone") };
    if (!moved.components.length && !moved.zones.length) return;
    this.store.patch(move(this.document, moved, by));
    this.moved(moved.components);
    const [element] = elements;
    this.announce(`${this.name(element)} at ${element.x}, ${element.y}.`);
    this.view.show(element);
  }

  resize(element, by) {
    const collection = `${element.type}s`;
    const fields = changedFields(drawing(this.document)[collection][element.key], { width: Math.max(60, element.width + by.x), height: Math.max(40, element.height + by.y) }, element.type === "zone" ? ZONE_SIZE : SIZE);
    if (Object.keys(fields).length) this.store.patch(settled(this.document, { diagram: { [collection]: { [element.key]: fields } } }));
    this.announce(`${element.width} by ${element.height}.`);
  }

  // Copies that were pasted: drawn, selected and told.
  pasted(keys, patch) {
    this.store.patch(patch);
    const made = [...keys.zones.map((key) => this.sync.get("zone", key)), ...keys.components.map((key) => this.sync.get("component", key))].filter(Boolean);
    this.announce(`Pasted ${count(keys.components.length, "component")}.`);
    this.focus.to(made.at(-1));
    this.selection.select(made);
  }

  selectAll() {
    this.selection.select(this.focus.order.filter((element) => element.type !== "connection"));
    this.announce(`${count(this.selection.get().length, "element")} selected.`);
  }

  undo() {
    this.#again(this.store.undo(), "Undone.", "Nothing to undo.");
  }

  redo() {
    this.#again(this.store.redo(), "Done again.", "Nothing to do again.");
  }

  #again(happened, did, didNot) {
    this.announce(happened ? did : didNot);
    if (document.activeElement === document.body) this.focus.to(this.focus.element ?? this.focus.order[0], { selects: false });
  }

  #made(type, key, patch, words) {
    this.store.patch(patch);
    const element = this.sync.get(type, key);
    this.announce(words);
    this.view.reveal(element);
    this.focus.to(element);
    this.rename(element);
    return element;
  }

  // All kinds; the one that is likely comes first.
  #kindOptions(likely) {
    const kinds = Object.values(this.kinds).sort((one, other) => (other.slug === likely) - (one.slug === likely));
    return kinds.map(({ slug, title, icon, about }) => ({ value: slug, title, icon, note: about }));
  }

  #componentOption(key) {
    const { kind } = drawing(this.document).components[key];
    return { value: key, title: componentName(this.document, key, this.kinds), icon: this.kinds[kind].icon, note: this.kinds[kind].name };
  }

  #middle() {
    const { x, y } = this.view.middle();
    return { x: Math.round(x - SIZE.width / 2), y: Math.round(y - SIZE.height / 2) };
  }
}

// A place to the right of a box, with room for what the arrow says.
function rightOf(element, says = "") {
  const room = says ? labelSize(labelLines(says))[0] + 2 * BESIDE_LABEL : 0;
  const apart = Math.max(240, Math.ceil((element.width + room) / 20) * 20);
  return { x: element.x + apart, y: element.y };
}
const zoneOf = (element) => (element?.parent?.type === "zone" ? element.parent.key : "");

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
