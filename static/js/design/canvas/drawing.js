// How the parts of a drawing look. Colours and lines are classes of css/diagram.css, so they follow the theme.
import { BaseRenderer, svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";
import { serversOf } from "./names.js";
import { technologyOf } from "./technologies.js";
import { LABEL_HEIGHT, labelLines, lines, shortened, SMALL } from "./text.js";

export const FONT = '550 13.5px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';
const LINE = 16;
const ICON = 20;

function add(parent, name, attributes, text) {
  const made = svgCreate(name);
  svgAttr(made, attributes);
  if (text !== undefined) made.textContent = text;
  svgAppend(parent, made);
  return made;
}

export class Drawing extends BaseRenderer {
  constructor(eventBus, kinds, sprite, layers) {
    super(eventBus, 1500);
    this.kinds = kinds;
    this.sprite = sprite;
    this.layers = layers;
  }

  canRender(element) {
    return ["component", "zone", "connection"].includes(element.type);
  }

  drawShape(visual, shape) {
    return shape.type === "zone" ? this.#zone(visual, shape) : this.#component(visual, shape);
  }

  drawConnection(visual, connection) {
    const kind = connection.item?.kind ?? "sync";
    const path = rounded(connection.waypoints);
    const line = add(visual, "path", { class: `line line-${kind}`, d: path, "marker-end": "url(#arrow-head)" });
    if (kind === "replication") add(visual, "path", { class: "line-core", d: path });
    const label = connection.item?.label;
    const words = this.layers.of("words", connection, visual);
    if (label && !connection.hidden) labelled(words, connection.words ?? labelLines(label), connection.spot ?? [connection.waypoints[0].x, connection.waypoints[0].y]);
    return line;
  }

  getShapePath({ x, y, width, height }) {
    return [["M", x, y], ["l", width, 0], ["l", 0, height], ["l", -width, 0], ["z"]];
  }

  getConnectionPath({ waypoints }) {
    return waypoints.map(({ x, y }, index) => [index ? "L" : "M", x, y]);
  }

  #component(visual, shape) {
    const { width, height, item } = shape;
    const kind = this.kinds[item.kind] ?? this.kinds.service;
    const classes = `box box-${kind.group}`;
    if (serversOf(item) > 1) outline(visual, kind.form, { width, height, class: `${classes} box-behind`, transform: "translate(4 -4)" });
    const made = outline(visual, kind.form, { width, height, class: classes });
    const left = kind.form === "pipe" ? 18 : 12;
    add(visual, "use", { class: "box-icon", href: `${this.sprite}#${kind.icon}`, x: left, y: (height - ICON) / 2 + lift(kind.form), width: ICON, height: ICON });
    this.#words(visual, shape, kind, left + ICON + (kind.form === "pipe" ? 6 : 9));
    corner(visual, technologyOf(item.technology), height);
    if (serversOf(item) > 1) badge(visual, `×${serversOf(item)}`, { x: width - 2, y: -6 });
    if (shape.comments) bubble(visual, String(shape.comments));
    if (shape.finding) badge(visual, String(shape.finding.count), { x: width + 6, y: height - 11, name: `finding finding-${shape.finding.severity}` });
    return made;
  }

  #words(visual, { width, height, item }, kind, left) {
    const room = width - left - (kind.form === "pipe" ? 10 : 8);
    const second = item.technology || (item.label ? "" : kind.title);
    const most = Math.max(1, Math.floor((height - 8) / LINE) - (second ? 1 : 0));
    const found = item.label ? lines(item.label, { font: FONT, room, most }) : [];
    const total = found.length + (second ? 1 : 0);
    let y = (height - total * LINE) / 2 + 12 + lift(kind.form);
    for (const line of found) {
      add(visual, "text", { class: "box-label", x: left, y }, line);
      y += LINE;
    }
    if (second) add(visual, "text", { class: "box-second", x: left, y: y - 1 }, shortened(second, SMALL, room));
  }

  #zone(visual, shape) {
    const { x, y, width, height, item } = shape;
    const kind = item.kind ?? "zone";
    const ground = this.layers.of("grounds", shape, visual);
    if (shape.isFolded) return folded(visual, shape, this.sprite);
    if (!shape.hidden) add(ground, "rect", { class: `area-ground ground-${kind}`, width, height, rx: 12, ...(ground === visual ? {} : { x, y }) });
    const made = add(visual, "rect", { class: `area area-${kind}`, width, height, rx: 12 });
    const label = shortened(item.label || kind, FONT, width - 28);
    // Arrows pass under the frame of a zone and so under its name.
    for (const name of ["area-halo", "area-label"]) add(visual, "text", { class: name, x: 14, y: 23 }, label);
    return made;
  }
}

