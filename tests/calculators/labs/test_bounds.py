"""Whoever follows an address plays the lab again, so that there is an end to what an address may ask (promise 54)."""

from __future__ import annotations

from functools import partial

import pytest

from calculators.labs.lab import LabError, play, read_done
from calculators.labs.registry import BY_SLUG
from tests.refusals import done_or_refused

pytestmark = pytest.mark.one_database
LARGE = {"nodes": 12, "keys": 5_000, "points": 200, "method": "rendezvous"}


def test_six_hundred_steps_of_the_largest_placement_are_refused():
    lab = BY_SLUG["hash-placement"]

    with pytest.raises(LabError, match="make it smaller"):
        play(lab, lab.defaults() | LARGE, seed=1, done=["add", "remove"] * 300)


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
