"""The drawing as an SVG that stands by itself: colours as attributes, no classes, no styles, no scripts, no links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, register_namespace, tostring

import defusedxml.ElementTree

from designs.exchange.shapes import clean
from designs.pictures.diagram import draw

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
PAPER, INK, MUTED, LINE = "#ffffff", "#1b232e", "#545e6d", "#8b8f94"
# The light colours of static/css/drawing.css.
TONES = {
    "group-edge": "#5b6ab8",
    "group-compute": "#0b57a4",
    "group-stores": "#1c7a5a",
    "group-messaging": "#a84a06",
    "group-outside": MUTED,
}
ZONES = {
    "zone-region": {"fill": "#f7f6f2", "stroke": "#e0dcd0"},
    "zone-zone": {"fill": "#f7f6f2", "stroke": LINE, "stroke-dasharray": "6 5"},
    "zone-boundary": {"fill": "none", "stroke": LINE, "stroke-dasharray": "6 5"},
}
LINES = {
    "is-sync": {"stroke-width": "1.6"},
    "is-async": {"stroke-width": "1.6", "stroke-dasharray": "7 5"},
    "is-replication": {"stroke-width": "2.4", "stroke-dasharray": "2 4"},
}
TEXTS = {
    "component-label": {"text-anchor": "middle", "font-weight": "560", "fill": INK},
    "connection-label": {
        "text-anchor": "middle",
        "font-size": "12",
        "fill": MUTED,
        "stroke": PAPER,
        "stroke-width": "4",
        "paint-order": "stroke",
    },
    "copies": {"text-anchor": "end", "font-size": "11", "font-weight": "650"},
    "drawing-empty": {"text-anchor": "middle", "fill": MUTED},
}


def write(document: Mapping[str, Any]) -> str:
    title = clean(document.get("meta", {}).get("title", "")) or "Design"
    root: Element = defusedxml.ElementTree.fromstring(draw(_cleaned(document.get("diagram", {})), title=title))
    for element, classes in list(_with_classes(root, ())):
        element.attrib.update(_look(_tag(element), classes))
        element.attrib.pop("class", None)
    root.set("font-family", FONT)
    root.set("font-size", "13")
    _paper(root)
    root.text = "\n"
    for each in root:
        each.tail = "\n"
    register_namespace("", NAMESPACE)
    return tostring(root, encoding="unicode") + "\n"


def _cleaned(diagram: Mapping[str, Any]) -> dict[str, Any]:
    """Labels without what XML cannot hold."""
    return {
        collection: {
            key: {**item, "label": clean(item["label"])} if "label" in item else item for key, item in items.items()
        }
        for collection, items in diagram.items()
    }


def _with_classes(element: Element, around: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Each element with its classes and those around it, the nearest last."""
    classes = (*around, *element.get("class", "").split())
    yield element, classes
    for inner in element:
        yield from _with_classes(inner, classes)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _look(tag: str, classes: tuple[str, ...]) -> dict[str, str]:
    tone = next((TONES[name] for name in classes if name in TONES), LINE)
    if tag == "text":
        return _text(classes, tone)
    if tag == "g" and classes[-1:] == ("behind",):
        return {"opacity": "0.55"}
    if tag == "rect" and "zone" in classes:
        return next((ZONES[name] for name in classes if name in ZONES), {})
    if "shape" in classes:
        return {"fill": PAPER, "stroke": tone, "stroke-width": "1.6"}
    if "rim" in classes:
        return {"fill": "none", "stroke": tone, "stroke-width": "1.2"}
    if tag == "polyline":
        line = next((LINES[name] for name in classes if name in LINES), LINES["is-sync"])
        return {"fill": "none", "stroke": LINE, "stroke-linejoin": "round", **line}
    return {"fill": LINE} if tag == "polygon" else {}


def _text(classes: tuple[str, ...], tone: str) -> dict[str, str]:
    if "zone" in classes:
        return {"font-size": "12", "font-weight": "600", "fill": MUTED}
    return {"fill": tone} | next((TEXTS[name] for name in classes if name in TEXTS), {})


def _paper(root: Element) -> None:
    x, y, width, height = root.get("viewBox", "0 0 0 0").split()
    attributes = {"x": x, "y": y, "width": width, "height": height, "fill": PAPER}
    root.insert(0, Element(f"{{{NAMESPACE}}}rect", attributes))
