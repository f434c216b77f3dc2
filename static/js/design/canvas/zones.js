// Where a zone can be taken hold of: its title moves and selects it. Its inside is empty canvas: a pull moves the view,
// a click selects nothing; what is dropped there still lands in the zone.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";

const TITLE_HEIGHT = 32;
export const INSIDE = "djs-hit-no-move";

export function bindZones(eventBus, selection) {
  eventBus.on("interactionEvents.createHit", 1500, ({ element, gfx }) => {
    if (element.type !== "zone") return undefined;
    add(gfx, `djs-hit ${INSIDE}`);
    add(gfx, "djs-hit djs-hit-all zone-title-hit");
    fit(element, gfx);
    return true;
  });
  eventBus.on("interactionEvents.updateHit", 1500, ({ element, gfx }) => {
    if (element.type !== "zone") return undefined;
    fit(element, gfx);
    return true;
  });
  eventBus.on("element.click", 2500, (event) => {
    if (!isInside(event)) return;
    event.stopPropagation();
    selection.select(null);
  });
}

// Whether an event of diagram-js is about the empty inside of a zone.
export const isInside = ({ element, originalEvent }) => element.type === "zone" && (originalEvent?.target?.classList?.contains(INSIDE) ?? false);

function add(gfx, name) {
  const hit = svgCreate("rect");
  svgAttr(hit, { class: name, fill: "none", x: 0, y: 0 });
  svgAppend(gfx, hit);
}

function fit({ width, height }, gfx) {
  const [inside, title] = gfx.querySelectorAll(":scope > .djs-hit");
  svgAttr(inside, { width, height });
  svgAttr(title, { width, height: Math.min(TITLE_HEIGHT, height) });
}
