"""The drawing as SVG: everything is on it, nothing that somebody wrote acts, and arrows end at borders."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from designs.document import lettering
from designs.document.lettering import width_of, wrapped
from designs.document.patches import apply
from designs.document.placement import lay_out, place, rectangle
from designs.pictures.diagram import draw
from designs.pictures.routing import Arrow, Box, routes
from tests.designs.document.examples import complete

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>\"' onload=alert(1) & ]]>"


def parsed(diagram, **options) -> ET.Element:
    return ET.fromstring(draw(diagram, **options))


def classes(svg: ET.Element) -> list[str]:
    return [group.get("class", "") for group in svg.iter(f"{SVG}g")]


def test_every_component_connection_and_zone_is_drawn():
    svg = parsed(complete()["diagram"])
    names = classes(svg)
    assert sum(name.startswith("component") for name in names) == 5
    assert sum(name.startswith("connection") for name in names) == 4
    assert [name for name in names if name.startswith("zone")] == ["zone zone-region", "zone zone-zone"]
    assert "Twitter" not in svg.get("aria-label", "")
    assert svg.get("aria-label") == "The drawing: 5 components, 4 connections"


def test_names_of_zones_stand_over_the_arrows_that_pass_through_them():
    """Each with its halo right under it, which every program that shows an SVG draws."""
    drawn = list(parsed(complete()["diagram"]).iter())
    looks = [each.get("class", "") for each in drawn]
    last_arrow = max(spot for spot, look in enumerate(looks) if look.startswith("connection is-"))
    named = [spot for spot, look in enumerate(looks) if look == "zone-label"]
    assert len(named) == 2
    for spot in named:
        assert spot > last_arrow
        assert looks[spot - 1] == "zone-halo"
        assert drawn[spot - 1].attrib | {"class": ""} == drawn[spot].attrib | {"class": ""}
        assert drawn[spot - 1].text == drawn[spot].text


def test_everything_lies_within_the_view():
    svg = parsed(complete()["diagram"])
    x, y, width, height = map(float, svg.get("viewBox", "").split())
    for rect in svg.iter(f"{SVG}rect"):
        left, top = float(rect.get("x", "")), float(rect.get("y", ""))
        assert left >= x
        assert top >= y
        assert left + float(rect.get("width", "")) <= x + width
        assert top + float(rect.get("height", "")) <= y + height


def test_the_letters_of_a_product_stand_beside_the_icon_and_not_in_a_thumbnail():
    one = {"kind": "sql", "technology": "postgres:16", "x": 100, "y": 50}
    diagram = {"components": {"a": one, "b": {"kind": "cache", "technology": "our own", "x": 400}}}
    marks = parsed(diagram, icon_href=str).findall(f".//{SVG}text[@class='technology-letters']")
    assert [(text.text, text.get("x")) for text in marks] == [("PG", "116")]
    assert "technology" not in draw(diagram, icon_href=str, is_thumbnail=True)


def test_marks_become_classes():
    names = classes(parsed(complete()["diagram"], marks={"cache": "added", "c3": "removed"}))
    assert "component group-stores is-added" in names or "component group-compute is-added" in names
    assert "connection is-sync is-removed" in names


def test_what_people_write_is_text_and_nothing_else():
    """promises 31 and 33"""
    diagram = {
        "components": {
            "a": {"kind": "service", "label": HOSTILE},
            "b": {"kind": "sql", "label": HOSTILE, "x": 300},
        },
        "connections": {"c": {"source": "a", "target": "b", "label": HOSTILE}},
        "zones": {"z": {"label": HOSTILE}},
    }
    svg = parsed(diagram, title=HOSTILE)
    known = {f"{SVG}{name}" for name in ("svg", "g", "rect", "path", "text", "tspan", "polyline", "polygon", "use")}
    assert {element.tag for element in svg.iter()} <= known
    assert not [name for element in svg.iter() for name in element.attrib if name.lower().startswith("on")]


def test_boxes_that_nobody_placed_do_not_lie_on_each_other():
    diagram = {"components": {key: {"kind": "service"} for key in "abc"}}
    places = {(rect.get("x"), rect.get("y")) for rect in parsed(diagram).iter(f"{SVG}rect")}
    assert len(places) == 3


def test_nothing_drawn_is_said():
    svg = parsed({})
    assert "".join(svg.itertext()) == "Nothing drawn yet"


@pytest.mark.parametrize(
    ("target", "start", "end"),
    [
        pytest.param(Box(200, 0, 100, 50), (100, 25), (200, 25), id="to the right"),
        pytest.param(Box(0, 200, 100, 50), (50, 50), (50, 200), id="below"),
        pytest.param(Box(-200, 0, 100, 50), (0, 25), (-100, 25), id="to the left"),
    ],
)
def test_an_arrow_goes_from_border_to_border(target, start, end):
    assert routes({"a": Box(0, 0, 100, 50), "b": target}, [Arrow("c", "a", "b")]) == {"c": [start, end]}


def test_labels_of_arrows_are_whole_and_keep_their_halo_in_every_program():
    """The halo is a text of its own: `paint-order` is not known everywhere."""
    label = "when the first of them starts to answer"
    diagram = {
        "components": {"a": {"kind": "service"}, "b": {"kind": "sql", "x": 240}},
        "connections": {"c": {"source": "a", "target": "b", "label": label}},
    }
    svg = parsed(diagram)
    texts = {
        name: " ".join(each.text or "" for each in svg.iter(f"{SVG}text") if each.get("class") == name)
        for name in ("label-halo", "connection-label")
    }
    assert texts == {"label-halo": label, "connection-label": label}
    assert "paint-order" not in draw(diagram)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("API", ["API"], id="short"),
        pytest.param("Load balancer pair", ["Load balancer", "pair"], id="two lines"),
        pytest.param("x" * 40, ["x" * 14, "x" * 14, "x" * 12], id="one long word"),
        pytest.param("記" * 10, ["記" * 8, "記" * 2], id="letters as wide as they are high"),
        pytest.param("", [""], id="empty"),
    ],
)
def test_labels_wrap_to_their_box(text, lines):
    assert wrapped(text, 14 * 8.1 + 0.1) == lines


def test_what_does_not_fit_ends_in_an_ellipsis():
    cut = wrapped("one two three four five six seven eight nine ten eleven", 14 * 8.1)
    assert len(cut) == 3
    assert cut[-1].endswith("…")
    assert all(width_of(line) <= 14 * 8.1 for line in cut)


def test_boxes_grow_to_their_names_where_nobody_gave_them_a_size():
    """Room for a name is what a box is wide less 54 pixels, and a line is 16 pixels high."""
    names = {
        "short": "Feed",
        "long_word": "CommonFAFinanceBudget",
        "many_words": "A service that somebody has given a whole sentence as its name and more",
        "sized": "Another service that somebody has given a whole sentence as its name",
    }
    components = {key: {"kind": "service", "label": label} for key, label in names.items()}
    components["sized"] |= {"width": 150, "height": 50}
    found = lay_out({"components": components})["components"]

    assert "width" not in found["short"]
    assert "height" not in found["short"]
    assert found["long_word"]["width"] == 220
    assert found["many_words"]["width"] == 180
    assert (found["many_words"]["height"] - 12) / 16 == len(wrapped(names["many_words"], 180 - 54, most=40, size=13.5))
    assert (found["sized"]["width"], found["sized"]["height"]) == (150, 50)
    # A box that is added beside others grows, too, and lies on none of them.
    diagram = apply({"components": components}, {"components": found})
    later = {"components": {**diagram["components"], "new": {"kind": "sql", "label": names["many_words"]}}}
    added = place(later, components=["new"])["components"]["new"]
    frames = [rectangle(each) for each in apply(later, {"components": {"new": added}})["components"].values()]
    assert added["height"] > 64
    for one, other in combinations(frames, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_an_arrow_leaves_at_a_right_angle_towards_a_bend_beside_its_box():
    boxes = {"a": Box(0, 0, 140, 64), "b": Box(300, 200, 140, 64)}
    bent = Arrow("1", "a", "b", ((100.0, 230.0),))
    assert routes(boxes, [bent]) == {"1": [(100, 64), (100, 230), (300, 230)]}


@pytest.mark.parametrize("text", ["b" * 20_000, "b " * 10_000, "\u0301" * 20_000], ids=["word", "words", "accents"])
def test_a_text_without_end_is_measured_a_few_times_and_no_more(text, monkeypatch):
    """promise 54: a name of 8,000 letters once took a minute, since its rest was measured for each of them."""
    measured = []
    width = lettering._width
    monkeypatch.setattr(lettering, "_width", lambda character: measured.append(1) or width(character))

    assert len(wrapped(text, 180)) <= 3
    assert len(measured) < 60 * len(text)
