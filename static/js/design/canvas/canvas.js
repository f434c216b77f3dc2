// The canvas: diagram-js with our drawing, rules and lines on it, kept alike with the document of the store.
import {
  BendpointsModule, ConnectModule, CreateModule, Diagram, ModelingModule, MoveCanvasModule, MoveModule, OutlineModule,
  ResizeModule, RulesModule, SelectionModule, SnappingModule, ZoomScrollModule,
} from "../../../vendor/diagram.js";
import { arrowHead, Drawing } from "./drawing.js";
import { Layers } from "./layers.js";
import { Layouter } from "./layouter.js";
import { previewArrows } from "./preview.js";
import { Rules } from "./rules.js";
import { Sync } from "./sync.js";
import { bindZones } from "./zones.js";

const READING = [SelectionModule, OutlineModule, MoveCanvasModule, ZoomScrollModule];
const EDITING = [BendpointsModule, ConnectModule, CreateModule, ModelingModule, MoveModule, ResizeModule, RulesModule, SnappingModule];

// `kinds` by slug; `references` are the document's (canvas_data of the server). Answers with {diagram, sync}.
export function openCanvas({ container, store, kinds, references, sprite }) {
  const ours = {
    __init__: ["drawing", "ourRules"],
    kinds: ["value", kinds],
    store: ["value", store],
    sprite: ["value", sprite],
    layers: ["type", Layers],
    drawing: ["type", Drawing],
    ourRules: ["type", Rules],
    layouter: ["type", Layouter],
  };
  Layers.$inject = ["eventBus", "canvas", "elementRegistry"];
  Drawing.$inject = ["eventBus", "kinds", "sprite", "layers"];
  Rules.$inject = ["eventBus", "elementRegistry", "store"];
  // Without the right to change it, a drawing can be looked at, but nothing that changes it is there.
  const modules = store.canEdit ? [...READING, ...EDITING, ours] : [...READING, RulesModule, ours, reading()];
  const diagram = new Diagram({ canvas: { container }, modules });
  bindZones(diagram.get("eventBus"));
  const svg = container.querySelector(".djs-container > svg");
  arrowHead(svg);
  if (store.canEdit) previewArrows(diagram);
  const sync = new Sync(diagram, store, references, kinds);
  sync.load();
  return { diagram, sync, svg };
}

// Stand-ins for what only editing has.
function reading() {
  return { commandStack: ["value", { clear() {} }], dragging: ["value", { context: () => null }] };
}
