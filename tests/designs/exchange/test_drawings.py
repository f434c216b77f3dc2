"""Pictures and drawings for other tools: inert, complete, and well-formed whatever the labels hold."""

from __future__ import annotations

import json
import re
import struct
import zlib
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest

from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import BY_SLUG, decoded, read
from tests.designs.exchange.examples import EXAMPLES, HOSTILE, PAYLOAD_LABELS, with_labels

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {
    f"{SVG}{tag}"
    for tag in ("svg", "g", "rect", "path", "polyline", "polygon", "circle", "ellipse", "line", "text", "tspan")
}
everywhere = pytest.mark.parametrize("name", EXAMPLES)


@pytest.mark.parametrize("document", [*(make() for make in EXAMPLES.values()), with_labels(PAYLOAD_LABELS)])
def test_the_picture_holds_shapes_and_words_and_nothing_that_acts(document):
    """promise 33"""
    root = fromstring(BY_SLUG["svg"].write(document))
    for element in root.iter():
        assert element.tag in DRAWN
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("style", "class", "href", "{http://www.w3.org/1999/xlink}href")
            assert "url(" not in value or name == "aria-label"


def test_the_picture_is_coloured_by_itself():
    root = fromstring(BY_SLUG["svg"].write(EXAMPLES["documented"]()))
    shapes = [each for each in root.iter() if each.tag in (f"{SVG}rect", f"{SVG}path", f"{SVG}polyline")]
    assert all(each.get("fill") for each in shapes)
    assert all(each.get("fill") for each in root.iter(f"{SVG}text"))
    assert {"Phone", "Tweet service", "HTTPS"} <= {"".join(each.itertext()) for each in root.iter(f"{SVG}text")}


def test_a_label_that_xml_cannot_hold_is_written_without_it():
    document = with_labels(["broken\ufffe\uffff label"])
    for slug in ("svg", "drawio"):
        assert "broken label" in BY_SLUG[slug].write(document)
        fromstring(BY_SLUG[slug].write(document))


@everywhere
def test_draw_io_gets_a_sound_tree_of_cells(name):
    """Ids are unique, and parents and ends are cells that stand before them, as draw.io's reader needs it."""
    document = EXAMPLES[name]()
    root = fromstring(BY_SLUG["drawio"].write(document))
    assert [each.tag for each in root] == ["diagram"]
    seen: set[str] = set()
    boxes = 0
    for outer in root.find("./diagram/mxGraphModel/root"):
        cell = outer if outer.tag == "mxCell" else outer.find("mxCell")
        assert outer.get("id") not in seen
        for held in ("parent", "source", "target"):
            assert cell.get(held) is None or cell.get(held) in seen
        if cell.get("vertex"):
            boxes += 1
            geometry = cell.find("mxGeometry")
            assert geometry.get("as") == "geometry"
            assert float(geometry.get("width")) > 0
        seen.add(outer.get("id"))
    diagram = document["diagram"]
    assert boxes == len(diagram["components"]) + len(diagram.get("zones", {}))


def test_labels_are_escaped_for_the_html_of_draw_io():
    root = fromstring(BY_SLUG["drawio"].write(with_labels(["<img src=x onerror=alert(1)>"])))
    labels = {each.get("label") for each in root.iter("object")}
    assert labels == {"&lt;img src=x onerror=alert(1)&gt;"}


def test_excalidraw_is_the_same_file_every_time():
    assert BY_SLUG["excalidraw"].write(EXAMPLES["large"]()) == BY_SLUG["excalidraw"].write(EXAMPLES["large"]())


def test_excalidraw_elements_know_each_other():
    elements = {each["id"]: each for each in json.loads(BY_SLUG["excalidraw"].write(EXAMPLES["large"]()))["elements"]}
    for key, each in elements.items():
        for bound in each["boundElements"]:
            other = elements[bound["id"]]
            ends = [
                other.get("containerId"),
                *((other.get(end) or {}).get("elementId") for end in ("startBinding", "endBinding")),
            ]
            assert key in ends


# The lines of Structurizr DSL that we write, after docs.structurizr.com/dsl/language: there is no parser of it here.
WORD = r'"(?:[^"\\$\n]|\\"|\$(?!\{))*"'
IDENTIFIER = r"[a-zA-Z_][a-zA-Z0-9_]*"
STRUCTURIZR = {
    re.compile(rf"workspace(?: {WORD})? \{{"): ("", "workspace"),
    re.compile(r"(model|views|properties|styles) \{"): ("workspace model container views", "{0}"),
    re.compile(rf"{IDENTIFIER} = (?:person|softwareSystem) {WORD} {WORD} {WORD}"): ("model", None),
    re.compile(rf"{IDENTIFIER} = (softwareSystem) {WORD} \{{"): ("model", "group"),
    re.compile(rf"(group) {WORD} \{{"): ("group", "group"),
    re.compile(rf"{IDENTIFIER} = container {WORD} {WORD} {WORD} {WORD}"): ("group", None),
    re.compile(rf"{IDENTIFIER} = (container) {WORD} {WORD} {WORD} {WORD} \{{"): ("group", "container"),
    re.compile(rf"{IDENTIFIER} -> {IDENTIFIER} {WORD} {WORD} {WORD}"): ("model", None),
    re.compile(rf"{WORD} {WORD}"): ("properties", None),
    re.compile(rf"(?:(?:systemContext|container) {IDENTIFIER}|systemLandscape) {WORD} \{{"): ("views", "view"),
    re.compile(r"include \*|autoLayout lr"): ("view", None),
    re.compile(rf"(?:element|relationship) {WORD} \{{"): ("styles", "style"),
    re.compile(r"shape (?:RoundedBox|Cylinder|Pipe|Box|Person)|style dashed"): ("style", None),
}


