"""Labels of arrows stand at the same spots in Python and in the browser."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from designs.pictures.labels import GAP, label_spots
from designs.pictures.routing import Box, Point, routes
from tests.designs.pictures.test_routing import any_drawing
from tests.node import command

pytestmark = pytest.mark.one_database

SCRIPT = Path(__file__).parents[3] / "static/js/design/canvas/labels.js"
RUN = """
const { labelSpots } = await import(process.argv[1]);
let text = "";
for await (const part of process.stdin) text += part;
const map = (object) => new Map(Object.entries(object));
const spots = ({ boxes, paths, wanted }) => Object.fromEntries(labelSpots(map(boxes), map(paths), wanted));
console.log(JSON.stringify(JSON.parse(text).map(spots)));
"""
Drawing = tuple[dict[str, Box], dict[str, list[Point]], list[tuple[str, float, float]]]


def in_the_browser(drawings: list[Drawing]) -> list[dict[str, list[float]]]:
    given = [
        {"boxes": {key: vars(box) for key, box in boxes.items()}, "paths": paths, "wanted": wanted}
        for boxes, paths, wanted in drawings
    ]
    script = [*command("node"), "--input-type=module", "-e", RUN, SCRIPT.as_uri()]
    answer = subprocess.run(script, input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def any_labels(seed: int) -> Drawing:
    """A drawing with labels of any size on its arrows, one of them on an arrow that is not drawn."""
    chance = random.Random(seed)
    boxes, arrows = any_drawing(seed)
    paths = {key: list(points) for key, points in routes(boxes, arrows).items()}
    wanted = [(arrow.key, chance.randint(10, 160), chance.choice([14, 15, 28])) for arrow in arrows]
    return boxes, paths, [*wanted, ("gone", 40, 14)]


def test_both_sides_put_labels_at_the_same_spots():
    drawings = [any_labels(seed) for seed in range(24)]
    expected = [{key: list(spot) for key, spot in label_spots(*drawing).items()} for drawing in drawings]

    assert in_the_browser(drawings) == expected
    assert sum(len(spots) for spots in expected) > 100


def test_a_label_stands_above_the_middle_of_a_level_arrow_and_below_where_a_box_is_above():
    paths = {"1": [(0.0, 100.0), (200.0, 100.0)]}

    assert label_spots({}, paths, [("1", 60, 14)]) == {"1": (100, 100 - 7 - GAP)}
    above = {"a": Box(0, 0, 200, 95)}
    assert label_spots(above, paths, [("1", 60, 14)]) == {"1": (100, 100 + 7 + GAP)}
