// What the canvas takes from diagram-js, as one module: static/vendor/diagram.js.
export { default as Diagram } from "diagram-js";
export { default as BaseRenderer } from "diagram-js/lib/draw/BaseRenderer.js";
export { default as RuleProvider } from "diagram-js/lib/features/rules/RuleProvider.js";
export { default as BendpointsModule } from "diagram-js/lib/features/bendpoints/index.js";
export { default as ConnectModule } from "diagram-js/lib/features/connect/index.js";
export { default as CreateModule } from "diagram-js/lib/features/create/index.js";
export { default as ModelingModule } from "./modeling.js";
export { default as MoveCanvasModule } from "diagram-js/lib/navigation/movecanvas/index.js";
export { default as MoveModule } from "diagram-js/lib/features/move/index.js";
export { default as OutlineModule } from "diagram-js/lib/features/outline/index.js";
export { default as ResizeModule } from "diagram-js/lib/features/resize/index.js";
export { default as RulesModule } from "diagram-js/lib/features/rules/index.js";
export { default as SelectionModule } from "diagram-js/lib/features/selection/index.js";
export { default as SnappingModule } from "diagram-js/lib/features/snapping/index.js";
export { default as ZoomScrollModule } from "diagram-js/lib/navigation/zoomscroll/index.js";
export { append as svgAppend, attr as svgAttr, create as svgCreate } from "tiny-svg";
