// Elements of a mocked screen are dragged in its picture; their x and y fields follow, and can be typed as well.
import { store } from "./page.js";

const GRID = 4;
const LEAST_MOVE = 3;
let held = null;

const snapped = (value) => Math.max(0, Math.round(value / GRID) * GRID);

function place(event) {
  const scale = held.svg.viewBox.baseVal.width / held.svg.getBoundingClientRect().width;
  return {
    x: snapped(held.x + (event.clientX - held.fromX) * scale),
    y: snapped(held.y + (event.clientY - held.fromY) * scale),
  };
}

function pick(event) {
  const element = event.target.closest?.(".wireframe-box [data-element]");
  if (!element || event.button || !store.canEdit) return;
  const box = element.closest(".wireframe-box");
  held = {
    element,
    svg: element.ownerSVGElement,
    screen: box.id.replace(/^wire-/, ""),
    x: Number(element.dataset.x),
    y: Number(element.dataset.y),
    fromX: event.clientX,
    fromY: event.clientY,
    isMoving: false,
  };
  element.setPointerCapture(event.pointerId);
}

function move(event) {
  if (!held) return;
  const far = Math.hypot(event.clientX - held.fromX, event.clientY - held.fromY);
  held.isMoving ||= far >= LEAST_MOVE;
  if (!held.isMoving) return;
  event.preventDefault();
  const { x, y } = place(event);
  held.element.setAttribute("transform", `translate(${x - held.x} ${y - held.y})`);
}

function drop(event) {
  if (held?.isMoving) {
    const { x, y } = place(event);
    const key = held.element.dataset.element;
    store.patch({ ui: { screens: { [held.screen]: { elements: { [key]: { x, y } } } } } });
    for (const [name, value] of Object.entries({ x, y })) {
      const field = document.querySelector(`[name="/ui/screens/${held.screen}/elements/${key}/${name}"]`);
      if (field) field.value = value;
    }
  }
  held = null;
}

document.addEventListener("pointerdown", pick);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", () => {
  held?.element.removeAttribute("transform");
  held = null;
});
