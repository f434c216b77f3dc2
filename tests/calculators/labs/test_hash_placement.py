from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.labs.hash_placement import LAB, METHODS, hashed, jump, rendezvous, ring
from tests.calculators.labs.play import played

KEYS = [hashed("test", number) for number in range(20_000)]


def moved_share(method, before, after, points=100):
    place = METHODS[method][1]
    return sum(place(key, before, points) != place(key, after, points) for key in KEYS) / len(KEYS)


def test_modulo_from_three_nodes_to_four_moves_three_quarters():
    """A key stays when hash % 3 == hash % 4, which holds for 3 of every 12 hashes."""
    assert moved_share("modulo", [1, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("method", ["rendezvous", "jump"])
def test_the_best_methods_move_one_share_in_n_plus_one(method):
    """1/(N+1): Thaler and Ravishankar, 1998; Lamping and Veach, 2014."""
    assert moved_share(method, [1, 2, 3], [1, 2, 3, 4]) == pytest.approx(0.25, abs=0.012)


@given(nodes=st.integers(1, 10), key=st.integers(0, 2**64 - 1))
@settings(max_examples=60)
def test_a_newcomer_only_takes(nodes, key):
    before, after = list(range(1, nodes + 1)), list(range(1, nodes + 2))
    for place in (ring, rendezvous, jump):
        assert place(key, after, 5) in (place(key, before, 5), nodes + 1)


def test_jump_equals_the_published_algorithm():
    """Values of the C++ of Lamping and Veach, 2014, as other implementations test them (go-jump)."""
    assert [
        jump(key, range(buckets), 0) for key, buckets in ((1, 1), (42, 57), (0xDEAD10CC, 1), (0xDEAD10CC, 666))
    ] == [
        0,
        43,
        0,
        361,
    ]


def test_more_points_even_out_the_ring():
    few, many = (played(LAB, method="ring", points=points, keys=5_000).deviation for points in (1, 200))

    assert many < 0.15 < few


@pytest.mark.parametrize("method", METHODS)
def test_looking_between_two_changes_changes_nothing(method):
    looked_at = played(LAB, method=method)
    for action in ("add", "add", "remove"):
        looked_at.view()
        looked_at.act(action)

    assert looked_at.view() == played(LAB, "add", "add", "remove", method=method).view()


def test_the_view_counts_what_moved():
    run = played(LAB, "add", method="rendezvous", nodes=3, keys=1_000)

    assert Counter(new for _, new in run.moved.elements()) == {4: run.counts[4]}
    assert f"{run.counts[4]:,} of 1,000 keys moved" in run.view().said
