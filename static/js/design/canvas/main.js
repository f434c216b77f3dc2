// The canvas of the page: everything is put together here.
import { people, store } from "../page.js";
import { openCanvas } from "./canvas.js";
import { Connecting } from "./connecting.js";
import { Depth } from "./depth.js";
import { drawing } from "./edits.js";
import { Editor } from "./editor.js";
import { Findings } from "./findings.js";
import { Focus } from "./focus.js";
import { bindKeys } from "./keys.js";
import { LabelEditor } from "./label-editor.js";
import { MovedByHand } from "./moved.js";
import { Pad } from "./pad.js";
import { bindPalette } from "./palette.js";
import { Picker } from "./picker.js";
import { bindToolbar } from "./toolbar.js";
import { View } from "./view.js";

const face = document.querySelector("[data-canvas]");
const part = (name) => face.querySelector(`[data-part=${name}]`);

async function open() {
  const references = JSON.parse(document.getElementById("canvas-data").textContent);
  const kinds = kindsOf(part("palette"));
  const container = part("stage");
  const { diagram, sync, svg } = openCanvas({ container, store, kinds, references, sprite: face.dataset.sprite });
  const said = part("said");
  const announce = (words) => { said.textContent = words; };
  const help = part("help");
  const openHelp = () => help.showModal();
  const view = new View(diagram.get("canvas"));
  const focus = new Focus({ diagram, store, sync, svg, kinds, view, help: "canvas-help-hint" });
  const moved = new MovedByHand(store.url);
  const labels = new LabelEditor({ diagram, container, onDone: (...done) => editor.renamed(...done) });
  const editor = new Editor({ diagram, store, sync, focus, view, kinds, references, picker: new Picker(part("picker"), face.dataset.sprite), labels, announce });
  editor.moved = (keys) => moved.add(keys);
  const openFields = once(async () => {
    const { Fields } = await import("./fields.js");
    return new Fields({ store, face, announce, onClose: (element) => focus.to(diagram.get("elementRegistry").get(element.id)) });
  });
  editor.openFields = async (element) => (await openFields()).open(element, editor.name(element));
  const selection = diagram.get("selection");
  bindKeys({ svg, editor, focus, view, selection, toolbar: part("bar"), openHelp, canEdit: store.canEdit });
  bindToolbar({ bar: part("bar"), diagram, view, editor, moved, worker: face.dataset.worker, svg, store, announce, openHelp, layers: part("layers") });
  // Where there are no fingers, nobody needs to know of them.
  if (navigator.maxTouchPoints > 0) (await import("./touch.js")).bindTouch({ container, svg, canvas: diagram.get("canvas"), view });
  if (store.canEdit) loadWhenWanted({ diagram, svg, container, editor, announce });
  if (store.canEdit) bindEditing({ diagram, svg, view, editor, kinds, moved, announce });
  followSelection({ diagram, svg, focus });
  showHint({ diagram });
  if (people) showPeople(diagram);
  const comments = JSON.parse(document.getElementById("canvas-comments").textContent);
  if (Object.keys(comments).length) (await import("./comments.js")).showComments(diagram, comments);
  new Depth({ store, sync, editor, view, bar: part("levels"), announce });
  view.open();
  takeFocus(svg);
  face.dataset.ready = "true";
  return { diagram, editor, view, setFindings: (found) => showFindings(diagram, found) };
}

// F8, Skip to content, and an address that ends in #draw, as that of Just draw, lead to the canvas itself and not past the
// palette. No element has that name: the browser would take the focus away from what is in it.
function takeFocus(svg) {
  const take = () => svg.focus({ preventScroll: true });
  document.addEventListener("keydown", (event) => { if (event.key === "F8") take(); });
  document.querySelector(".skip").addEventListener("click", () => setTimeout(take));
  if (location.hash === "#draw") take();
}

