from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.labs.leader_election import LAB, Election
from tests.calculators.labs.play import played

ACTIONS = st.lists(st.sampled_from(["step"] * 12 + ["cut", "heal", "stop", "start", "wait"]), max_size=150)


class Watched(Election):
    """Keeps every leader that a term has ever seen."""

    def act(self, action):
        super().act(action)
        for member in self.members:
            if member.role == "leader":
                self.seen.setdefault(member.term, set()).add(member.id)

    seen: dict


@given(actions=ACTIONS, servers=st.integers(1, 7), seed=st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_no_term_ever_has_two_leaders(actions, servers, seed):
    """Raft's election safety (Ongaro and Ousterhout, 2014, figure 3)."""
    run = Watched({"servers": servers}, seed)
    run.seen = {}
    for action in actions:
        run.act(action)

    assert all(len(leaders) == 1 for leaders in run.seen.values())


def test_a_leader_is_elected_and_stays_while_nothing_fails():
    run = played(LAB, *["step"] * 60, seed=3)

    assert run.current_leader() is not None
    assert len(run.leaders) == 1
    assert run.view().said.endswith("Now cut the network: who leads then?")
    run.act("cut")
    assert "Now cut" not in run.view().said


@pytest.mark.parametrize("seed", range(5))
def test_waiting_leads_to_the_same_election_as_tick_by_tick(seed):
    waited = played(LAB, "wait", seed=seed)
    ticks = waited.ticks

    assert waited.elections == 1
    assert played(LAB, *["step"] * (ticks - 1), seed=seed).elections == 0
    assert played(LAB, *["step"] * ticks, seed=seed).view() == waited.view()


def test_waiting_is_offered_only_while_some_server_hears_no_leader():
    assert "wait" in played(LAB, seed=3).view().can
    assert "wait" not in played(LAB, "wait", seed=3).view().can
    assert "wait" in played(LAB, "wait", "cut", seed=3).view().can
    assert "wait" in played(LAB, "wait", "stop", seed=3).view().can
    assert "wait" not in played(LAB, *["step"] * 200, "cut", seed=3).view().can


def test_a_leader_that_is_cut_off_goes_on_and_a_newer_term_gets_another():
    run = played(LAB, *["step"] * 40, "cut", *["step"] * 40, seed=3)
    leading = [member for member in run.members if member.role == "leader"]

    assert len(leading) == 2
    assert len({member.term for member in leading}) == 2
    old = min(leading, key=lambda member: member.term)
    assert old.id in run.cut_off

    for _ in range(12):
        run.act("heal")
        run.act("step")
    assert old.role == "follower"


def test_two_of_three_stopped_leave_nobody_to_lead():
    run = played(LAB, *["step"] * 40, "stop", servers=3, seed=3)
    for _ in range(40):
        run.act("step")
    run.act("stop")
    for _ in range(60):
        run.act("step")

    assert run.current_leader() is None
