"""The text face of a drawing: a Mermaid flowchart whose classes are our kinds, written and read back.

    flowchart LR
      subgraph europe["Europe"]
        api["Tweet service"]:::service
      end
      class europe region
      phone["Phone"]:::client
      phone -->|"HTTPS"| api

`-->` is a call, `-.->` asynchronous, `==>` replication. Facts that the text does not hold (places, sizes, counts,
notes) stay as they are; objects that the text no longer names are deleted.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from designs.document import placement
from designs.document.kinds import BY_SLUG, ZONE_NAMES, ComponentKind, ConnectionKind, guess
from designs.document.limits import MAX_NAME, MAX_TEXT, ONE_LINE
from designs.document.patches import apply, diff
from designs.document.references import MOST_COMPARED, removal
from web.charts.mermaid import Edge, Flowchart, MermaidError, Node, TextProblem, parse_flowchart

ARROWS: dict[ConnectionKind, str] = {"sync": "-->", "async": "-.->", "replication": "==>"}
KINDS_OF_LINES: dict[str, ConnectionKind] = {"solid": "sync", "dotted": "async", "thick": "replication"}
CYLINDERS = {"cylinder", "cyl", "db", "database", "lin-cyl", "disk"}
PIPES = {"das", "h-cyl", "horizontal-cylinder"}
# Ids that Mermaid would read as something else: a keyword, or the beginning of an arrow.
AWKWARD_ID = re.compile(
    r"(?:graph|flowchart|subgraph|end|style|linkStyle|classDef|class|click|href|call|default|direction|interpolate"
    r"|accTitle|accDescr|TB|TD|BT|RL|LR)\b|.*--|.*-$|_(?:self|blank|parent|top)\b"
)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
VALID_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
NEEDS_ESCAPE = re.compile(r"[\"<>`|;{}]|:(?=fa-)|#(?=\w+;)|&(?=#?\w+;)|\\(?=n)|%(?=%)|^\s|\s$")

Item = Mapping[str, Any]


def write(diagram: Mapping[str, Any]) -> str:
    """The drawing as text. The same drawing gives the same text."""
    components, zones = diagram.get("components", {}), diagram.get("zones", {})
    names = {key: text_id(key) for key in components}
    boxes = {key: _text_id(key, "zone", taken=key in components) for key in zones}
    lines = ["flowchart LR", *_inside("", diagram, names, boxes, "  ")]
    lines += [
        f"  class {boxes[key]} {zone['kind']}"
        for key, zone in placement.in_order(zones)
        if zone.get("kind", "zone") != "zone"
    ]
    for _, connection in placement.in_order(diagram.get("connections", {})):
        arrow = ARROWS[cast(ConnectionKind, connection.get("kind", "sync"))]
        label = f"|{_quoted(connection['label'])}|" if connection.get("label") else ""
        lines.append(f"  {names[connection['source']]} {arrow}{label} {names[connection['target']]}")
    return "\n".join(lines) + "\n"


def patch_from_text(document: Mapping[str, Any], text: str, *, is_foreign: bool = False) -> dict[str, Any]:
    """The merge patch after which the drawing of the document is what the text says; {} when it already is.

    Raises MermaidError, which names every line that is wrong; in that case nothing is changed.
    """
    return patch_from_chart(document, parse_flowchart(text), is_foreign=is_foreign)


def patch_from_chart(document: Mapping[str, Any], chart: Flowchart, *, is_foreign: bool = False) -> dict[str, Any]:
    """The same for a flowchart that is read already.

    In foreign charts, classes that are no kinds are styling and no mistake, and arrows to or from a subgraph are left
    out.
    """
    return _Merge(document, chart, is_foreign=is_foreign).patch()


def _inside(
    zone: str, diagram: Mapping[str, Any], names: Mapping[str, str], boxes: Mapping[str, str], indent: str
) -> Iterator[str]:
    """The lines of the objects directly in a zone, and of the zones within it."""
    for key, component in placement.in_order(diagram.get("components", {})):
        if component.get("zone", "") == zone:
            label = f"[{_quoted(component['label'])}]" if component.get("label") else ""
            yield f"{indent}{names[key]}{label}:::{component['kind']}"
    for key, inner in placement.in_order(diagram.get("zones", {})):
        if inner.get("parent", "") == zone:
            yield f"{indent}subgraph {boxes[key]}" + (f"[{_quoted(inner['label'])}]" if inner.get("label") else "")
            yield from _inside(key, diagram, names, boxes, indent + "  ")
            yield f"{indent}end"


def text_id(component: str) -> str:
    """The id of a component in the text."""
    return _text_id(component, "id")


def _text_id(key: str, prefix: str, *, taken: bool = False) -> str:
    """The id as Mermaid can read it. Ids have no dots, so a prefix with one cannot be mistaken for another id."""
    return f"{prefix}.{key.replace('-', '.')}" if taken or AWKWARD_ID.match(key) else key


def _document_id(name: str, prefix: str) -> str:
    return name[len(prefix) + 1 :].replace(".", "-") if name.startswith(f"{prefix}.") else name


def _quoted(label: str) -> str:
    """The label between quotes, with characters that Mermaid would misread as entities. Plain labels stay plain."""
    escaped = NEEDS_ESCAPE.sub(lambda found: f"#{ord(found[0])};", label)
    if escaped != label:
        # Before an entity, & would be read with it as HTML's; and Mermaid drops the semicolon of an entity that follows
        # "style...:" on one line.
        escaped = escaped.replace("&", "#38;").replace(":", "#58;")
    return f'"{escaped}"'


class _Merge:
    """Merges one text into the document that it changes."""

    def __init__(self, document: Mapping[str, Any], chart: Flowchart, *, is_foreign: bool) -> None:
        self.document, self.chart, self.is_foreign = document, chart, is_foreign
        diagram = document.get("diagram", {})
        self.components: Mapping[str, Item] = diagram.get("components", {})
        self.connections: Mapping[str, Item] = diagram.get("connections", {})
        self.zones: Mapping[str, Item] = diagram.get("zones", {})
        self.problems: list[TextProblem] = []
        self.ids = _ids(chart.nodes, self.components, "id")
        self.zone_ids = _ids(chart.subgraphs, self.zones, "zone")

    def patch(self) -> dict[str, Any]:
        wanted = {"components": self._components(), "connections": self._connections(), "zones": self._zones()}
        if not self.is_foreign:
            self.problems += [
                TextProblem(line, f"Nothing in the drawing is called {name}.") for line, name in self.chart.unknown
            ]
        if self.problems:
            raise MermaidError(self.problems)
        gone = [
            ("diagram", collection, key)
            for collection, items in wanted.items()
            for key in self.document.get("diagram", {}).get(collection, {})
            if key not in items
        ]
        rest = apply(self.document, removal(self.document, *gone)) if gone else self.document
        after = apply(rest, {"diagram": {name: items for name, items in wanted.items() if items}})
        after = apply(after, {"diagram": self._places(after)})
        patch: dict[str, Any] = diff(self.document, after)
        return patch

    def _components(self) -> dict[str, dict[str, Any]]:
        items: dict[str, dict[str, Any]] = {}
        order = _last_order(self.components)
        for number, (name, node) in enumerate(self.chart.nodes.items(), 1):
            key = self.ids[name]
            was = self.components.get(key)
            kind = self._kind(node.classes, BY_SLUG, "component", node.line)
            item: dict[str, Any] = dict(was or {})
            if was is None and node.link:
                item["note"] = node.link[:MAX_TEXT]
            if was is None:
                item |= {"kind": kind or _guessed(node), "label": _document_id(name, "id"), "order": order + number}
            elif kind:
                item["kind"] = kind
            _set(item, "label", self._label(node.label, node.line))
            _set(item, "zone", self.zone_ids[node.subgraph] if node.subgraph else "")
            items[key] = item
        return items

    def _zones(self) -> dict[str, dict[str, Any]]:
        items: dict[str, dict[str, Any]] = {}
        order = _last_order(self.zones)
        for number, (name, subgraph) in enumerate(self.chart.subgraphs.items(), 1):
            key = self.zone_ids[name]
            item = dict(self.zones.get(key) or {"label": _document_id(name, "zone"), "order": order + number})
            _set(item, "label", self._label(subgraph.label, subgraph.line))
            _set(item, "parent", self.zone_ids[subgraph.parent] if subgraph.parent else "")
            if kind := self._kind(subgraph.classes, ZONE_NAMES, "zone", subgraph.line):
                _set(item, "kind", kind, default="zone")
            items[key] = item
        return items

    def _connections(self) -> dict[str, dict[str, Any]]:
        """Each arrow takes over its existing connection: by its id if it has one, as an identical one, or by its
        ends.
        """
        arrows = list(self._arrows())
        wanted = [
            {
                "source": self.ids[source],
                "target": self.ids[target],
                "kind": KINDS_OF_LINES[edge.stroke],
                "label": self._label(edge.label, edge.line) or "",
            }
            for edge, source, target in arrows
        ]
        chosen = self._same_connections(wanted, [edge.id for edge, _, _ in arrows])
        order = _last_order(self.connections)
        items: dict[str, dict[str, Any]] = {}
        fresh = (key for count in itertools.count(1) if (key := f"c{count}") not in self.connections)
        for number, (fields, found) in enumerate(zip(wanted, chosen, strict=True), 1):
            key = found or next(fresh)
            item = dict(self.connections.get(key, {"source": "", "target": "", "order": order + number}))
            item.update(source=fields["source"], target=fields["target"])
            _set(item, "kind", fields["kind"], default="sync")
            _set(item, "label", fields["label"])
            items[key] = item
        return items

    def _arrows(self) -> Iterator[tuple[Edge, str, str]]:
        """Edges with their source and target; two heads are two connections, invisible edges are none."""
        subgraphs = self.chart.subgraphs.keys()
        for edge in self.chart.edges:
            if at := {edge.source, edge.target} & subgraphs:
                if not self.is_foreign:
                    message = f"{min(at)} is a subgraph; an arrow joins two boxes inside or outside of it."
                    self.problems.append(TextProblem(edge.line, message))
                continue
            points_back, points_on = edge.tail == "arrow", edge.head == "arrow"
            if edge.stroke != "invisible" and (points_on or not points_back):
                yield edge, edge.source, edge.target
            if edge.stroke != "invisible" and points_back:
                yield edge, edge.target, edge.source

    def _same_connections(self, wanted: list[dict[str, str]], names: list[str]) -> list[str]:
        chosen = [""] * len(wanted)
        free = dict(placement.in_order(self.connections))
        for number, name in enumerate(names):
            if free.pop(name, None):
                chosen[number] = name
        for fields in (("source", "target", "kind", "label"), ("source", "target", "kind"), ("source", "target")):
            waiting: dict[tuple[str, ...], list[str]] = defaultdict(list)
            for key, each in free.items():
                whole = {"kind": "sync", "label": "", **each}
                waiting[tuple(whole[field] for field in fields)].append(key)
            for number, each in enumerate(wanted):
                same = waiting.get(tuple(each[field] for field in fields))
                if same and not chosen[number]:
                    chosen[number] = same.pop(0)
                    del free[chosen[number]]
        return chosen

    def _places(self, after: Mapping[str, Any]) -> dict[str, Any]:
        """Places for new components, and for those that moved into another zone."""
        diagram = after.get("diagram", {})
        if not self.components and not self.zones:
            return placement.lay_out(diagram)
        moved = [
            key
            for key, component in diagram.get("components", {}).items()
            if key not in self.components or component.get("zone", "") != self.components[key].get("zone", "")
        ]
        new_zones = [key for key in diagram.get("zones", {}) if key not in self.zones]
        return placement.place(diagram, components=moved, zones=new_zones)

    def _label(self, label: str | None, line: int) -> str | None:
        label = label if label is None else label.replace("\n", " ")
        if label is not None and self.is_foreign:
            label = CONTROLS.sub("", label)
            return label if len(label) <= MAX_NAME else label[: MAX_NAME - 1] + "…"
        if label is not None and not (len(label) <= MAX_NAME and re.fullmatch(ONE_LINE, label)):
            self.problems.append(
                TextProblem(line, f"A label has up to {MAX_NAME} characters and no line breaks or control characters.")
            )
        return label

    def _kind(self, classes: list[str], known: Collection[str], noun: str, line: int) -> str:
        kind = ""
        for given in classes:
            if given in known:
                kind = given
            elif not (self.is_foreign or given in self.chart.styles):
                near = difflib.get_close_matches(given, known, n=1) if len(self.problems) < MOST_COMPARED else []
                hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
                self.problems.append(TextProblem(line, f"{given} is no kind of {noun}. {hint}"))
        return kind


def _guessed(node: Node) -> ComponentKind:
    if (found := guess(f"{node.label or ''} {node.name}")) != "service":
        return found
    shape = node.shape or ""
    return "sql" if shape in CYLINDERS else "queue" if shape in PIPES else "service"


def _set(item: dict[str, Any], field: str, value: str | None, *, default: str = "") -> None:
    """Sets fields that differ; fields left to their default stay left out."""
    if value is not None and item.get(field, default) != value:
        item[field] = value


def _last_order(items: Mapping[str, Item]) -> float:
    return max((each.get("order", 0) for each in items.values()), default=0)


def _ids(names: Mapping[str, object], known: Mapping[str, Item], prefix: str) -> dict[str, str]:
    """For each name of the text the id in the document: of the existing object, or a new one."""
    ids = {name: key for name in names if (key := _document_id(name, prefix)) in known}
    taken = {*known, *ids.values()}
    for name in names:
        if name not in ids:
            key = _document_id(name, prefix)
            ids[name] = key if VALID_ID.fullmatch(key) and key not in taken else _fresh(key, taken)
            taken.add(ids[name])
    return ids


def _fresh(name: str, taken: set[str]) -> str:
    """A valid, unused id like the name."""
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")[:30]
    slug = slug if slug[:1].isascii() and slug[:1].isalpha() else f"n{slug}"
    number = 1
    while f"{slug}{number}" in taken:
        number += 1
    return f"{slug}{number}"
