// What the parts of a drawing are called, for people who listen to it.
import { drawing } from "./edits.js";
import { technologyOf } from "./technologies.js";

// How many servers a component stands for: instances, or the copies of all shards.
export function serversOf({ instances = 1, shards = 1, copies = 1 }) {
  return instances * shards * copies;
}

function countOf(item) {
  const counts = [[item.instances, "instances"], [item.shards, "shards"], [item.copies, "copies"]];
  return counts.filter(([count]) => count > 1).map(([count, noun]) => `${count} ${noun}`).join(", ");
}

export function componentName(document, key, kinds) {
  const item = drawing(document).components[key];
  return item ? item.label || `${kinds[item.kind].title} ${key}` : key;
}

export function zoneName(document, key) {
  return drawing(document).zones[key]?.label || key;
}

const VERBS = { sync: "calls", async: "calls asynchronously", replication: "replicates to" };

export function connectionName(document, key, kinds) {
  const item = drawing(document).connections[key];
  const [source, target] = [componentName(document, item.source, kinds), componentName(document, item.target, kinds)];
  return `${source} ${VERBS[item.kind ?? "sync"]} ${target}`;
}

// Its product as it was written, and by its usual name where the letters in the box stand for one that is not written so.
function productOf({ technology = "" }) {
  const name = technologyOf(technology)?.name;
  return !name || technology.toLowerCase().includes(name.toLowerCase()) ? technology : `${technology} (${name})`;
}

// The whole sentence that a screen reader says of a component, and so for zones and connections.
export function describe(document, { type, key, incoming, outgoing, children }, kinds) {
  if (type === "zone") return describeZone(document, key, children);
  if (type === "connection") return describeConnection(document, key, kinds);
  const { components } = drawing(document);
  const item = components[key];
  const name = (other) => componentName(document, other, kinds);
  const calls = outgoing.map((line) => name(line.target.key));
  const callers = incoming.map((line) => name(line.source.key));
  return [
    [name(key), kinds[item.kind].title.toLowerCase() === name(key).toLowerCase() ? "" : kinds[item.kind].name, productOf(item), countOf(item), item.zone ? `in ${zoneName(document, item.zone)}` : ""].filter(Boolean).join(", "),
    calls.length ? `calls ${calls.join(", ")}` : "",
    callers.length ? `called by ${callers.join(", ")}` : "",
  ].filter(Boolean).join("; ");
}

function describeZone(document, key, children) {
  const count = children.filter((child) => child.type === "component").length;
  const item = drawing(document).zones[key];
  const place = item.parent ? ` in ${zoneName(document, item.parent)}` : "";
  return `${zoneName(document, key)}, ${item.kind ?? "zone"}${place}; ${count} ${count === 1 ? "component" : "components"}`;
}

function describeConnection(document, key, kinds) {
  const { label } = drawing(document).connections[key];
  return connectionName(document, key, kinds) + (label ? `: ${label}` : "");
}