// A zone that stands for what is in it: one box with its name in the middle.
function folded(visual, { width, height, item }, sprite) {
  add(visual, "rect", { class: "box box-compute box-behind", width, height, rx: 9, transform: "translate(4 -4)" });
  const made = add(visual, "rect", { class: "box box-compute", width, height, rx: 9 });
  const found = lines(item.label || item.kind || "zone", { font: FONT, room: width - 64, most: Math.max(1, Math.floor((height - 8) / LINE)) });
  const top = height / 2 - ((found.length - 1) * LINE) / 2;
  add(visual, "use", { class: "box-icon", href: `${sprite}#layers`, x: 14, y: height / 2 - ICON / 2, width: ICON, height: ICON });
  found.forEach((line, index) => add(visual, "text", { class: "box-label", x: width / 2 + 12, y: top + index * LINE + 5, "text-anchor": "middle" }, line));
  return made;
}

// In a drum the words stand below its lid.
const lift = (form) => (form === "drum" ? 4 : 0);

function outline(visual, form, { width, height, ...attributes }) {
  if (form === "drum") {
    const lid = 8;
    const made = add(visual, "path", { ...attributes, d: `M0,${lid} a${width / 2},${lid} 0 0 1 ${width},0 v${height - 2 * lid} a${width / 2},${lid} 0 0 1 ${-width},0 z` });
    add(visual, "path", { class: "box-rim", d: `M0,${lid} a${width / 2},${lid} 0 0 0 ${width},0`, ...(attributes.transform ? { transform: attributes.transform } : {}) });
    return made;
  }
  if (form === "pipe") {
    const lid = 8;
    const made = add(visual, "path", { ...attributes, d: `M${lid},0 h${width - 2 * lid} a${lid},${height / 2} 0 0 1 0,${height} h${2 * lid - width} a${lid},${height / 2} 0 0 1 0,${-height} z` });
    add(visual, "path", { class: "box-rim", d: `M${lid},0 a${lid},${height / 2} 0 0 1 0,${height}`, ...(attributes.transform ? { transform: attributes.transform } : {}) });
    return made;
  }
  return add(visual, "rect", { ...attributes, width, height, rx: form === "round" ? Math.min(height / 2, 28) : 9 });
}

function badge(visual, text, { x, y, name = "badge-ground" }) {
  const wide = 12 + 7 * text.length;
  add(visual, "rect", { class: name, x: x - wide, y, width: wide, height: 18, rx: 9 });
  add(visual, "text", { class: "badge-text", x: x - wide / 2, y: y + 13, "text-anchor": "middle" }, text);
}

// Which product it is, in the corner at the left; `_corner` of the server draws the same.
function corner(visual, technology, height) {
  if (!technology) return;
  const wide = 10 + 7 * technology.letters.length;
  add(visual, "rect", { class: "technology-ground", x: 4, y: height - 10, width: wide, height: 17, rx: 4 });
  add(visual, "text", { class: "technology-letters", x: 4 + wide / 2, y: height + 2.5, "text-anchor": "middle" }, technology.letters);
}

// How many comments are open, in a speech bubble at the left; `_bubble` of the server draws the same.
function bubble(visual, text) {
  const wide = 12 + 7 * text.length;
  const round = "a5,5 0 0 1";
  add(visual, "path", { class: "bubble", d: `M7,-6 h${wide - 10} ${round} 5,5 v8 ${round} -5,5 h${14 - wide} l-4,5 v-5 ${round} -5,-5 v-8 ${round} 5,-5 z` });
  add(visual, "text", { class: "badge-text", x: 2 + wide / 2, y: 7, "text-anchor": "middle" }, text);
}

// A label with its halo as a text of its own under it, which every program that shows an SVG draws.
function labelled(visual, found, [x, y]) {
  const top = y - (found.length * LABEL_HEIGHT) / 2 + LABEL_HEIGHT - 3.5;
  for (const name of ["line-halo", "line-label"]) {
    found.forEach((line, index) => add(visual, "text", { class: name, x, y: top + index * LABEL_HEIGHT, "text-anchor": "middle" }, line));
  }
}

// A path with round corners.
const CORNER = 6;

function rounded(points) {
  const parts = [`M${points[0].x},${points[0].y}`];
  for (let index = 1; index < points.length - 1; index += 1) {
    const [before, at, after] = [points[index - 1], points[index], points[index + 1]];
    const into = Math.hypot(at.x - before.x, at.y - before.y);
    const out = Math.hypot(after.x - at.x, after.y - at.y);
    const radius = Math.min(CORNER, into / 2, out / 2);
    const [one, other] = [towards(at, before, radius, into), towards(at, after, radius, out)];
    parts.push(`L${one.x},${one.y} Q${at.x},${at.y} ${other.x},${other.y}`);
  }
  parts.push(`L${points.at(-1).x},${points.at(-1).y}`);
  return parts.join(" ");
}

function towards(from, to, by, length) {
  return length ? { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length } : from;
}

// What lines end in.
export function arrowHead(svg) {
  const marker = add(add(svg, "defs", {}), "marker", { id: "arrow-head", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" });
  add(marker, "path", { class: "arrow-head", d: "M0,0.5 L10,5 L0,9.5 z" });
}
