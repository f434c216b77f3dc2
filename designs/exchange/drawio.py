"""The diagram for draw.io (diagrams.net): an uncompressed mxfile out; plain or compressed files in.

Kinds and figures are stored in attributes of each cell, so that our own export is read back completely; in other
drawings the kind is guessed from labels and shapes. XML is read without entities or document types, and a compressed
page is inflated only up to the limit.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring
from xml.parsers.expat import ErrorString

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from designs.document.basics import in_order
from designs.document.diagram import Component, Connection, Zone
from designs.document.kinds import BY_SLUG, Form
from designs.document.schema import Document, blank
from designs.exchange.drawn import settled
from designs.exchange.orders import depth_in, renumbered
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError, Warnings
from designs.exchange.shapes import Line, Shape, clean, diagram_from, facts_of

MAX_INFLATED = 8_000_000
MAX_PARENTS = 50
MAX_PAGES = 20
FACTS = "loadbearing"
BOX = "rounded=1;whiteSpace=wrap;html=1;arcSize=8;"
STYLES: dict[Form, str] = {
    "box": BOX,
    "drum": "shape=cylinder3;whiteSpace=wrap;html=1;boundedLbl=1;size=10;",
    "pipe": "shape=cylinder3;whiteSpace=wrap;html=1;boundedLbl=1;size=10;direction=south;",
    "round": "rounded=1;whiteSpace=wrap;html=1;arcSize=50;",
}
ZONE_STYLE = (
    "rounded=1;arcSize=3;whiteSpace=wrap;html=1;dashed=1;fillColor=none;container=1;collapsible=0;recursiveResize=0;"
    "verticalAlign=top;align=left;spacingLeft=8;"
)
LINE_STYLES = {
    "sync": "edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;endArrow=block;",
    "async": "edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;endArrow=open;dashed=1;",
    "replication": "edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;endArrow=block;startArrow=block;strokeWidth=2;",
}
TAG = re.compile(
    r"</?(?:br|p|div|li|ul|ol|h[1-6]|table|tr|td|th|hr|pre|blockquote|dl|dt|dd|section|article|header|footer)\b[^<>]*>",
    re.IGNORECASE,
)
SVG_DOCTYPE = re.compile(r"<!DOCTYPE svg[^<>\[\]]*>", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%([\w.-]{1,60})%")
SVG_CONTENT = "content"
# Attributes of a wrapper that are no facts of the element.
WRAPPER = {"id", "label", "link", "tooltip", "placeholders", "placeholder", FACTS}
ICONS = ("resIcon", "grIcon", "prIcon", "shape")
# Shapes of draw.io that are plain forms and suggest no kind.
FORMS = {"resourceIcon", "productIcon", "group", "groupCenter", "iconHighlight", "card", "rectangle", "ellipse"}
ACRONYMS = re.compile(
    r"\b(?:acm|[an]?lb|ai|api|aws|az|cdn|db|dms|dns|ebs|ec2|ecr|ecs|efs|eks|elb|emr|etl|gcp|gke|iam|id|iot|kms|ml|mq|msk"
    r"|nat|rds|s3|ses|sns|sql|sqs|ui|vm|vpc|vpn|waf)\b",
    re.IGNORECASE,
)
ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def write(document: Document) -> str:
    root = Element("mxfile", host="Loadbearing", type="device")
    page = SubElement(root, "diagram", id="design", name=clean(document.meta.title) or "Design")
    model = SubElement(page, "mxGraphModel", grid="1", gridSize="10", page="0", math="0", shadow="0")
    cells = SubElement(model, "root")
    SubElement(cells, "mxCell", id="0")
    SubElement(cells, "mxCell", {"id": "1", "parent": "0"})
    zones = document.diagram.zones
    for key, zone in _outermost_first(zones):
        _box(cells, f"zone-{key}", zone, ZONE_STYLE, zones.get(zone.parent), zone.parent)
    for key, component in in_order(document.diagram.components):
        style = STYLES[BY_SLUG[component.kind].form]
        _box(cells, f"component-{key}", component, style, zones.get(component.zone), component.zone)
    for key, connection in in_order(document.diagram.connections):
        _line(cells, f"connection-{key}", connection)
    indent(root, " ")
    return tostring(root, encoding="unicode") + "\n"


def read(text: str) -> Imported:
    warnings = Warnings()
    root = _xml(text)
    page, title = _page(root, warnings)
    shapes, lines = settled(*_Cells(page, _variables(root)).read(warnings), warnings)
    drawn = diagram_from(shapes, lines, warnings)
    zones = drawn.diagram.get("zones", {})
    renumbered(zones, depth_in(zones))
    document = {**blank(title=title), "diagram": drawn.diagram}
    return Imported(
        document=checked(document), warnings=warnings.all(), guessed=drawn.guessed, arrows=warnings.arrows()
    )


def _outermost_first(zones: Mapping[str, Zone]) -> Iterator[tuple[str, Zone]]:
    """Puts each cell's parent before it."""
    depths = {}
    for key in zones:
        depth, at = 0, key
        while zones[at].parent:
            depth, at = depth + 1, zones[at].parent
        depths[key] = depth
    return iter(sorted(in_order(zones), key=lambda pair: depths[pair[0]]))


