from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.quad_tree import LAB, Area, Growing, Node
from tests.calculators.labs.play import played

SHARE = st.floats(0, 0.999, allow_subnormal=False)
POINTS = st.lists(st.tuples(SHARE, SHARE), max_size=60)


def grown(points, room):
    root = Node(Area(0, 0, 1, 1))
    for point in points:
        root.insert(point, room=room)
    return root


@given(points=POINTS, room=st.integers(1, 6), x=SHARE, y=SHARE, side=st.floats(0.01, 1))
def test_a_search_finds_what_looking_at_every_point_finds(points, room, x, y, side):
    area = Area(x, y, side, side)

    found = grown(points, room).within(area, [])

    assert sorted(found) == sorted(point for point in points if area.holds(point))


@given(points=POINTS, room=st.integers(1, 6))
def test_every_point_lies_in_one_square_that_holds_it(points, room):
    leaves = list(grown(points, room).leaves())

    assert sorted(point for leaf in leaves for point in leaf.points) == sorted(points)
    assert all(leaf.area.holds(point) for leaf in leaves for point in leaf.points)


def test_points_in_one_place_end_at_the_deepest_square_instead_of_splitting_for_ever():
    leaves = list(grown([(0.3, 0.3)] * 50, 1).leaves())

    assert max(len(leaf.points) for leaf in leaves) == 50


def test_a_small_area_visits_few_squares():
    view = played(LAB, "run", side=5).view()
    visited = dict(view.facts)["Looked at for the area"]

    seen, _, total = visited.split()[:3]
    assert int(seen) * 3 < int(total)


@given(seed=st.integers(0, 500), side=st.integers(2, 100), places=st.sampled_from(["towns", "even"]))
def test_the_searched_area_lies_whole_on_the_map(seed, side, places):
    asked = Growing({"room": 4, "places": places, "side": side}, Random(seed)).asked

    assert min(asked.x, asked.y) >= 0
    assert max(asked.x + asked.width, asked.y + asked.height) <= 1 + 1e-9