// What nobody does first comes with the first touch of the canvas.
function loadWhenWanted({ diagram, svg, container, editor, announce }) {
  let isLoaded = false;
  const load = once(async () => {
    const [{ bindClipboard }, { Lasso }, { bindGrid }] = await Promise.all([import("./clipboard.js"), import("./lasso.js"), import("./grid.js")]);
    bindClipboard({ svg, editor });
    bindGrid(diagram.get("eventBus"));
    isLoaded = true;
    return new Lasso({ diagram, svg, container, announce });
  });
  for (const event of ["focusin", "pointerenter"]) face.addEventListener(event, load, { once: true });
  document.addEventListener("keydown", load, { once: true });
  document.addEventListener("paste", pastedEarly);

  // A paste may be the first thing that somebody does here: what is pasted waits until there is somebody to take it.
  async function pastedEarly(event) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", event.clipboardData.getData("text/plain"));
    const { target } = event;
    document.removeEventListener("paste", pastedEarly);
    if (isLoaded) return;
    await load();
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }
  part("bar").querySelector("[data-do=lasso]").addEventListener("click", async () => (await load()).arm());
}

function once(act) {
  let found;
  return () => (found ??= act());
}

// The kinds, as the palette of the page has them.
function kindsOf(palette) {
  const found = [...palette.querySelectorAll("[data-kind]")].map((button) => {
    const { kind: slug, name, icon, form, group } = button.dataset;
    const title = button.textContent.trim();
    return { slug, name, icon, form, group, title, about: button.title };
  });
  return Object.fromEntries(found.map((kind) => [kind.slug, kind]));
}

// Where others are, and telling them where this one is.
async function showPeople(diagram) {
  const [found, { Whereabouts }] = await Promise.all([people, import("./whereabouts.js")]);
  new Whereabouts({ diagram, people: found });
}

let findings;

function showFindings(diagram, found) {
  findings ??= new Findings({ diagram });
  findings.set(found);
}

function bindEditing({ diagram, svg, view, editor, kinds, moved, announce }) {
  bindPalette({ palette: part("palette"), diagram, store, editor, kinds });
  const connecting = new Connecting({ diagram, svg, container: part("stage"), editor, announce });
  new Pad({ diagram, pad: part("pad"), editor, dragging: diagram.get("dragging"), connecting, comments: `${store.url}comments/` });
  const eventBus = diagram.get("eventBus");
  letClicksThrough(diagram);
  // An arrow that was pulled asks for its label, as one that was clicked does.
  eventBus.on("connect.end", 100, ({ context }) => queueMicrotask(() => editor.label(diagram.get("elementRegistry").get(context.connection?.id))));
  eventBus.on("element.dblclick", (event) => {
    if (event.element.isFolded) editor.open(event.element);
    else if (event.element.key) editor.rename(event.element);
    else editor.createByPicker(view.at(event.originalEvent, svg));
  });
  eventBus.on("shape.move.end", 500, ({ context }) => moved.add(context.shapes.filter((shape) => shape.type === "component").map((shape) => shape.key)));
}

// The click that ends a drag is swallowed; diagram-js would swallow any within the 0.4 seconds that follow, too.
function letClicksThrough(diagram) {
  diagram.get("dragging").setOptions({ trapClick: false });
  const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
  diagram.get("eventBus").on("drag.end", ({ originalEvent }) => {
    if (originalEvent?.type !== "mouseup") return;
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
  });
}

// A click gives an element the focus, as a key would.
function followSelection({ diagram, svg, focus }) {
  svg.addEventListener("pointerdown", () => { focus.isPointing = true; }, true);
  svg.addEventListener("pointerup", () => setTimeout(() => { focus.isPointing = false; }));
  const selection = diagram.get("selection");
  diagram.get("eventBus").on("element.click", 2000, (event) => {
    const { element, originalEvent } = event;
    if (!element.key) return;
    focus.to(element, { selects: false });
    // diagram-js would deselect what is clicked twice.
    if (element.type !== "connection" && selection.isSelected(element) && selection.get().length === 1 && !originalEvent?.shiftKey) event.stopPropagation();
  });
}

// The empty canvas says how to begin.
function showHint({ diagram }) {
  const hint = part("hint");
  const show = () => {
    const { components, zones } = drawing(store.document);
    hint.hidden = Object.keys(components).length + Object.keys(zones).length > 0;
  };
  diagram.get("eventBus").on("drawing.changed", show);
  show();
}

export const ready = open();
// For other parts of a page, such as an analysis: `ready` of this module gives {setFindings, view, editor}.