def _box(cells: Element, cell: str, item: Component | Zone, style: str, zone: Zone | None, zone_id: str) -> None:
    """Geometry is relative to the container."""
    label = item.label or (BY_SLUG[item.kind].title if isinstance(item, Component) else "")
    holder = _cell(cells, cell, label, facts_of(item) | ({} if item.label else {"label": ""}))
    parent = f"zone-{zone_id}" if zone else "1"
    vertex = SubElement(holder, "mxCell", {"style": style, "vertex": "1", "parent": parent})
    x, y = (item.x - zone.x, item.y - zone.y) if zone else (item.x, item.y)
    SubElement(
        vertex,
        "mxGeometry",
        {
            "x": _number(x),
            "y": _number(y),
            "width": _number(item.width),
            "height": _number(item.height),
            "as": "geometry",
        },
    )


def _line(cells: Element, cell: str, connection: Connection) -> None:
    holder = _cell(cells, cell, connection.label, facts_of(connection))
    ends = {"source": f"component-{connection.source}", "target": f"component-{connection.target}"}
    style = {"style": LINE_STYLES[connection.kind], "edge": "1", "parent": "1"}
    edge = SubElement(holder, "mxCell", style | ends)
    geometry = SubElement(edge, "mxGeometry", {"relative": "1", "as": "geometry"})
    if connection.bends:
        points = SubElement(geometry, "Array", {"as": "points"})
        for point in connection.bends:
            SubElement(points, "mxPoint", x=_number(point.x), y=_number(point.y))


def _cell(cells: Element, cell: str, label: str, facts: Mapping[str, Any]) -> Element:
    """Labels are HTML to draw.io, so what people typed is escaped twice: here, and as XML."""
    kept = {key: clean(value) if isinstance(value, str) else value for key, value in facts.items()}
    written = {"label": html.escape(clean(label), quote=False), "id": cell}
    return SubElement(cells, "object", written | {FACTS: json.dumps(kept, ensure_ascii=False)})


def _number(value: float) -> str:
    return f"{value:.10g}"


def _xml(text: str) -> Element:
    try:
        # An SVG declares a document type; it is not read, and entities stay forbidden.
        root: Element = defusedxml.ElementTree.fromstring(SVG_DOCTYPE.sub("", text, count=1), forbid_dtd=True)
    except DefusedXmlException:
        raise ImportFailedError("the XML declares a document type or entities, which are not read here") from None
    except ParseError as error:
        raise ImportFailedError(f"this is not XML: {ErrorString(error.code)}", line=error.position[0]) from None
    except ValueError as error:
        raise ImportFailedError(f"this is not XML: {error}") from None
    if root.tag.rpartition("}")[2] == "svg":
        if not root.get(SVG_CONTENT):
            raise ImportFailedError("this SVG is a picture alone; a drawing that draw.io made keeps its shapes in it")
        return _xml(root.get(SVG_CONTENT, ""))
    if root.tag == "mxlibrary":
        raise ImportFailedError("this is a library of shapes for draw.io, not a drawing", line=1)
    if root.tag not in ("mxfile", "mxGraphModel"):
        raise ImportFailedError(f"a draw.io file begins with <mxfile>; this begins with <{root.tag[:40]}>", line=1)
    return root


