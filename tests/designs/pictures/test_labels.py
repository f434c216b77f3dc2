"""Labels of arrows stand at the same spots in Python and in the browser."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.arrows import labels_hidden
from designs.pictures import labels
from designs.pictures.diagram import label_frames, paths_of
from designs.pictures.labels import GAP, label_spots, room_along
from designs.pictures.routing import Box, Point, routes
from designs.scenarios.reference import reference_of
from tests.designs.interviews.shipped import FIXTURES, scenario
from tests.designs.pictures.test_routing import any_drawing
from tests.node import command

pytestmark = pytest.mark.one_database

SCRIPT = Path(__file__).parents[3] / "static/js/design/canvas/labels.js"
RUN = """
const { labelSpots, roomAlong } = await import(process.argv[1]);
let text = "";
for await (const part of process.stdin) text += part;
const map = (object) => new Map(Object.entries(object));
const spots = ({ boxes, paths, wanted }) => Object.fromEntries(labelSpots(map(boxes), map(paths), wanted));
const rooms = ({ paths }) => Object.values(paths).map((path) => Math.min(roomAlong(path), 1e9));
const drawings = JSON.parse(text);
console.log(JSON.stringify([drawings.map(spots), drawings.map(rooms)]));
"""
Drawing = tuple[dict[str, Box], dict[str, list[Point]], list[tuple[str, float, float]]]


def in_the_browser(drawings: list[Drawing]) -> tuple[list[dict[str, list[float]]], list[list[float]]]:
    given = [
        {"boxes": {key: vars(box) for key, box in boxes.items()}, "paths": paths, "wanted": wanted}
        for boxes, paths, wanted in drawings
    ]
    script = [*command("node"), "--input-type=module", "-e", RUN, SCRIPT.as_uri()]
    answer = subprocess.run(script, input=json.dumps(given), capture_output=True, text=True, check=True)
    spots, rooms = json.loads(answer.stdout)
    return spots, rooms


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
    rooms = [[min(room_along(points), 1e9) for points in paths.values()] for _, paths, _ in drawings]

    assert in_the_browser(drawings) == (expected, rooms)
    assert sum(len(spots) for spots in expected) > 100


def test_a_label_stands_above_the_middle_of_a_level_arrow_and_below_where_a_box_is_above():
    paths = {"1": [(0.0, 100.0), (200.0, 100.0)]}

    assert label_spots({}, paths, [("1", 60, 14)]) == {"1": (100, 100 - 7 - GAP)}
    above = {"a": Box(0, 0, 200, 95)}
    assert label_spots(above, paths, [("1", 60, 14)]) == {"1": (100, 100 + 7 + GAP)}


def test_a_label_is_as_narrow_as_its_short_arrow_so_that_it_lies_on_no_box():
    boxes = {"left": Box(0, 0, 100, 64), "right": Box(190, 0, 100, 64)}
    diagram = {
        "components": {
            key: {"kind": "service", "label": key, "x": box.x, "y": box.y, "width": box.width, "height": box.height}
            for key, box in boxes.items()
        },
        "connections": {"1": {"source": "left", "target": "right", "label": "HTTPS, and events on an open request"}},
    }
    lines, frame = label_frames(diagram, boxes, paths_of(diagram))["1"]

    assert lines == ["HTTPS, and", "events on an", "open request"]
    assert frame.x >= 100
    assert frame.right <= 190
    diagram["connections"]["1"]["label"] = "one two three four five six seven eight nine ten eleven twelve"
    assert len(label_frames(diagram, boxes, paths_of(diagram))["1"][0]) == 3  # as wide as ever: in 90 px it had five
    diagram["connections"]["1"]["label"] = "acknowledgements-only"
    assert label_frames(diagram, boxes, paths_of(diagram))["1"][0] == ["acknowledgements-only"]


def test_no_label_of_a_reference_lies_on_a_box_or_on_another_label():
    drawn = [reference_of(scenario(path.stem))["diagram"] for path in (FIXTURES / "scenarios").glob("*.yaml")]
    counts = [labels_hidden(each) for each in drawn]

    assert sum(hidden for _, hidden in counts) == 0
    assert sum(labels for labels, _ in counts) > 40


def test_the_work_for_labels_grows_with_their_number(monkeypatch):
    """promise 54: 2,000 labels of an imported drawing took six seconds, each compared with all boxes and labels."""
    compared = Counter()
    area = labels._area
    monkeypatch.setattr(labels, "_area", lambda one, other: compared.update([count]) or area(one, other))
    for count in (200, 400):
        boxes = {f"b{n}": Box(n % 20 * 200, n // 20 * 120, 120, 60) for n in range(count)}
        paths = {
            f"c{n}": [(box.right, box.y + 30), (box.right + 80, box.y + 30)] for n, box in enumerate(boxes.values())
        }
        spots = labels.label_spots(boxes, paths, [(key, 60.0, 20.0) for key in paths])
        assert len(spots) == count
    assert 0 < compared[400] < 2.2 * compared[200]
