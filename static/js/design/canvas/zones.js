// Where a zone can be taken hold of: its title moves and selects it. Its inside is empty canvas, so that the arrows under
// it can be reached; while something is dragged its inside counts, and what is dropped there lands in the zone.
import { svgAppend, svgAttr, svgCreate } from "../../../vendor/diagram.js";

const TITLE_HEIGHT = 32;

export function bindZones(eventBus) {
  eventBus.on("interactionEvents.createHit", 1500, ({ element, gfx }) => {
    if (element.type !== "zone") return undefined;
    add(gfx, "djs-hit djs-hit-no-move zone-inside-hit");
    add(gfx, "djs-hit djs-hit-all zone-title-hit");
    fit(element, gfx);
    return true;
  });
  eventBus.on("interactionEvents.updateHit", 1500, ({ element, gfx }) => {
    if (element.type !== "zone") return undefined;
    fit(element, gfx);
    return true;
  });
}

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
