// Which part of a drawing is shown. A boundary is a box with a drawing of its own: folded, it stands for all that is in it,
// and its arrows end at its frame; opened, only what is in it is shown, with the boxes that it is joined to around it.
// The document knows nothing of this: the arrows of the whole always run through the inner boxes.
import { drawing } from "./edits.js";

// The zone and those around it, the innermost first.
export function chainOf(zones, zone) {
  const found = [];
  for (let key = zone; Object.hasOwn(zones, key) && !found.includes(key); key = zones[key].parent ?? "") found.push(key);
  return found;
}

// `inside` is the zone that is open, or empty; `folded` a Set of zones. Answers with {hidden, near, standIn}: ids of
// elements that are not shown, ids of those around an open one, and for components in a folded zone that zone.
export function levels(document, { inside, folded }) {
  const { components, connections, zones } = drawing(document);
  const open = Object.hasOwn(zones, inside) ? inside : "";
  const [hidden, near, standIn] = [new Set(), new Set(), new Map()];
  const isInner = (chain) => !open || chain.includes(open);
  const foldedIn = (chain) => chain.filter((key) => folded.has(key) && (!open || (key !== open && chain.indexOf(key) < chain.indexOf(open)))).at(-1);
  const chains = new Map(Object.entries(components).map(([key, item]) => [key, chainOf(zones, item.zone ?? "")]));
  const inner = new Set([...chains].filter(([, chain]) => isInner(chain)).map(([key]) => key));
  for (const key of inner) {
    const zone = foldedIn(chains.get(key));
    if (!zone) continue;
    standIn.set(key, zone);
    hidden.add(`component-${key}`);
  }
  const neighbours = new Set();
  for (const [key, { source, target }] of Object.entries(connections)) {
    const isJoined = inner.has(source) || inner.has(target);
    const [one, other] = [standIn.get(source), standIn.get(target)];
    if (!isJoined || (one && one === other)) hidden.add(`connection-${key}`);
    if (isJoined) [source, target].filter((end) => !inner.has(end)).forEach((end) => neighbours.add(end));
  }
  for (const key of Object.keys(components)) {
    if (neighbours.has(key)) near.add(`component-${key}`);
    else if (!inner.has(key)) hidden.add(`component-${key}`);
  }
  for (const key of Object.keys(zones)) {
    const chain = chainOf(zones, key);
    const around = foldedIn(chain);
    if (!isInner(chain) || (around && around !== key)) hidden.add(`zone-${key}`);
  }
  return { hidden, near, standIn, open };
}
