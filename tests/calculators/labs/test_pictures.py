"""What the pictures of labs show is what the runs hold: data, and not only tasks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.labs import cache_policies, cap, duplicate_delivery, hash_placement, isolation, leader_election
from calculators.labs.lab import Choice
from calculators.labs.registry import LABS
from tests.calculators.labs.play import played

WIDEST_OPTION = 26  # letters that a field of the set-up shows on a laptop


def drawn(run) -> str:
    return run.view().drawing


def test_options_fit_into_their_field():
    choices = [each for lab in LABS for each in lab.parameters if isinstance(each, Choice)]

    assert [words for each in choices for _, words in each.options if len(words) > WIDEST_OPTION] == []


@given(seed=st.integers(0, 500), loss=st.integers(0, 90))
def test_both_ledgers_stand_beside_the_messages_and_are_those_of_both_servers(seed, loss):
    """The network does not know of the key, so the same seed gives the same messages."""
    plain, keyed = (played(duplicate_delivery.LAB, "run", seed=seed, loss=loss, key=key) for key in ("no", "yes"))
    sums = [f"${10 * sum(run.charges.values())}" for run in (plain, keyed)]

    for run in (plain, keyed):
        assert re.findall(r">(\$\d+)</text>", drawn(run)) == sums


@pytest.mark.parametrize(
    ("choice", "words"),
    [("ap", [("v1", "stale"), ("wrote v2", "right")]), ("cp", [("v1", "right"), ("no", "refused")])],
)
def test_each_side_of_a_cut_shows_what_its_reader_was_told(choice, words):
    run = played(cap.LAB, "write-a", "cut", "write-b", "read-a", choice=choice)

    texts = re.findall(r">([^<>]+)</text>", drawn(run))
    told = [(texts[at - 2], texts[at - 1]) for at, text in enumerate(texts) if text.startswith("connected to")]

    assert told == words


@given(seed=st.integers(0, 200), steps=st.integers(1, 60))
def test_the_curve_of_a_cache_ends_at_its_share_of_hits(seed, steps):
    run = played(cache_policies.LAB, *["step"] * steps, seed=seed)

    marks = [drawn(run).count(f'class="{name}"') for name in ("passed", "refused")]
    curve = re.search(r'class="history" points="([^"]+)"', drawn(run))

    assert marks == [run.hits, run.reads - run.hits]
    if curve:
        low, high = 256, 188
        share = (low - float(curve[1].split(" ")[-1].split(",")[1])) / (low - high)
        assert share == pytest.approx(run.hits / run.reads, abs=0.002)


@pytest.mark.parametrize("level", [level for level, _ in isolation.LAB.by_name["level"].options])
@pytest.mark.parametrize("story", isolation.STORIES)
def test_transactions_show_what_they_saw_and_when_it_was_committed(story, level):
    run = played(isolation.LAB, "run", story=story, level=level)
    texts = re.findall(r">([^<>]+)</text>", drawn(run))
    reads = [f"read {row}: {value}" for who in (1, 2) for row, value in run.running[who].reads]
    committed = [", ".join(f"{row} {value}" for row, value in rows.items()) for rows in (run.history[0], run.rows)]

    assert sorted(each for each in texts if each.startswith("read ") and "refused" not in each) == sorted(reads)
    assert sum(each.endswith(": refused") for each in texts) == sum("efused" in said for *_, said in run.log)
    assert [each in texts for each in committed] == [True, True]


def test_the_arc_around_a_follower_is_the_time_until_it_stands():
    run = played(leader_election.LAB, *["step"] * 5)

    shares = [float(each) for each in re.findall(r'stroke-dasharray="([\d.]+) 100"', drawn(run))]

    assert shares == [pytest.approx(100 * (each.timeout - 5) / 16, abs=0.06) for each in run.members]


def test_keys_that_moved_have_a_ring():
    before, after = played(hash_placement.LAB), played(hash_placement.LAB, "add")
    moved = sum(old != new for old, new in list(zip(before.held, after.held, strict=True))[:60])

    assert drawn(after).count('class="moved"') == moved > 0
    assert drawn(before).count('class="moved"') == 0