@everywhere
def test_structurizr_keeps_to_the_grammar(name):
    """Blocks open and close where the language has them, identifiers come before their use, names are unique."""
    blocks: list[str] = []
    known: set[str] = set()
    names: set[tuple[bool, str]] = set()
    for line in BY_SLUG["structurizr"].write(EXAMPLES[name]()).splitlines():
        statement = line.strip()
        if statement == "}":
            blocks.pop()
            continue
        rules = [(found, rule) for each, rule in STRUCTURIZR.items() if (found := each.fullmatch(statement))]
        assert len(rules) == 1, statement
        found, (inside, opens) = rules[0]
        assert (blocks[-1] if blocks else "") in (inside.split() or [""]), statement
        if opens:
            blocks.append(found[1] if opens == "{0}" else opens)
        if " = " in statement.split('"')[0]:
            identifier, called = statement.split(" = ")[0], re.search(WORD, statement)[0].lower()
            # A container may be called like a system, and not like another container.
            scope = " = container " in statement
            assert identifier.lower() not in known
            assert (scope, called) not in names
            known.add(identifier.lower())
            names.add((scope, called))
        if " -> " in statement.split('"')[0]:
            assert {each.strip().lower() for each in statement.split('"')[0].split("->")} <= known
    assert blocks == []


def test_hostile_names_reach_structurizr_readable():
    text = BY_SLUG["structurizr"].write(EXAMPLES["hostile"]())
    for name in HOSTILE:
        if name.strip() and not set(name) & set('"\\$/'):
            assert " ".join(name.split()) in text


def _picture(kind: bytes, data: bytes) -> bytes:
    """A PNG of one text chunk, as far as a reader of chunks goes."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", len(data), kind) + data + b"\0\0\0\0"


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt"])
def test_a_png_that_draw_io_saved_holds_its_drawing(kind):
    """The three ways in which the PNG specification writes a text; draw.io escapes its own."""
    written = BY_SLUG["drawio"].write(EXAMPLES["documented"]())
    escaped = quote(written).encode()
    data = {"tEXt": escaped, "zTXt": b"\0" + zlib.compress(escaped), "iTXt": b"\0\0\0\0" + escaped}[kind]
    text = decoded(_picture(kind.encode(), b"mxfile\0" + data))
    assert text == written
    assert read(text).document == read(written).document


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (_picture(b"tEXt", b"Author\0somebody"), "a picture alone"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff", "a picture alone"),
        (_picture(b"zTXt", b"mxfile\0\0not deflated"), "damaged"),
        (_picture(b"zTXt", b"mxfile\0\0" + zlib.compress(b" " * 9_000_000)), "larger than 8,000,000"),
    ],
    ids=["picture", "cut off", "damaged", "bomb"],
)
def test_other_pngs_are_refused_with_the_reason(raw, words):
    with pytest.raises(ImportFailedError, match=words):
        decoded(raw)


def test_labels_of_arrows_are_whole_apart_and_inside_the_picture():
    """Two calls one way, one the other way, a call to itself, and a short arrow with a long label."""
    case = (Path(__file__).parent / "cases" / "svg-arrow-labels.json").read_text()
    root = fromstring(BY_SLUG["svg"].write(read(case).document))
    left, top, width, height = map(float, root.get("viewBox").split())
    said: dict[str, list[tuple[float, float]]] = {}
    for each in root.iter(f"{SVG}text"):
        if each.text:
            said.setdefault(each.text, []).append((float(each.get("x")), float(each.get("y"))))
    # Each stands twice at one place: a halo without the help of `paint-order`, and the words on it.
    # A label is as narrow as its arrow: that of the call to itself has two lines.
    assert sorted(said) == ["answers", "itself", "polls", "reads", "when it starts", "writes"]
    assert all(len(places) == 2 and len(set(places)) == 1 for places in said.values())
    for words, ((x, y), _) in said.items():
        half = 3 * len(words)  # letters of 11.5 px are about 6 px wide
        assert left <= x - half
        assert x + half <= left + width
        assert top + 11 <= y <= top + height
    places = sorted(places[0] for words, places in said.items() if words in ("reads", "writes", "answers"))
    assert all(one[0] != other[0] or other[1] - one[1] >= 14 for one, other in pairwise(places))
