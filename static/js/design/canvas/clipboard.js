// Copy, cut and paste of boxes, within a design and from one to another: JSON on the system's clipboard.
import { box, changedFields, drawing, filled, inOrder, newConnectionKey, newKey, newLabel, nextOrder, zoneBox } from "./edits.js";
import { count } from "./editor.js";
import { sizeFor } from "./text.js";

const FORMAT = "loadbearing/drawing";
const APART = 30;

export function bindClipboard({ svg, editor }) {
  let last = "";
  let times = 0;

  function write(event) {
    last = JSON.stringify({ format: FORMAT, ...copy(editor.document, keysOf(editor.chosen)) });
    times = 0;
    event.clipboardData.setData("text/plain", last);
    editor.announce(`Copied ${count(Object.keys(JSON.parse(last).components ?? {}).length, "component")}.`);
  }

  async function read(event) {
    const text = event.clipboardData.getData("text/plain");
    const copied = parsed(text) ?? (text.trim() ? await foreign(text) : parsed(last));
    if (!copied) return editor.announce("There is nothing to paste.");
    if (copied.error) return editor.announce(copied.error);
    times += 1;
    const { keys, patch } = paste(editor.document, copied, copied.remarks ? below(editor.document, copied) : { x: APART * times, y: APART * times });
    editor.pasted(keys, patch);
    return copied.remarks?.length ? editor.announce(`Pasted ${count(keys.components.length, "component")}. ${copied.remarks.join(" ")}`) : undefined;
  }

  // Text of another program, such as Mermaid or Excalidraw: the server reads it as it does an import.
  async function foreign(text) {
    editor.announce("Reading what was pasted…");
    try {
      const answer = await fetch(`${editor.store.url}paste`, { method: "POST", body: text, headers: { "Content-Type": "text/plain" } });
      if (!answer.ok && answer.status !== 422) return { error: "What was pasted could not be read." };
      const found = await answer.json();
      // Boxes without a size of their own are as large as their names.
      for (const item of Object.values(found.components ?? {})) {
        if (item.width === undefined) Object.assign(item, changedFields({}, sizeFor(item.label ?? "", { form: editor.kinds[item.kind]?.form })));
      }
      return found;
    } catch {
      return { error: "Not pasted: there is no connection." };
    }
  }

  const bound = { copy: write, cut: (event) => { write(event); editor.remove(editor.chosen); }, paste: read };
  for (const [name, act] of Object.entries(bound)) {
    document.addEventListener(name, (event) => {
      // Where nothing has the focus, the drawing is what one means.
      if (document.activeElement !== document.body && !svg.contains(document.activeElement)) return;
      event.preventDefault();
      act(event);
    });
  }
}

// How far what comes from elsewhere is moved, to lie below what is drawn.
function below(document, copied) {
  const frames = (all) => [...Object.values(all.components ?? {}).map((item) => box(item)), ...Object.values(all.zones ?? {}).map((item) => zoneBox(item))];
  const [here, there] = [frames(drawing(document)), frames(copied)];
  if (!here.length || !there.length) return { x: 0, y: 0 };
  const least = (all, at) => Math.min(...all.map((frame) => frame[at]));
  return { x: least(here, "x") - least(there, "x"), y: Math.max(...here.map((frame) => frame.y + frame.height)) + 2 * APART - least(there, "y") };
}

// Zones are copied with the components in them.
function keysOf(elements) {
  const zones = elements.filter((element) => element.type === "zone");
  const components = [...elements, ...zones.flatMap((zone) => zone.children)].filter((element) => element.type === "component");
  return { components: [...new Set(components.map((element) => element.key))], zones: zones.map((zone) => zone.key) };
}

function parsed(text) {
  try {
    const found = JSON.parse(text);
    return found?.format === FORMAT ? found : undefined;
  } catch {
    return undefined;
  }
}

// What is selected, to be pasted here or in another design.
function copy(document, { components = [], zones = [] }) {
  const all = drawing(document);
  const taken = new Set(components);
  const pick = (collection, keys) => Object.fromEntries(keys.map((key) => [key, collection[key]]));
  const between = Object.entries(all.connections).filter(([, item]) => taken.has(item.source) && taken.has(item.target));
  return filled({ components: pick(all.components, components), connections: Object.fromEntries(between), zones: pick(all.zones, zones) });
}

// Adds copies under new ids, moved by `by`. Answers {keys: {components, zones}, patch}.
function paste(document, copied, by) {
  const all = drawing(document);
  const names = { components: {}, zones: {} };
  const patch = { components: {}, connections: {}, zones: {} };
  const place = (item) => ({ x: (item.x ?? 0) + by.x, y: (item.y ?? 0) + by.y });
  for (const [collection, title] of [["zones", "Zone"], ["components", "Box"]]) {
    for (const [old, item] of inOrder(copied[collection] ?? {})) {
      const known = { ...all[collection], ...patch[collection] };
      const label = newLabel(item.label || title, known);
      const key = newKey(label, known);
      names[collection][old] = key;
      patch[collection][key] = { ...item, ...place(item), label, order: nextOrder(known) };
    }
  }
  const known = (zone) => names.zones[zone] ?? (Object.hasOwn(all.zones, zone) ? zone : "");
  for (const item of Object.values(patch.components)) {
    if (item.zone) item.zone = known(item.zone);
    if (item.stores) item.stores = Object.fromEntries(Object.entries(item.stores).filter(([key]) => document.data_model?.entities?.[key]));
  }
  for (const item of Object.values(patch.zones)) if (item.parent) item.parent = known(item.parent);
  for (const [, item] of inOrder(copied.connections ?? {})) {
    const ends = { source: names.components[item.source], target: names.components[item.target] };
    if (!ends.source || !ends.target) continue;
    const taken = { ...all.connections, ...patch.connections };
    const bends = item.bends ? { bends: item.bends.map(place) } : {};
    patch.connections[newConnectionKey(taken)] = { ...item, ...ends, ...bends, order: nextOrder(taken) };
  }
  return { keys: { components: Object.values(names.components), zones: Object.values(names.zones) }, patch: { diagram: filled(patch) } };
}
