"""The diagram for Excalidraw: boxes with bound texts, arrows that are bound at both ends, zones dashed behind them.

Values that Excalidraw chooses at random (seeds, nonces) are derived from the ids here, so the same design gives the
same file. Kinds and figures are stored in `customData`.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designs.document.basics import in_order
from designs.document.diagram import Component, Connection, Zone
from designs.document.kinds import BY_SLUG, Group
from designs.document.schema import Document, blank
from designs.exchange.drawn import settled
from designs.exchange.orders import renumbered
from designs.exchange.own_json import checked, parse
from designs.exchange.problems import Imported, ImportFailedError, Warnings
from designs.exchange.shapes import Line, Shape, clean, diagram_from, facts_of

Json = dict[str, Any]
SOURCE = "https://excalidraw.com"
FACTS = "loadbearing"
FONT_SIZE, LINE_HEIGHT, LETTER = 16, 1.25, 8.6
INK, NO_FILL = "#1e1e1e", "transparent"
# Excalidraw's own pale colours, one for each group of kinds.
FILLS: dict[Group, str] = {
    "outside": "#e9ecef",
    "edge": "#d0ebff",
    "compute": "#d3f9d8",
    "stores": "#fff3bf",
    "messaging": "#eebefa",
}
BOXES = ("rectangle", "ellipse", "diamond", "image", "embeddable", "iframe")
FRAMES = ("frame", "magicframe")
ARROWS = ("arrow", "line")
MAX_DEPTH = 12


def write(document: Document) -> str:
    elements: list[Json] = []
    diagram = document.diagram
    for key, zone in sorted(in_order(diagram.zones), key=lambda pair: -pair[1].width * pair[1].height):
        elements += _box(f"zone-{key}", zone, zone.label, touching=())
    for key, component in in_order(diagram.components):
        ends = [
            f"connection-{each}" for each, line in in_order(diagram.connections) if key in (line.source, line.target)
        ]
        elements += _box(f"component-{key}", component, component.label or BY_SLUG[component.kind].title, touching=ends)
    for key, connection in in_order(diagram.connections):
        elements += _arrow(f"connection-{key}", connection, diagram.components)
    scene = {
        "type": "excalidraw",
        "version": 2,
        "source": SOURCE,
        "elements": elements,
        "appState": {"viewBackgroundColor": "#ffffff", "gridSize": None},
        "files": {},
    }
    return json.dumps(scene, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Imported:
    scene = parse(text, max_depth=MAX_DEPTH)
    if scene.get("type") not in ("excalidraw", "excalidraw/clipboard") or not isinstance(scene.get("elements"), list):
        raise ImportFailedError('an Excalidraw file says "type": "excalidraw" and has a list of elements')
    warnings = Warnings()
    drawn = [each for each in scene["elements"] if isinstance(each, dict) and not each.get("isDeleted")]
    elements = _Elements(drawn)
    shapes, lines = settled(elements.shapes(warnings), elements.lines(), warnings)
    diagram = diagram_from(shapes, lines, warnings)
    renumbered(diagram.diagram.get("zones", {}), lambda zone: -zone["width"] * zone["height"])
    document = {**blank(), "diagram": diagram.diagram}
    return Imported(
        document=checked(document), warnings=warnings.all(), guessed=diagram.guessed, arrows=warnings.arrows()
    )


def _box(element: str, item: Component | Zone, label: str, *, touching: Iterable[str]) -> Iterator[Json]:
    is_zone = isinstance(item, Zone)
    facts = facts_of(item) | ({} if item.label else {"label": ""})
    text = f"{element}-text"
    bound = [{"id": text, "type": "text"}] if label else []
    yield {
        **_base(element, "rectangle", item.x, item.y, item.width, item.height),
        "strokeStyle": "dashed" if is_zone else "solid",
        "backgroundColor": NO_FILL if isinstance(item, Zone) else FILLS[BY_SLUG[item.kind].group],
        "fillStyle": "solid",
        "roundness": {"type": 3},
        "boundElements": [*bound, *({"id": each, "type": "arrow"} for each in touching)],
        "customData": {FACTS: facts},
    }
    if label:
        yield _text(text, element, label, item, is_top=is_zone)


def _text(element: str, container: str, label: str, item: Component | Zone, *, is_top: bool) -> Json:
    line = clean(label)
    width, height = min(len(line) * LETTER, item.width - 10), FONT_SIZE * LINE_HEIGHT
    width = max(width, LETTER)
    x = item.x + (item.width - width) / 2
    y = item.y + 5 if is_top else item.y + (item.height - height) / 2
    return _bound_text(element, container, line, (x, y, width, height), is_top=is_top)


def _bound_text(
    element: str, container: str, line: str, place: tuple[float, float, float, float], *, is_top: bool = False
) -> Json:
    return {
        **_base(element, "text", *place),
        "roundness": None,
        "boundElements": [],
        "containerId": container,
        "text": line,
        "originalText": line,
        "fontSize": FONT_SIZE,
        "fontFamily": 5,
        "textAlign": "center",
        "verticalAlign": "top" if is_top else "middle",
        "autoResize": True,
        "lineHeight": LINE_HEIGHT,
    }


def _arrow(element: str, connection: Connection, components: Mapping[str, Component]) -> Iterator[Json]:
    source, target = components[connection.source], components[connection.target]
    bends = [(point.x, point.y) for point in connection.bends]
    start = _edge_point(source, bends[0] if bends else _middle(target))
    end = _edge_point(target, bends[-1] if bends else _middle(source))
    points = [start, *bends, end]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    text = f"{element}-text"
    yield {
        **_base(element, "arrow", start[0], start[1], max(xs) - min(xs), max(ys) - min(ys)),
        "strokeStyle": "dashed" if connection.kind == "async" else "solid",
        "strokeWidth": 4 if connection.kind == "replication" else 2,
        "backgroundColor": NO_FILL,
        "roundness": {"type": 2},
        "boundElements": [{"id": text, "type": "text"}] if connection.label else [],
        "points": [[x - start[0], y - start[1]] for x, y in points],
        "lastCommittedPoint": None,
        "startBinding": {"elementId": f"component-{connection.source}", "focus": 0, "gap": 1},
        "endBinding": {"elementId": f"component-{connection.target}", "focus": 0, "gap": 1},
        "startArrowhead": None,
        "endArrowhead": "arrow",
        "elbowed": False,
        "customData": {FACTS: facts_of(connection)},
    }
    if connection.label:
        x, y = points[len(points) // 2] if len(points) > 2 else ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        line = clean(connection.label)
        width, height = max(len(line) * LETTER, LETTER), FONT_SIZE * LINE_HEIGHT
        yield _bound_text(text, element, line, (x - width / 2, y - height / 2, width, height))


def _base(element: str, kind: str, x: float, y: float, width: float, height: float) -> Json:
    seed = zlib.crc32(element.encode()) & 0x7FFFFFFF
    return {
        "id": element,
        "type": kind,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "angle": 0,
        "strokeColor": INK,
        "backgroundColor": NO_FILL,
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "seed": seed,
        "version": 1,
        "versionNonce": seed,
        "isDeleted": False,
        "updated": 1,
        "link": None,
        "locked": False,
    }


def _middle(item: Component) -> tuple[float, float]:
    return item.x + item.width / 2, item.y + item.height / 2


def _edge_point(item: Component, towards: tuple[float, float]) -> tuple[float, float]:
    """Where a line from the middle of the box to a point leaves the box."""
    x, y = _middle(item)
    across, down = towards[0] - x, towards[1] - y
    if not across and not down:
        return x, y
    scale = min(
        item.width / 2 / abs(across) if across else math.inf, item.height / 2 / abs(down) if down else math.inf, 1
    )
    return x + across * scale, y + down * scale


@dataclass
class _Elements:
    """The elements of a scene. Texts belong to their container, or to the box that they are on."""

    drawn: Sequence[Mapping[str, Any]]
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self._of("text"):
            holder = each.get("containerId")
            if isinstance(holder, str):
                self.texts[holder] = _said(each)

    def shapes(self, warnings: Warnings) -> list[Shape]:
        known = {each["id"] for each in self._of(*BOXES, *FRAMES, *ARROWS)}
        loose = [each for each in self._of("text") if each.get("containerId") not in known and _said(each).strip()]
        if drawn := len(self._of("freedraw")):
            warnings.lost("freehand line", "a design has boxes and arrows alone", count=drawn)
        return [self._shape(each) for each in [*self._of(*BOXES, *FRAMES), *loose]]

    def lines(self) -> list[Line]:
        return [self._line(each) for each in self._of(*ARROWS)]

    def _of(self, *kinds: str) -> list[Mapping[str, Any]]:
        return [each for each in self.drawn if each.get("type") in kinds and isinstance(each.get("id"), str)]

    def _shape(self, each: Mapping[str, Any]) -> Shape:
        facts, name = _facts(each), each.get("name")
        label = self.texts.get(each["id"], name if isinstance(name, str) else "")
        if facts.pop("label", None) == "" and (kind := BY_SLUG.get(str(facts.get("kind")))) and label == kind.title:
            label = ""
        if each["type"] == "text":
            label = _said(each)
        groups = each.get("groupIds")
        group = groups[0] if isinstance(groups, list) and groups and isinstance(groups[0], str) else ""
        is_frame = each["type"] in FRAMES
        frame = each.get("frameId")
        return Shape(
            id=each["id"],
            x=_number(each, "x"),
            y=_number(each, "y"),
            width=_number(each, "width"),
            height=_number(each, "height"),
            label=label,
            parent=frame if isinstance(frame, str) else None,
            is_zone=is_frame or each["id"].startswith("zone-"),
            facts=facts,
            group=group,
            is_text=each["type"] == "text",
            is_round=each["type"] == "ellipse",
            note=str(each.get("link") or "") if not facts else "",
        )

    def _line(self, each: Mapping[str, Any]) -> Line:
        x, y = _number(each, "x"), _number(each, "y")
        points = [(x + point[0], y + point[1]) for point in each.get("points") or [] if _is_point(point)]
        return Line(
            id=each["id"],
            source=_bound(each.get("startBinding")),
            target=_bound(each.get("endBinding")),
            label=self.texts.get(each["id"], ""),
            has_head=each.get("endArrowhead", "arrow" if each["type"] == "arrow" else None) is not None,
            has_tail=each.get("startArrowhead") is not None,
            start=points[0] if points else None,
            end=points[-1] if points else None,
            is_dashed=each.get("strokeStyle") in ("dashed", "dotted"),
            bends=points[1:-1],
            facts=_facts(each),
        )


def _said(text: Mapping[str, Any]) -> str:
    said = text.get("originalText") or text.get("text")
    return said if isinstance(said, str) else ""


def _facts(element: Mapping[str, Any]) -> dict[str, Any]:
    custom = element.get("customData")
    facts = custom.get(FACTS) if isinstance(custom, dict) else None
    return dict(facts) if isinstance(facts, dict) else {}


def _bound(binding: Any) -> str:
    element = binding.get("elementId") if isinstance(binding, dict) else None
    return element if isinstance(element, str) else ""


def _number(element: Mapping[str, Any], name: str) -> float:
    value = element.get(name)
    return float(value) if isinstance(value, (int, float)) and abs(value) < 1e9 else 0.0


def _is_point(point: Any) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(isinstance(each, (int, float)) for each in point)
