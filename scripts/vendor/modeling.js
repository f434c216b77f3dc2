// The commands of diagram-js that our canvas uses; its own Modeling brings all of them. What adds, renames or deletes
// goes through the document instead.
import CommandModule from "diagram-js/lib/command/index.js";
import ChangeSupportModule from "diagram-js/lib/features/change-support/index.js";
import CreateConnection from "diagram-js/lib/features/modeling/cmd/CreateConnectionHandler.js";
import CreateElements from "diagram-js/lib/features/modeling/cmd/CreateElementsHandler.js";
import CreateShape from "diagram-js/lib/features/modeling/cmd/CreateShapeHandler.js";
import LayoutConnection from "diagram-js/lib/features/modeling/cmd/LayoutConnectionHandler.js";
import MoveConnection from "diagram-js/lib/features/modeling/cmd/MoveConnectionHandler.js";
import MoveElements from "diagram-js/lib/features/modeling/cmd/MoveElementsHandler.js";
import MoveShape from "diagram-js/lib/features/modeling/cmd/MoveShapeHandler.js";
import ReconnectConnection from "diagram-js/lib/features/modeling/cmd/ReconnectConnectionHandler.js";
import ResizeShape from "diagram-js/lib/features/modeling/cmd/ResizeShapeHandler.js";
import UpdateWaypoints from "diagram-js/lib/features/modeling/cmd/UpdateWaypointsHandler.js";
import RulesModule from "diagram-js/lib/features/rules/index.js";
import SelectionModule from "diagram-js/lib/features/selection/index.js";
import { isModelElement } from "diagram-js/lib/model/index.js";

const HANDLERS = {
  "connection.create": CreateConnection,
  "connection.layout": LayoutConnection,
  "connection.move": MoveConnection,
  "connection.reconnect": ReconnectConnection,
  "connection.updateWaypoints": UpdateWaypoints,
  "elements.create": CreateElements,
  "elements.move": MoveElements,
  "shape.create": CreateShape,
  "shape.move": MoveShape,
  "shape.resize": ResizeShape,
};
const isIndex = (value) => typeof value === "number";

class Modeling {
  constructor(eventBus, elementFactory, commandStack) {
    this.elementFactory = elementFactory;
    this.commandStack = commandStack;
    eventBus.on("diagram.init", () => {
      for (const [name, handler] of Object.entries(HANDLERS)) commandStack.registerHandler(name, handler);
    });
  }

  connect(source, target, attributes, hints) {
    let root = source;
    while (root.parent) root = root.parent;
    return this.createConnection(source, target, attributes ?? {}, root, hints);
  }

  createConnection(source, target, ...rest) {
    const [parentIndex, connection, parent, hints] = isIndex(rest[0]) || rest[0] === undefined ? rest : [undefined, ...rest];
    return this.#run("connection.create", { source, target, parentIndex, connection: this.#made("connection", connection), parent, hints }).connection;
  }

  createShape(shape, position, parent, ...rest) {
    const [parentIndex, hints] = isIndex(rest[0]) ? rest : [undefined, rest[0]];
    return this.#run("shape.create", { shape: this.#made("shape", shape), position, parent, parentIndex, hints: hints ?? {} }).shape;
  }

  createElements(elements, position, parent, ...rest) {
    const [parentIndex, hints] = isIndex(rest[0]) ? rest : [undefined, rest[0]];
    return this.#run("elements.create", { elements: [elements].flat(), position, parent, parentIndex, hints: hints ?? {} }).elements;
  }

  moveElements(shapes, delta, newParent, hints) {
    this.#run("elements.move", { shapes, delta, newParent, hints: hints ?? {} });
  }

  moveShape(shape, delta, newParent, ...rest) {
    const [newParentIndex, hints] = typeof rest[0] === "object" ? [null, rest[0]] : rest;
    this.#run("shape.move", { shape, delta, newParent, newParentIndex, hints: hints ?? {} });
  }

  moveConnection(connection, delta, newParent, ...rest) {
    const [newParentIndex, hints] = typeof rest[0] === "object" ? [undefined, rest[0]] : rest;
    this.#run("connection.move", { connection, delta, newParent, newParentIndex, hints: hints ?? {} });
  }

  layoutConnection(connection, hints) {
    this.#run("connection.layout", { connection, hints: hints ?? {} });
  }

  updateWaypoints(connection, newWaypoints, hints) {
    this.#run("connection.updateWaypoints", { connection, newWaypoints, hints: hints ?? {} });
  }

  reconnect(connection, newSource, newTarget, dockingOrPoints, hints) {
    this.#run("connection.reconnect", { connection, newSource, newTarget, dockingOrPoints, hints: hints ?? {} });
  }

  resizeShape(shape, newBounds, minBounds, hints) {
    this.#run("shape.resize", { shape, newBounds, minBounds, hints });
  }

  #made(type, attributes) {
    return isModelElement(attributes) ? attributes : this.elementFactory.create(type, attributes);
  }

  #run(name, context) {
    this.commandStack.execute(name, context);
    return context;
  }
}
Modeling.$inject = ["eventBus", "elementFactory", "commandStack"];

export default { __depends__: [CommandModule, ChangeSupportModule, SelectionModule, RulesModule], __init__: ["modeling"], modeling: ["type", Modeling] };
