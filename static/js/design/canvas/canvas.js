// The canvas: diagram-js with our drawing, rules and lines on it, kept alike with the document of the store.
import {
  BendpointsModule, ConnectModule, ConnectionPreviewModule, CreateModule, Diagram, GridSnappingModule, HandToolModule,
  LassoToolModule, MinimapModule, ModelingModule, MoveCanvasModule, MoveModule, OutlineModule, OverlaysModule, ResizeModule,
  RulesModule, SelectionModule, SnappingModule, ZoomScrollModule,
} from "../../../vendor/diagram.js";
import { Drawing, definitions } from "./drawing.js";
import { Layouter } from "./layouter.js";
import { Rules } from "./rules.js";
import { Sync } from "./sync.js";

const READING = [SelectionModule, OutlineModule, MoveCanvasModule, ZoomScrollModule, OverlaysModule, MinimapModule];
const EDITING = [
  BendpointsModule, ConnectModule, ConnectionPreviewModule, CreateModule, GridSnappingModule, HandToolModule, LassoToolModule,
  ModelingModule, MoveModule, ResizeModule, RulesModule, SnappingModule,
];

// `kinds` by slug; `references` are the document's (canvas_data of the server). Answers with {diagram, sync}.
export async function openCanvas({ container, store, kinds, references, sprite }) {
  const ours = {
    __init__: ["drawing", "ourRules"],
    kinds: ["value", kinds],
    store: ["value", store],
    drawing: ["type", Drawing],
    ourRules: ["type", Rules],
    layouter: ["type", Layouter],
  };
  Drawing.$inject = ["eventBus", "kinds"];
  Rules.$inject = ["eventBus", "elementRegistry", "store"];
  // Without the right to change it, a drawing can be looked at, but nothing that changes it is there.
  const modules = store.canEdit ? [...READING, ...EDITING, ours] : [...READING, RulesModule, ours, reading()];
  const diagram = new Diagram({ canvas: { container }, modules });
  const svg = container.querySelector(".djs-container > svg");
  await definitions(svg, sprite, kinds);
  const sync = new Sync(diagram, store, references);
  sync.load();
  return { diagram, sync, svg };
}

// Stand-ins for what only editing has.
function reading() {
  return { commandStack: ["value", { clear() {} }], dragging: ["value", { context: () => null }] };
}
