"""Buttons that no form of ours has change nothing and say so."""

from __future__ import annotations

import pytest

from designs.workbench.actions import UnknownActionError, perform

DOCUMENT = {"meta": {"title": "Chirper"}, "scope": {"questions": {"q1": {"order": 1}, "q2": {"order": 2}}}}


@pytest.mark.parametrize("asked", ["up:", "up:x", "up:/meta/title", "down:/meta", "delete:/scope", "fly:/scope"])
def test_an_unknown_button_is_refused_in_words(asked):
    with pytest.raises(UnknownActionError):
        perform(DOCUMENT, asked, new_id=str)


def test_a_known_one_moves_its_row():
    moved = perform(DOCUMENT, "up:/scope/questions/q2", new_id=str)

    assert moved == {"scope": {"questions": {"q2": {"order": 1}, "q1": {"order": 2}}}}
