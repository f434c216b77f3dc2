"""Whoever follows an address plays the lab again, so that there is an end to what an address may ask (promise 54)."""

from __future__ import annotations

from functools import partial

import pytest

from calculators.labs import lab as labs
from calculators.labs.hash_placement import METHODS
from calculators.labs.lab import MOST_ACTIONS, LabError, Number, play, read_done
from calculators.labs.registry import BY_SLUG
from tests.refusals import done_or_refused

pytestmark = pytest.mark.one_database
LARGE = {"nodes": 12, "keys": 5_000, "points": 200, "method": "rendezvous"}


def test_what_takes_too_long_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(labs, "MOST_CPU_S", 0.0)
    lab = BY_SLUG["hash-placement"]

    with pytest.raises(LabError, match="1 actions at this size are all that is played again; begin anew, or make it"):
        play(lab, lab.defaults() | LARGE, seed=1, done=["add"])


def test_keys_are_placed_for_the_last_change_alone(monkeypatch):
    """An address of 600 changes takes as long as one of a single change."""
    name, place = METHODS["rendezvous"]
    placed = list[int]()

    def counted(key, nodes, points):
        placed.append(key)
        return place(key, nodes, points)

    monkeypatch.setitem(METHODS, "rendezvous", (name, counted))
    lab = BY_SLUG["hash-placement"]
    run, _ = play(lab, lab.defaults() | {"method": "rendezvous"}, seed=1, done=["add", "remove"] * 300)

    assert "was removed" in run.view().said
    assert len(placed) == 2 * lab.defaults()["keys"]


@pytest.mark.parametrize("lab", BY_SLUG.values(), ids=list(BY_SLUG))
def test_six_hundred_of_each_action_are_played_or_refused_in_words(lab):
    """At the largest sizes: what is refused cannot be done any more, and is not too long."""
    largest = {each.name: each.most for each in lab.parameters if isinstance(each, Number)}
    for action in lab.actions:
        done = [action.name] * MOST_ACTIONS
        played = done_or_refused(partial(play, lab, lab.defaults() | largest, seed=1, done=done), LabError)
        assert "cannot be done at that point" in played if isinstance(played, str) else played[0].view().said


@pytest.mark.parametrize("lab", BY_SLUG.values(), ids=list(BY_SLUG))
def test_what_cannot_be_done_any_more_is_said(lab):
    """`run` to the end, then each action once more: refused in words, or done."""
    for action in lab.actions:
        done = ["run", action.name] if lab.can_run else [action.name] * 3
        played = done_or_refused(partial(play, lab, lab.defaults(), seed=1, done=done), LabError)
        assert played if isinstance(played, str) else played[0].view().said


@pytest.mark.parametrize("slug", ["cache-policies", "load-balancing"])
@pytest.mark.parametrize("done", ["run.step", "step*600"])
def test_an_address_with_a_step_too_many_is_refused_in_words(slug, done):
    with pytest.raises(LabError, match="cannot be done"):
        play(BY_SLUG[slug], BY_SLUG[slug].defaults(), seed=1, done=read_done(done))
