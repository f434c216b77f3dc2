"""What of a drawing a step is about: components and the arrows between them, alike in Python and in the browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from designs.document.concerns import CONCERNS, Concern, concern_of, only
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import reference_of
from tests.node import command

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "static/js/design/canvas/concerns.js"
RUN = """
const { concernOf } = await import(process.argv[1]);
let text = "";
for await (const part of process.stdin) text += part;
const listed = ({ components, connections }) => [[...components].sort(), [...connections].sort()];
const parts = JSON.parse(text).map(([document, area, found]) => listed(concernOf(document, area, found)));
console.log(JSON.stringify(parts));
"""
DOCUMENT = {
    "data_model": {"entities": {"post": {}, "user": {}}},
    "api": {"operations": {"read": {}}},
    "flows": {
        "f": {
            "operation": "read",
            "hops": {"1": {"connection": "a"}, "2": {"connection": "b"}, "3": {"connection": "x"}},
        },
        "orphan": {"operation": "gone", "hops": {"1": {"connection": "d"}}},
    },
    "decisions": {"d1": {"component": "queue"}, "d2": {"component": "gone"}, "d3": {}},
    "bottlenecks": {"n1": {"components": {"db": True}}},
    "diagram": {
        "zones": {"out": {}, "in": {"parent": "out"}, "other": {}},
        "components": {
            "phone": {},
            "api": {"zone": "in"},
            "db": {"zone": "in", "stores": {"post": True}},
            "copy": {"stores": {"user": True, "gone": True}},
            "queue": {"zone": "other", "stores": {"gone": True}},
        },
        "connections": {
            "a": {"source": "phone", "target": "api"},
            "b": {"source": "api", "target": "db"},
            "c": {"source": "db", "target": "copy"},
            "d": {"source": "api", "target": "queue"},
        },
    },
}
EXPECTED = {
    "data-model": ({"db", "copy"}, {"c"}),
    "api": ({"phone", "api", "db"}, {"a", "b"}),
    "detailed": ({"queue"}, set()),
    "bottlenecks": ({"db", "api"}, {"b"}),
}


@pytest.mark.one_database
@pytest.mark.parametrize("area", CONCERNS)
def test_each_step_has_its_part_of_the_drawing(area):
    components, connections = EXPECTED[area]
    assert concern_of(DOCUMENT, area, {"api", "gone"}) == Concern(frozenset(components), frozenset(connections))
    assert concern_of({}, area) == Concern()


@pytest.mark.one_database
def test_a_part_keeps_the_zones_around_it_and_nothing_else():
    part = only(DOCUMENT["diagram"], concern_of(DOCUMENT, "api"))
    assert {name: set(items) for name, items in part.items()} == {
        "components": {"phone", "api", "db"},
        "connections": {"a", "b"},
        "zones": {"in", "out"},
    }


@pytest.mark.one_database
def test_the_canvas_has_the_same_parts():
    twitter = read_scenario((ROOT / "fixtures/scenarios/twitter.yaml").read_bytes(), file="twitter.yaml").scenario
    assert twitter
    documents = [DOCUMENT, reference_of(twitter), {}]
    cases = [(document, area, ["api", "gone"]) for document in documents for area in CONCERNS]
    parts = [concern_of(*case) for case in cases]
    script = [*command("node"), "--input-type=module", "-e", RUN, SCRIPT.as_uri()]
    answer = subprocess.run(script, input=json.dumps(cases), capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [[sorted(each.components), sorted(each.connections)] for each in parts]
    assert any(each.components for each in parts[4:8])