def _page(root: Element, warnings: Warnings) -> tuple[Element, str]:
    """The first page that has a box, and its title."""
    if root.tag == "mxGraphModel":
        return root, ""
    pages = root.findall("diagram")
    if not pages:
        raise ImportFailedError("the file has no page: <diagram> is missing")
    models = [_model(page) if number < MAX_PAGES else None for number, page in enumerate(pages)]
    drawn = [number for number, model in enumerate(models) if model is not None and _has_box(model)]
    chosen = drawn[0] if drawn else 0
    names = [" ".join(clean(page.get("name", "")).split())[:200] for page in pages]
    for number in drawn[1:]:
        name = names[number] or f"page {number + 1}"
        warnings.lost("page", "a design has one drawing; import a file with that page alone", name=name)
    model = models[chosen]
    if model is None:
        raise ImportFailedError("the first page is empty")
    is_ours = root.get("host") == "Loadbearing" and names[chosen] == "Design"
    return model, "" if is_ours or re.fullmatch(r"(?:Page|Seite|Página)-\d+|", names[chosen]) else names[chosen]


def _model(page: Element) -> Element | None:
    model = page.find("mxGraphModel")
    packed = (page.text or "").strip()
    if model is None and packed:
        model = _xml(_inflated(packed))
        if model.tag != "mxGraphModel":
            raise ImportFailedError("the page holds no <mxGraphModel>")
    return model


def _has_box(model: Element) -> bool:
    return any(cell.get("vertex") == "1" for cell in model.iter("mxCell"))


