from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyguide.topic_map import Place, drawn_map


def places(count: int) -> list[Place]:
    return [Place(slug=f"t{n}", title=f"Topic {n}", category=f"c{n // 4}") for n in range(count)]


@given(st.integers(min_value=1, max_value=300))
def test_every_topic_has_a_place_of_its_own_inside_the_picture(count):
    drawn = drawn_map(places(count), [], [])

    spots = {(node.x, node.y) for node in drawn.nodes}
    assert len(spots) == count
    assert all(0 <= coordinate <= drawn.size for spot in spots for coordinate in spot)


def test_labels_on_the_left_are_turned_so_that_none_stands_on_its_head():
    drawn = drawn_map(places(24), [], [])

    assert all(-90 <= (node.turn_degrees + 180) % 360 - 180 <= 90 for node in drawn.nodes)


def test_a_prerequisite_is_drawn_once_and_links_to_nowhere_not_at_all():
    drawn = drawn_map(places(3), [("t0", "t1"), ("t1", "t2"), ("t0", "gone"), ("t2", "t2")], [("t0", "t1")])

    assert [(edge.source, edge.target, edge.is_prerequisite) for edge in drawn.edges] == [
        ("t1", "t2", False),
        ("t0", "t1", True),
    ]
