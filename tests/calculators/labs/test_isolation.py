from __future__ import annotations

from itertools import permutations

import pytest

from calculators.labs.isolation import LAB, STORIES
from tests.calculators.labs.play import played

# Berenson et al. (1995), table 4: what each level lets through.
LETS_THROUGH = {
    "read-uncommitted": {"lost-update", "write-skew", "fuzzy-read", "read-skew", "dirty-read"},
    "read-committed": {"lost-update", "write-skew", "fuzzy-read", "read-skew"},
    "snapshot": {"write-skew"},
    "serializable": set(),
}


def through(story, level):
    return played(LAB, *["step"] * len(STORIES[story].statements), story=story, level=level)


@pytest.mark.parametrize("level", LETS_THROUGH)
def test_each_level_lets_through_what_the_paper_says(level):
    assert {story for story in STORIES if through(story, level).is_wrong} == LETS_THROUGH[level]


@pytest.mark.parametrize("story", STORIES)
def test_what_serializable_leaves_is_what_some_order_of_the_committed_gives(story):
    """Oracle: the statements of the committed, one transaction after the other, on plain rows."""
    run = through(story, "serializable")
    outcomes = []
    for order in permutations(sorted(run.committed)):
        rows = dict(STORIES[story].begin)
        for who in order:
            seen = {}
            for each in STORIES[story].statements:
                if each.who == who and each.verb == "read":
                    seen[each.row] = rows[each.row]
                elif each.who == who and each.verb == "write":
                    rows[each.row] = each.value(seen)
        outcomes.append(rows)

    assert run.rows in outcomes


def test_who_is_refused_has_written_nothing():
    run = through("lost-update", "snapshot")

    assert run.committed == {1}
    assert run.rows == {"stock": 7}
