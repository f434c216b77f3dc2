from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.lab import LabError, play, read_done, write_done
from calculators.labs.registry import BY_SLUG, LABS


@given(st.lists(st.sampled_from(["step", "add", "write-a", "crash"]), max_size=60))
def test_actions_survive_the_address(done):
    assert read_done(write_done(done)) == done


@pytest.mark.parametrize("text", ["step*601", "step*9999.step", "STEP", "a b", "step*", "<script>", "step*-1"])
def test_actions_out_of_form_are_refused(text):
    with pytest.raises(LabError):
        read_done(text)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_the_same_seed_and_actions_give_the_same_view(lab):
    done = [lab.actions[0].name] * 3

    first, _ = play(lab, lab.defaults(), seed=5, done=done)
    second, _ = play(lab, lab.defaults(), seed=5, done=done)

    assert first.view() == second.view()


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab.can_run], ids=lambda lab: lab.slug)
def test_running_to_the_end_is_so_many_steps(lab):
    at_once, taken = play(lab, lab.defaults(), seed=2, done=["run"])
    step_by_step, _ = play(lab, lab.defaults(), seed=2, done=taken)

    assert set(taken) == {"step"}
    assert at_once.view() == step_by_step.view()
    assert "step" not in at_once.view().can


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_every_extreme_of_every_parameter_can_be_played(lab):
    for parameter in lab.parameters:
        options = getattr(parameter, "options", None)
        ends = [value for value, _ in options] if options else [parameter.least, parameter.most]
        for value in ends:
            run, _ = play(lab, {**lab.defaults(), parameter.name: value}, seed=3, done=[lab.actions[0].name] * 4)
            assert run.view().said


def test_an_action_of_another_lab_is_refused():
    with pytest.raises(LabError, match="expected one of add, remove"):
        play(BY_SLUG["hash-placement"], BY_SLUG["hash-placement"].defaults(), seed=1, done=["crash"])
