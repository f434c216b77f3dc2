// What may be done on the canvas: which box goes where, and who may call whom.
import { RuleProvider } from "../../../vendor/diagram.js";
import { drawing, newConnectionKey, nextOrder } from "./edits.js";
import { elementId } from "./sync.js";

const HIGH = 1500;
// While these are dragged, an arrow or another box under the pointer stands for what it lies in.
const DROPS = ["move", "hover", "out", "end"].flatMap((step) => [`shape.move.${step}`, `create.${step}`]);

export class Rules extends RuleProvider {
  constructor(eventBus, elementRegistry, store) {
    super(eventBus);
    this.store = store;
    for (const event of ["shape.create", "elements.create", "elements.move"]) this.addRule(event, HIGH, ({ target }) => !target || isPlace(target));
    this.addRule("shape.resize", HIGH, ({ shape }) => shape.type !== "connection");
    for (const event of ["connection.create", "connection.reconnect"]) this.addRule(event, HIGH, (context) => this.#canConnect(context));
    this.addRule("connection.start", HIGH, ({ source }) => source.type === "component");
    this.addRule("connection.updateWaypoints", HIGH, ({ connection }) => !connection.isShort);
    eventBus.on(DROPS, 2000, (event) => {
      let { hover } = event;
      while (hover && !isPlace(hover)) hover = hover.parent;
      if (hover && hover !== event.hover) Object.assign(event, { hover, hoverGfx: elementRegistry.getGraphics(hover) });
    });
    eventBus.on("resize.start", 2000, ({ context }) => {
      const children = context.shape.children ?? [];
      context.minBounds = children.length ? undefined : { x: context.shape.x, y: context.shape.y, width: 60, height: 40 };
    });
  }

  #canConnect({ source, target, connection }) {
    if (source?.type !== "component" || target?.type !== "component") return false;
    if (connection?.type === "connection") return true;
    if (source === target) return false;
    const { connections } = drawing(this.store.document);
    const key = newConnectionKey(connections);
    return { type: "connection", key, id: elementId("connection", key), item: { order: nextOrder(connections) } };
  }
}

const isPlace = (element) => element.type === "zone" || !element.parent;
