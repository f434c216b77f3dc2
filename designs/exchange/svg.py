"""The drawing as a self-contained SVG: colours as attributes, no classes, no styles, no scripts, no links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, register_namespace, tostring

import defusedxml.ElementTree

from designs.exchange.shapes import clean
from designs.pictures.diagram import draw

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
PAPER, INK, MUTED, LINE = "#ffffff", "#1b232e", "#545e6d", "#8b8f94"
# The light colours of static/css/drawing.css, as fill and stroke of each group.
GROUPS = {
    "group-edge": ("#f2f6fc", "#4b78ab"),
    "group-compute": ("#e3edfb", "#0b57a4"),
    "group-stores": ("#e0f2e6", "#1d7340"),
    "group-messaging": ("#fdeadb", "#a84a06"),
    "group-outside": ("#f2efe9", MUTED),
}
ZONE_GROUND = "#f7f6f2"
ZONES = {
    "zone-region": {"fill": ZONE_GROUND, "stroke": LINE, "stroke-width": "1.6"},
    "zone-zone": {"fill": ZONE_GROUND, "stroke": LINE, "stroke-dasharray": "7 5"},
    "zone-boundary": {"fill": "none", "stroke": LINE, "stroke-dasharray": "2 4"},
}
LINES = {
    "is-sync": {"stroke-width": "1.8"},
    "is-async": {"stroke-width": "1.8", "stroke-dasharray": "7 5"},
    "is-replication": {"stroke-width": "5"},
}
TEXTS = {
    "is-middle": {"text-anchor": "middle", "font-weight": "550", "font-size": "13.5", "fill": INK},
    "component-label": {"font-weight": "550", "font-size": "13.5", "fill": INK},
    "component-second": {"font-size": "11.5", "fill": MUTED},
    "connection-label": {"text-anchor": "middle", "font-size": "11.5", "fill": INK},
    "label-halo": {
        "text-anchor": "middle",
        "font-size": "11.5",
        "fill": PAPER,
        "stroke": PAPER,
        "stroke-width": "4",
        "stroke-linejoin": "round",
    },
    "zone-label": {"font-size": "13.5", "font-weight": "650", "fill": MUTED},
    "zone-halo": {
        "font-size": "13.5",
        "font-weight": "650",
        "fill": ZONE_GROUND,
        "stroke": ZONE_GROUND,
        "stroke-width": "4",
        "stroke-linejoin": "round",
    },
    "technology-letters": {"text-anchor": "middle", "font-size": "11", "font-weight": "650", "fill": INK},
    "copies": {"text-anchor": "middle", "font-size": "11.5", "font-weight": "650", "fill": PAPER},
    "drawing-empty": {"text-anchor": "middle", "fill": MUTED},
}
ICONS = Path(__file__).parents[2] / "static" / "icons.svg"


def write(document: Mapping[str, Any]) -> str:
    title = clean(document.get("meta", {}).get("title", "")) or "Design"
    drawn = draw(_cleaned(document.get("diagram", {})), title=title, icon_href=lambda name: f"#{name}")
    root: Element = defusedxml.ElementTree.fromstring(drawn)
    _take_in_icons(root)
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
    """Labels without characters that are invalid in XML."""
    return {
        collection: {
            key: {**item, "label": clean(item["label"])} if "label" in item else item for key, item in items.items()
        }
        for collection, items in diagram.items()
    }


def _with_classes(element: Element, around: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Each element with its classes and those of its parents, the nearest last."""
    classes = (*around, *element.get("class", "").split())
    yield element, classes
    for inner in element:
        yield from _with_classes(inner, classes)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _look(tag: str, classes: tuple[str, ...]) -> dict[str, str]:
    fill, tone = next((GROUPS[name] for name in classes if name in GROUPS), (PAPER, LINE))
    if tag == "text":
        return _text(classes)
    if tag == "g" and classes[-1:] == ("behind",):
        return {"opacity": "0.55"}
    if tag == "rect" and "zone" in classes:
        return next((ZONES[name] for name in classes if name in ZONES), {})
    outlined = {"shape": (fill, "1.5"), "rim": ("none", "1.2"), "technology-ground": (PAPER, "1.2")}
    for name in classes:
        if name in outlined:
            return {"fill": outlined[name][0], "stroke": tone, "stroke-width": outlined[name][1]}
    if "badge-ground" in classes:
        return {"fill": INK}
    if tag == "g" and "kind-icon" in classes:
        return ICON_LOOK | {"stroke": tone}
    if "line-core" in classes:
        return {"fill": "none", "stroke": PAPER, "stroke-width": "1.8"}
    if "line" in classes:
        line = next((LINES[name] for name in classes if name in LINES), LINES["is-sync"])
        return {"fill": "none", "stroke": LINE, "stroke-linejoin": "round", **line}
    return {"fill": LINE} if tag == "polygon" else {}


def _text(classes: tuple[str, ...]) -> dict[str, str]:
    return next((look for name, look in TEXTS.items() if name in classes), {})


ICON_LOOK = {"fill": "none", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round"}


@cache
def _symbols() -> dict[str, list[Element]]:
    """The shapes of each icon of the sprite, on a grid of 24 by 24."""
    sprite: Element = defusedxml.ElementTree.fromstring(ICONS.read_bytes())
    return {each.get("id", ""): list(each) for each in sprite.iter(f"{{{NAMESPACE}}}symbol")}


def _take_in_icons(root: Element) -> None:
    """Replaces references to icons by their shapes, because the file has no sprite."""
    for parent in list(root.iter()):
        for place, each in enumerate(list(parent)):
            if _tag(each) != "use":
                continue
            x, y, size = each.get("x", "0"), each.get("y", "0"), float(each.get("width", "24"))
            icon = Element(f"{{{NAMESPACE}}}g", {"class": "kind-icon"})
            icon.set("transform", f"translate({x} {y}) scale({size / 24:.4g})")
            icon.extend(deepcopy(_symbols().get(each.get("href", "").lstrip("#"), [])))
            for shape in icon:
                shape.set("fill", "none")
            parent[place] = icon


def _paper(root: Element) -> None:
    x, y, width, height = root.get("viewBox", "0 0 0 0").split()
    attributes = {"x": x, "y": y, "width": width, "height": height, "fill": PAPER}
    root.insert(0, Element(f"{{{NAMESPACE}}}rect", attributes))
