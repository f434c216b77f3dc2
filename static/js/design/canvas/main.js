// The canvas of the page: everything is put together here.
import { store } from "../page.js";
import { openCanvas } from "./canvas.js";
import { drawing } from "./edits.js";
import { Editor } from "./editor.js";
import { Findings } from "./findings.js";
import { Focus } from "./focus.js";
import { bindKeys } from "./keys.js";
import { LabelEditor } from "./label-editor.js";
import { Layout } from "./layout.js";
import { Pad } from "./pad.js";
import { bindPalette } from "./palette.js";
import { Picker } from "./picker.js";
import { bindToolbar } from "./toolbar.js";
import { bindTouch } from "./touch.js";
import { View } from "./view.js";

const face = document.querySelector("[data-canvas]");
const part = (name) => face.querySelector(`[data-part=${name}]`);

async function open() {
  const { groups, references } = JSON.parse(document.getElementById("canvas-data").textContent);
  const kinds = Object.fromEntries(groups.flatMap((group) => group.kinds.map((kind) => [kind.slug, { ...kind, group: group.slug }])));
  const container = part("stage");
  const { diagram, sync, svg } = await openCanvas({ container, store, kinds, references, sprite: face.dataset.sprite });
  const said = part("said");
  const announce = (words) => { said.textContent = words; };
  const help = part("help");
  const openHelp = () => help.showModal();
  const view = new View(diagram.get("canvas"));
  const focus = new Focus({ diagram, store, sync, svg, kinds, view, help: "canvas-help-hint" });
  const layout = new Layout({ store, address: face.dataset.worker });
  const labels = new LabelEditor({ diagram, container, onDone: (...done) => editor.renamed(...done) });
  const editor = new Editor({ diagram, store, sync, focus, view, kinds, references, picker: new Picker(part("picker")), labels, announce });
  editor.moved = (keys) => layout.moved(keys);
  const selection = diagram.get("selection");
  bindKeys({ svg, editor, focus, view, selection, toolbar: part("bar"), openHelp, canEdit: store.canEdit });
  bindToolbar({ bar: part("bar"), diagram, view, layout, svg, store, announce, openHelp });
  bindTouch({ container, svg, canvas: diagram.get("canvas"), view });
  if (store.canEdit) bindEditing({ diagram, editor, kinds, layout });
  followSelection({ diagram, svg, focus });
  showHint({ diagram });
  view.fit();
  const findings = new Findings({ diagram, sync });
  face.dataset.ready = "true";
  return { diagram, editor, view, setFindings: (found) => findings.set(found) };
}

function bindEditing({ diagram, editor, kinds, layout }) {
  bindPalette({ palette: part("palette"), diagram, store, editor, kinds });
  new Pad({ diagram, pad: part("pad"), editor, dragging: diagram.get("dragging") });
  const eventBus = diagram.get("eventBus");
  eventBus.on("element.dblclick", ({ element }) => { if (element.key) editor.rename(element); });
  eventBus.on("shape.move.end", 500, ({ context }) => layout.moved(context.shapes.filter((shape) => shape.type === "component").map((shape) => shape.key)));
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