def _inflated(packed: str) -> str:
    """A page as draw.io compresses it: percent-encoding, deflate, base64. Inflates no further than the limit."""
    try:
        raw = base64.b64decode(packed, validate=True)
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        data = unpacker.decompress(raw, MAX_INFLATED + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise ImportFailedError("the page is neither XML nor compressed the way draw.io does it") from None
    if len(data) > MAX_INFLATED:
        raise ImportFailedError(f"the compressed page is larger than {MAX_INFLATED:,} bytes")
    return unquote(data.decode(errors="replace"))


class _Cells:
    """The cells of a page, with their wrappers (`object`, `UserObject`), by id."""

    def __init__(self, model: Element, variables: Mapping[str, str]) -> None:
        self.cells: dict[str, Element] = {}
        self.labels: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.facts: dict[str, Mapping[str, Any]] = {}
        wrappers = {outer.get("id", ""): outer for outer in model.findall("./root/*")}
        for outer in wrappers.values():
            cell = outer if outer.tag == "mxCell" else outer.find("mxCell")
            key = outer.get("id", "")
            if cell is None or not key:
                continue
            self.cells[key] = cell
            given = outer.get("label") if outer is not cell else cell.get("value")
            if outer.get("placeholders") == "1":
                given = self._filled(outer, given or "", wrappers, variables)
            self.labels[key] = _plain(given or "", is_html="html=1" in cell.get("style", ""))
            self.facts[key] = _facts(outer.get(FACTS, ""))
            self.notes[key] = "" if outer is cell or self.facts[key] else _note(outer)
        self.hidden = {key for key in self.cells if self._is_hidden(key)}

    def _filled(self, outer: Element, label: str, wrappers: Mapping[str, Element], variables: Mapping[str, str]) -> str:
        """The values of `%name%`: of the cell, else of the nearest cell around it, else of the file."""
        known = dict(variables)
        around = [outer]
        while len(around) < MAX_PARENTS:
            cell = around[-1] if around[-1].tag == "mxCell" else around[-1].find("mxCell")
            parent = wrappers.get(cell.get("parent", "") if cell is not None else "")
            if parent is None:
                break
            around.append(parent)
        for each in reversed(around):
            known |= each.attrib
        return PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), label)

    def read(self, warnings: Warnings) -> tuple[list[Shape], list[Line]]:
        holders = {cell.get("parent", "") for cell in self.cells.values() if cell.get("vertex") == "1"}
        edge_labels = self._edge_labels()
        shapes, lines = [], []
        for key, cell in self.cells.items():
            is_box = cell.get("vertex") == "1" and not self._is_label(cell) and not self._is_group(key)
            if key in self.hidden:
                if is_box or cell.get("edge") == "1":
                    noun = "box" if is_box else "line"
                    warnings.lost(noun, "{their} layer is hidden", name=self.labels[key])
            elif is_box:
                shapes.append(self._shape(key, cell, is_holder=key in holders))
            elif cell.get("edge") == "1":
                lines.append(self._line(key, cell, edge_labels.get(key, "")))
        return shapes, lines

    def _is_hidden(self, key: str) -> bool:
        for _ in range(MAX_PARENTS):
            cell = self.cells.get(key)
            if cell is None:
                return False
            if cell.get("visible") == "0":
                return True
            key = cell.get("parent", "")
        return False

    def _is_label(self, cell: Element) -> bool:
        parent = self.cells.get(cell.get("parent", ""))
        return "edgeLabel" in cell.get("style", "") or (parent is not None and parent.get("edge") == "1")

    def _is_group(self, key: str) -> bool:
        """An invisible group of shapes that are moved together."""
        cell = self.cells.get(key)
        is_group = cell is not None and cell.get("vertex") == "1" and cell.get("style", "").split(";")[0] == "group"
        return is_group and not self.labels[key]

    def _edge_labels(self) -> dict[str, str]:
        """Labels of arrows, which draw.io may store in a cell of their own."""
        found: dict[str, str] = {}
        for key, cell in self.cells.items():
            if cell.get("vertex") == "1" and self._is_label(cell) and self.labels[key]:
                parent = cell.get("parent", "")
                found[parent] = f"{found.get(parent, '')} {self.labels[key]}".strip()
        return found

    def _shape(self, key: str, cell: Element, *, is_holder: bool) -> Shape:
        style = cell.get("style", "")
        geometry = cell.find("mxGeometry")
        x, y = self._origin(cell.get("parent", ""))
        facts = dict(self.facts[key])
        label = self.labels[key]
        if facts.pop("label", None) == "" and (kind := BY_SLUG.get(str(facts.get("kind")))) and label == kind.title:
            label = ""
        parent = cell.get("parent", "")
        return Shape(
            id=key,
            x=x + _float(geometry, "x"),
            y=y + _float(geometry, "y"),
            width=_float(geometry, "width"),
            height=_float(geometry, "height"),
            label=label,
            parent=self._container(key, cell),
            is_zone=is_holder or key.startswith("zone-") or "swimlane" in style or "container=1" in style,
            looks_like=_looks_like(style),
            facts=facts,
            icon=_icon(style),
            group=parent if self._is_group(parent) else "",
            note=self.notes[key],
            is_text=_is_text(cell) and not is_holder and not _is_part(style),
            is_part=_is_part(style),
            is_round="ellipse" in style,
        )

    def _container(self, key: str, cell: Element) -> str | None:
        """The cell's container. In foreign drawings a box may only lie on top of its container."""
        parent = cell.get("parent", "")
        for _ in range(MAX_PARENTS):
            if not self._is_group(parent):
                break
            parent = self.cells[parent].get("parent", "")
        if parent in self.cells and self.cells[parent].get("vertex") == "1":
            return parent
        return "" if key.startswith(("component-", "zone-")) else None

    def _line(self, key: str, cell: Element, label: str) -> Line:
        x, y = self._origin(cell.get("parent", ""))
        points = cell.findall("./mxGeometry/Array/mxPoint")
        style = cell.get("style", "")
        looks = _styles(style)
        return Line(
            id=key,
            source=cell.get("source", ""),
            target=cell.get("target", ""),
            label=f"{self.labels[key]} {label}".strip(),
            is_dashed="dashed=1" in style,
            has_head=looks.get("endArrow", "classic") != "none",
            has_tail=looks.get("startArrow", "none") != "none",
            start=self._end(cell, "sourcePoint", x, y),
            end=self._end(cell, "targetPoint", x, y),
            bends=[(x + _float(point, "x"), y + _float(point, "y")) for point in points],
            facts=self.facts[key],
        )

    def _end(self, cell: Element, name: str, x: float, y: float) -> tuple[float, float] | None:
        point = cell.find(f"./mxGeometry/mxPoint[@as='{name}']")
        return None if point is None else (x + _float(point, "x"), y + _float(point, "y"))

    def _origin(self, parent: str) -> tuple[float, float]:
        """The absolute position of the containers around a cell. A circle of parents ends at the limit."""
        x = y = 0.0
        for _ in range(MAX_PARENTS):
            cell = self.cells.get(parent)
            if cell is None or cell.get("vertex") != "1":
                break
            geometry = cell.find("mxGeometry")
            x, y = x + _float(geometry, "x"), y + _float(geometry, "y")
            parent = cell.get("parent", "")
        return x, y


