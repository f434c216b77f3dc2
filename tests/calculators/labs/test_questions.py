"""What each lab asks before a run, when it knows the answer, and what it says that was seen."""

from __future__ import annotations

import pytest

from calculators.labs.lab import frames, read_done, write_done
from calculators.labs.registry import BY_SLUG, LABS
from tests.calculators.labs.play import played

# The actions after which the answer is known.
SETTLED = {
    "hash-placement": ["add"],
    "two-states": [*["up"] * 7, *["down"] * 10, *["wait"] * 2],
    "cap": ["cut", "write-b"],
    "raft-log": ["write", "send", "crash", "elect"],
    "vector-clocks": ["at-p", "at-q", "at-q"],
    "crdt": ["add-a", "add-a", "add-b", "merge"],
    "leader-election": [*["step"] * 30, "cut", *["step"] * 60],
}


def settled(slug: str, **values: int | str):
    return played(BY_SLUG[slug], *SETTLED.get(slug, ["run"]), **values)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_the_answer_is_one_of_the_options_and_unknown_at_first(lab):
    begun = played(lab, *read_done(lab.opens))
    ended = settled(lab.slug)

    assert lab.asks.answer(begun) == ""
    assert write_done(read_done(lab.opens)) == lab.opens, "an address without actions means this very state"
    assert lab.asks.answer(ended) in dict(lab.asks.options(ended))
    assert lab.asks.lesson(ended).endswith(".")


# Their pictures hold data before anything was done: keys on a ring, limits, copies, clocks that run, words.
FULL_AT_ONCE = {"hash-placement", "rate-limiters", "cap", "leader-election", "mapreduce"}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_a_lab_opens_on_a_picture_with_something_in_it(lab):
    assert (lab.opens == "") == (lab.slug in FULL_AT_ONCE), "give the lab `opens`, or enter it in FULL_AT_ONCE above"
    assert played(lab, *read_done(lab.opens)).view().tables or lab.slug == "cap"


def test_each_kind_of_copy_makes_something_else_of_the_changes_that_the_lab_opens_with():
    """A has one thing, both know it, B adds one and A takes one away: 1 + 1 - 1 = 1, and whoever spoke last said 0."""
    lab = BY_SLUG["crdt"]
    merged = {
        kind: played(lab, *read_done(lab.opens), "merge", kind=kind).sides["A"].shown
        for kind, _ in lab.by_name["kind"].options
    }

    assert merged == {"number": "0", "counter": "1", "flag": "nothing", "basket": "milk"}


@pytest.mark.parametrize(
    ("slug", "values", "answer", "seen"),
    [
        # A fifth node to four: modulo leaves a key where it is for 4 of 20 remainders, so that four in five move.
        ("hash-placement", {"method": "modulo", "keys": 5_000}, "most", "of 5,000 keys moved"),
        ("hash-placement", {"method": "rendezvous", "keys": 5_000}, "few", "an even share of one node is 20%"),
        ("cap", {"choice": "cp"}, "refuses", "cannot write until"),
        ("cap", {"choice": "ap"}, "takes", "their copies differ"),
        ("duplicate-delivery", {"loss": 0}, "right", "$50 were charged for $50"),
        ("duplicate-delivery", {"key": "yes", "loss": 30}, "right", "with a key"),
        ("mapreduce", {"straggler": "yes"}, "map", "6 were spent waiting"),
        ("mapreduce", {"straggler": "no"}, "reduce", "19 of the 33 pairs"),
        ("rate-limiters", {"trace": "edge"}, "fixed", "the sliding log never more than 10"),
        ("cache-policies", {"trace": "loop", "capacity": 5, "policy": "lru"}, "few", "0 of"),
        ("quad-tree", {"side": 100}, "many", "squares"),
        ("isolation", {"story": "write-skew", "level": "snapshot"}, "wrong", "write skew"),
        ("isolation", {"story": "lost-update", "level": "serializable"}, "refused", "T2 was refused"),
        ("isolation", {"story": "dirty-read", "level": "read-committed"}, "fine", "No anomaly"),
        ("raft-log", {}, "kept", "in term 2"),
        ("crdt", {"kind": "number"}, "one", "all changes together are 3"),
        ("crdt", {"kind": "counter"}, "both", "Both show 3"),
        ("vector-clocks", {}, "no", "neither came before the other"),
        ("retry-storm", {"retries": 3}, "down", "more than the 120"),
        ("retry-storm", {"retries": 3, "budget": 10}, "back", "at most 110 calls"),
        ("leader-election", {"servers": 5}, "2", "No term has two"),
    ],
)
def test_the_answer_is_what_theory_says(slug, values, answer, seen):
    run = settled(slug, **values)
    asks = BY_SLUG[slug].asks

    assert asks.answer(run) == answer
    assert seen in asks.lesson(run)


def test_load_balancing_names_the_lane_with_the_longest_queue():
    """The slow server drowns under round robin at 95 %, as it takes a quarter of all; with weights it does not."""
    run = settled("load-balancing", servers=4, slow=1, load=95, heavy=0)
    longest = {name: max(farm.history) for name, farm in run.farms.items()}
    answer = BY_SLUG["load-balancing"].asks.answer(run)

    assert longest[answer] == max(longest.values())
    assert longest["round-robin"] > 5 * longest["weighted"]


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab.can_run], ids=lambda lab: lab.slug)
def test_the_states_of_a_run_are_those_that_steps_lead_to(lab):
    found = frames(lab, lab.defaults(), seed=3, done=["step"])

    assert len(found) > 4
    for frame in (found[0], found[3], found[-1]):
        assert played(lab, *frame.done, seed=3).view() == frame.view
    assert found[0].done == ("step",)
    assert "step" not in found[-1].view.can or len(found) == 160
