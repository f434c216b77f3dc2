// What of a drawing a step of the method is about, as designs/document/concerns.py says it: ids of components and of the
// connections between them.
export function concernOf(document, area, found = []) {
  const { components = {}, connections = {} } = document.diagram ?? {};
  if (area === "api") {
    const operations = document.api?.operations ?? {};
    const flows = Object.values(document.flows ?? {}).filter(({ operation }) => Object.hasOwn(operations, operation));
    const passed = hopsOf(flows).filter((key) => Object.hasOwn(connections, key));
    return { components: new Set(passed.flatMap((key) => [connections[key].source, connections[key].target])), connections: new Set(passed) };
  }
  const wanted = new Set(wantedBy(document, area, found).filter((key) => Object.hasOwn(components, key)));
  const between = Object.entries(connections).filter(([, { source, target }]) => wanted.has(source) && wanted.has(target));
  return { components: wanted, connections: new Set(between.map(([key]) => key)) };
}

// The connections on the paths of flows.
export const hopsOf = (flows) => flows.flatMap((flow) => Object.values(flow.hops ?? {}).map((hop) => hop.connection));

function wantedBy(document, area, found) {
  if (area === "data-model") {
    const entities = document.data_model?.entities ?? {};
    const stores = ([, item]) => Object.keys(item.stores ?? {}).some((key) => Object.hasOwn(entities, key));
    return Object.entries(document.diagram?.components ?? {}).filter(stores).map(([key]) => key);
  }
  if (area === "detailed") return Object.values(document.decisions ?? {}).map((each) => each.component);
  if (area === "bottlenecks") return [...Object.values(document.bottlenecks ?? {}).flatMap((each) => Object.keys(each.components ?? {})), ...found];
  return [];
}
