"""Arrows run at right angles around boxes, alike in Python and in the browser."""

from __future__ import annotations

import json
import random
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from designs.pictures import routing
from designs.pictures.routing import CLEAR, Arrow, Box, crossed, crossings, routes
from tests.node import command

SCRIPT = Path(__file__).parents[3] / "static/js/design/canvas/routing.js"
RUN = """
const { routes } = await import(process.argv[1]);
let text = "";
for await (const part of process.stdin) text += part;
const draw = ({ boxes, arrows }) => Object.fromEntries(routes(new Map(Object.entries(boxes)), arrows));
console.log(JSON.stringify(JSON.parse(text).map(draw)));
"""


def in_the_browser(cases: list[tuple[dict[str, Box], list[Arrow]]]) -> list[dict[str, list[list[float]]]]:
    given = [
        {"boxes": {key: vars(box) for key, box in boxes.items()}, "arrows": [vars(each) for each in arrows]}
        for boxes, arrows in cases
    ]
    script = [*command("node"), "--input-type=module", "-e", RUN, SCRIPT.as_uri()]
    answer = subprocess.run(script, input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def any_drawing(seed: int) -> tuple[dict[str, Box], list[Arrow]]:
    """Boxes of any size, some of them close, round or upon each other, with arrows there and back, loops and bends."""
    chance = random.Random(seed)
    boxes = {
        f"b{number}": Box(
            chance.randrange(0, 1400, chance.choice([1, 10, 240])),
            chance.randrange(0, 900, chance.choice([1, 10, 112])),
            chance.choice([60, 140, 140, 220]),
            chance.choice([40, 64, 64, 120]),
            chance.choice([0, 0, 28]),
        )
        for number in range(chance.randint(2, 16))
    }
    keys = list(boxes)
    arrows = []
    for number in range(chance.randint(1, 24)):
        bends = tuple(
            (chance.randrange(0, 1400), chance.randrange(0, 900)) for _ in range(chance.choice([0, 0, 0, 0, 2]))
        )
        arrows.append(Arrow(f"a{number}", chance.choice(keys), chance.choice(keys), bends))
    return boxes, arrows


def apart(seed: int, *, columns: int, rows: int, arrows: int) -> tuple[dict[str, Box], list[Arrow]]:
    """Boxes with room for arrows between any two of them."""
    chance = random.Random(seed)
    spots = chance.sample([(x, y) for x in range(columns) for y in range(rows)], columns * rows * 2 // 3)
    boxes = {f"b{number}": Box(x * 240, y * 112, 140, 64) for number, (x, y) in enumerate(spots)}
    keys = list(boxes)
    return boxes, [Arrow(f"a{number}", *chance.sample(keys, 2)) for number in range(arrows)]


def test_both_sides_draw_the_same_points():
    cases = [any_drawing(seed) for seed in range(24)] + [apart(1, columns=16, rows=12, arrows=160)]
    expected = [
        {key: [list(point) for point in points] for key, points in routes(boxes, arrows).items()}
        for boxes, arrows in cases
    ]
    assert in_the_browser(cases) == expected


@pytest.mark.parametrize("seed", range(6))
def test_no_arrow_runs_through_a_box_where_there_is_room_around_it(seed):
    boxes, arrows = apart(seed, columns=5, rows=5, arrows=18)
    paths = routes(boxes, arrows)
    assert {each.key: crossed(boxes, each, paths[each.key]) for each in arrows} == {each.key: [] for each in arrows}
    for points in paths.values():
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(points))


def test_no_arrow_runs_through_a_box_of_three_hundred():
    boxes, arrows = apart(3, columns=25, rows=18, arrows=450)
    paths = routes(boxes, arrows)
    assert len(boxes) == 300
    assert [each.key for each in arrows if crossed(boxes, each, paths[each.key])] == []


A, B, C = Box(0, 0, 140, 64), Box(240, 0, 140, 64), Box(480, 0, 140, 64)


def test_boxes_in_a_row_are_joined_by_straight_lines():
    paths = routes({"a": A, "b": B}, [Arrow("1", "a", "b")])
    assert paths == {"1": [(140, 32), (240, 32)]}


def test_a_box_in_between_is_gone_around():
    paths = routes({"a": A, "b": B, "c": C}, [Arrow("1", "a", "c")])
    [points] = paths.values()
    assert crossed({"a": A, "b": B, "c": C}, Arrow("1", "a", "c"), points) == []
    outside = {y for _, y in points[1:-1]}
    assert min(outside) <= -CLEAR or max(outside) >= 64 + CLEAR


def test_arrows_between_the_same_boxes_run_side_by_side():
    paths = routes({"a": A, "b": B}, [Arrow("1", "a", "b"), Arrow("2", "b", "a"), Arrow("3", "a", "b")])
    assert paths["1"] == [(140, 16), (240, 16)]
    assert paths["2"] == [(240, 32), (140, 32)]
    assert paths["3"] == [(140, 48), (240, 48)]


def test_bends_that_somebody_made_stay():
    paths = routes({"a": A, "b": B}, [Arrow("1", "a", "b", ((70, 200), (310, 200)))])
    assert paths["1"] == [(70, 64), (70, 200), (310, 200), (310, 64)]


def test_round_ends_are_met_at_their_border():
    """A radius of 28 bends from 28 to 36 of 64; 8 above and below the middle the border is 28 - sqrt(28² - 4²) in."""
    pill = Box(0, 0, 140, 64, 28)
    paths = routes({"a": pill, "b": B, "c": Box(240, 200, 140, 64)}, [Arrow("1", "a", "b"), Arrow("2", "a", "c")])
    inset = 28 - (28**2 - 4**2) ** 0.5
    assert paths["1"][0] == (pytest.approx(140 - inset), 24.0)
    assert paths["2"][0] == (pytest.approx(140 - inset), 40.0)


def test_loops_are_drawn_outside_their_box_and_each_apart():
    paths = routes({"a": A}, [Arrow("1", "a", "a"), Arrow("2", "a", "a")])
    assert all(crossed({"b": A}, Arrow("x", "", ""), points[1:-1]) == [] for points in paths.values())
    assert paths["1"] != paths["2"]


def test_crossings_are_counted_once_a_pair():
    paths = {"1": [(0, 50), (100, 50)], "2": [(50, 0), (50, 100)], "3": [(0, 200), (100, 200)]}
    assert crossings(paths) == 1


@pytest.mark.parametrize("limit", ["MOST_VISITED", "MOST_COMPARED"])
def test_with_its_work_used_up_a_drawing_gets_straight_arrows_without_any_search(monkeypatch, limit):
    """Grids for searches that were over at once took a minute of a drawing with 900 boxes."""
    grids = []
    monkeypatch.setattr(routing, "_Grid", lambda *given: grids.append(given))
    monkeypatch.setattr(routing, "MOST_VISITED", 0)
    if limit == "MOST_COMPARED":
        monkeypatch.setattr(routing, "MOST_COMPARED", 0)
    boxes = {f"c{number}": Box(240.0 * number, 0.0, 140.0, 64.0) for number in range(3)}

    found = routes(boxes, [Arrow("past", "c0", "c2"), Arrow("next", "c0", "c1")])

    assert not grids
    assert len(found["past"]) == 2  # through the box between them
    assert len(found["next"]) == 2
