// The keys of the canvas, while it has the focus. The help dialog of the page lists them.
import { GRID } from "./edits.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function bindKeys({ svg, editor, focus, view, selection, toolbar, openHelp, canEdit }) {
  // The element that the keys stand at, or else what is chosen.
  const one = () => focus.focused ?? editor.chosen[0];
  const onComponent = (act) => () => {
    const element = one();
    if (element?.type === "component") act(element);
  };
  const onChosen = (act) => () => { if (editor.chosen.length) act(editor.chosen); };
  const looking = {
    "?": openHelp, f: () => view.fit(), "+": () => view.zoom(1), "=": () => view.zoom(1), "-": () => view.zoom(-1), 0: () => view.actualSize(),
    o: () => one() && (canEdit || one().type === "zone") && editor.open(one()), u: () => editor.goInside(undefined), x: () => one() && editor.fold(one()), w: () => editor.showLayers(),
    Home: () => focus.to(focus.order[0]), End: () => focus.to(focus.order.at(-1)),
  };
  const editing = {
    Enter: () => one() && editor.rename(one()), F2: () => one() && editor.rename(one()),
    n: () => editor.createByPicker(), a: onComponent((element) => editor.append(element)), c: onComponent((element) => editor.connect(element)),
    k: onChosen((elements) => editor.changeKind(elements)), z: onChosen((elements) => editor.moveIntoZone(elements)),
    e: () => one() && editor.openFields(one()), l: () => editor.lineUp(),
    Delete: onChosen((elements) => editor.remove(elements)), Backspace: onChosen((elements) => editor.remove(elements)),
  };
  const commands = { f: () => editor.find(), a: () => editor.selectAll(), z: () => editor.undo(), y: () => editor.redo() };

  function onArrow(event) {
    const [x, y] = ARROWS[event.key];
    if (event.shiftKey && event.altKey && canEdit) return one() && one().type !== "connection" && editor.resize(one(), { x: x * GRID, y: y * GRID });
    const step = event.ctrlKey || event.metaKey ? 5 * GRID : GRID;
    if (event.shiftKey && canEdit) return editor.nudge(editor.chosen, { x: x * step, y: y * step });
    return focus.to(focus.along(event.key));
  }

  function onKey(event) {
    if (event.isComposing) return false;
    if (event.key in ARROWS) return onArrow(event) ?? true;
    if (event.ctrlKey || event.metaKey) return onCommand(event);
    if (event.altKey) return false;
    if (event.key === "Tab") return onTab(event);
    if (event.key === " ") return toggle();
    if (event.key === "Escape") return leave();
    const act = looking[event.key] ?? (canEdit ? editing[event.key] ?? editing[event.key.toLowerCase()] : undefined);
    act?.();
    return act !== undefined;
  }

  function onCommand(event) {
    const key = event.key.toLowerCase();
    if (key === "z" && event.shiftKey && canEdit) return editor.redo() ?? true;
    if (!commands[key] || (!canEdit && key !== "f")) return false;
    commands[key]();
    return true;
  }

  function onTab(event) {
    const next = focus.neighbour(event.shiftKey ? -1 : 1);
    if (!next || event.target === svg || !focus.focused) return false;
    focus.to(next);
    return true;
  }

  function toggle() {
    const element = one();
    if (element) selection.isSelected(element) ? selection.deselect(element) : selection.select(element, true);
    return true;
  }

  function leave() {
    if (selection.get().length > 1) selection.select(one() ?? null);
    else toolbar.querySelector("button").focus();
    return true;
  }

  svg.addEventListener("keydown", (event) => { if (onKey(event)) event.preventDefault(); });
}
