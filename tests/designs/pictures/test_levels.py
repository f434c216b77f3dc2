"""A boundary is one box from outside; from inside, what it holds with what it is joined to around it."""

from __future__ import annotations

import pytest

from designs.analysis.report import analyse
from designs.document.checks import read
from designs.document.patches import apply
from designs.exchange import mermaid
from designs.pictures.levels import level_of
from tests.designs.analysis.build import READ, figures, raw, store

pytestmark = pytest.mark.one_database

PARTS = {
    "app": {"kind": "client"},
    "api": {"kind": "service", "latency": "10 ms", "zone": "shop"},
    "cache": {"kind": "cache", "latency": "1 ms", "zone": "shop"},
    "rules": {"kind": "service", "latency": "5 ms", "zone": "inner"},
    "db": store(latency="30 ms"),
}
ARROWS = "app -> api, api -> cache, api -> rules, rules -> db, api -> db, app -> cache"
ZONES = {
    "eu": {"kind": "region", "label": "Europe"},
    "shop": {"kind": "boundary", "label": "Shop", "parent": "eu"},
    "inner": {"kind": "boundary", "label": "Rules of prices", "parent": "shop"},
}
DIAGRAM = raw(PARTS, ARROWS, zones=ZONES)["diagram"]


def arrows(diagram):
    return sorted((each["source"], each["target"]) for each in diagram["connections"].values())


def test_from_outside_a_boundary_is_one_box_with_the_arrows_of_all_that_is_in_it():
    level = level_of(DIAGRAM)

    assert set(level.diagram["components"]) == {"app", "db", "zone shop"}
    assert set(level.diagram["zones"]) == {"eu"}
    # Two arrows from the app and two to the store are one each; those inside are gone.
    assert arrows(level.diagram) == [("app", "zone shop"), ("zone shop", "db")]
    assert (level.near, level.boundaries, level.way) == (frozenset(), {"shop": "Shop"}, {})


def test_from_inside_it_holds_its_boxes_with_those_around_it_and_the_boundaries_in_it():
    level = level_of(DIAGRAM, "shop")

    assert set(level.diagram["components"]) == {"api", "cache", "zone inner", "app", "db"}
    assert level.near == {"app", "db"}
    assert arrows(level.diagram) == [
        ("api", "cache"), ("api", "db"), ("api", "zone inner"), ("app", "api"), ("app", "cache"), ("zone inner", "db"),
    ]  # fmt: skip
    assert level.boundaries == {"inner": "Rules of prices"}
    assert list(level.way.values()) == ["Europe", "Shop"]


def test_the_innermost_shows_what_reaches_into_it():
    level = level_of(DIAGRAM, "inner")

    assert set(level.diagram["components"]) == {"rules", "api", "db"}
    assert (level.near, level.boundaries) == ({"api", "db"}, {})


def test_what_is_no_zone_is_the_whole():
    assert level_of(DIAGRAM, "nowhere") == level_of(DIAGRAM)


def test_figures_rest_on_the_inner_boxes_whatever_boundaries_are_drawn_around_them():
    """Nothing that the analysis says changes when boxes get a drawing of their own; and Mermaid keeps the boundary."""
    flows = {"read": ["app_api", "api_cache", "api_rules", "rules_db"]}
    flat = {key: {name: each[name] for name in each if name != "zone"} for key, each in PARTS.items()}
    both = [
        raw(parts, ARROWS, zones=zones, operations={"read": READ}, flows=flows)
        for parts, zones in ((flat, {}), (PARTS, {key: each for key, each in ZONES.items() if key != "eu"}))
    ]
    both[1]["diagram"]["zones"]["shop"] = {"kind": "boundary", "label": "Shop"}
    plain, drawn = (analyse(document, figures()) for document in both)

    assert [each.key for each in plain.findings] == [each.key for each in drawn.findings]
    assert plain.model.loads.components == drawn.model.loads.components
    again = mermaid.read(mermaid.write(read(both[1]))).document["diagram"]
    kept = {each["label"]: each["kind"] for each in again["zones"].values()}
    assert kept == {"Shop": "boundary", "Rules of prices": "boundary"}
    assert level_of(apply(DIAGRAM, {"zones": {"inner": None}, "components": {"rules": {"zone": "shop"}}})).way == {}