def _note(wrapper: Element) -> str:
    """Link, tooltip and custom properties of the cell, as a note of the box."""
    said = [wrapper.get("link", ""), wrapper.get("tooltip", "")]
    is_filled = wrapper.get("placeholders") == "1"
    said += [
        f"{name}: {value}"
        for name, value in wrapper.attrib.items()
        if name not in WRAPPER and value and not (is_filled and f"%{name}%" in wrapper.get("label", ""))
    ]
    return "\n".join(each for each in said if each)


def _styles(style: str) -> dict[str, str]:
    """Styles by name: `shape=x;dashed=1`."""
    pairs = (part.partition("=") for part in style.split(";"))
    return {name: value for name, _, value in pairs}


def _looks_like(style: str) -> str:
    """The kind of component or of zone that the shape suggests, if any."""
    if "group_region" in style:
        return "region"
    if "group_availability_zone" in style or "group_az" in style:
        return "zone"
    if "cylinder" in style or "datastore" in style or ".database" in style:
        return "sql"
    return "client" if "actor" in style.lower() else ""


def _icon(style: str) -> str:
    """The name of the picture: `resIcon=mxgraph.aws4.lambda` is Lambda."""
    said = _styles(style)
    found = (said[each].rpartition(".")[2] for each in ICONS if said.get(each, "").startswith("mxgraph."))
    names = [name for name in found if name not in FORMS][:1]
    image = said.get("image", "")
    if image and not image.startswith("data:"):
        name, _, kind = unquote(image[-200:].rpartition("/")[2]).rpartition(".")
        names += [name] if kind.lower() in ("svg", "png") else []
    words = re.sub(r"^\d+[-_]|icon[-_]service[-_]", "", names[0], flags=re.IGNORECASE) if names else ""
    words = " ".join(words.replace("-", "_").removeprefix("group_").split("_"))
    title = ACRONYMS.sub(lambda found: found[0].upper(), " ".join(words.split()))
    return title[:1].upper() + title[1:]


def _is_part(style: str) -> bool:
    """Whether it is a row of a table or a line of a list, which is inside a box and no box itself."""
    return "portConstraint=eastwest" in style or "shape=tableRow" in style or "shape=partialRectangle" in style


def _is_text(cell: Element) -> bool:
    return cell.get("style", "").startswith("text;") or cell.get("style", "") == "text"


def _plain(label: str, *, is_html: bool) -> str:
    if not is_html:
        return label
    return html.unescape(ANY_TAG.sub("", TAG.sub(" ", label))).replace("\xa0", " ")


def _variables(root: Element) -> Mapping[str, str]:
    """What `%name%` means in the whole file."""
    given = _facts(root.get("vars", ""))
    return {name: value for name, value in given.items() if isinstance(value, str)}


def _facts(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _float(element: Element | None, name: str) -> float:
    try:
        return float(element.get(name, "0") if element is not None else "0")
    except ValueError:
        return 0.0
