from __future__ import annotations

from uuid import UUID

import pytest

from studyguide.forms import AnswerForm
from studyguide.memory.log import MAX_GIVEN, Grade

UID = UUID(int=7)
SENT = {"card": "12", "uid": str(UID), "grade": "3", "given": " 5 GB ", "ms": "4000", "zone": "Europe/Berlin"}


READ = {"card": 12, "uid": UID, "grade": Grade.GOOD, "given": "5 GB", "ms": 4_000, "zone": "Europe/Berlin"}


def read(sent: dict[str, str]) -> AnswerForm:
    form = AnswerForm(sent)
    form.is_valid()
    return form


def test_an_answer_is_read():
    assert read(SENT).cleaned_data == READ


def test_an_answer_without_scripts_knows_neither_time_nor_zone():
    form = read({**SENT, "ms": "", "zone": "", "given": ""})

    assert form.cleaned_data == {**READ, "ms": None, "zone": "", "given": ""}


@pytest.mark.parametrize(
    ("wrong", "said", "card"),
    [
        pytest.param({"card": ""}, "which card", None, id="no card"),
        pytest.param({"card": "12\0"}, "which card", None, id="a card with a NUL"),
        pytest.param({"card": "-1"}, "which card", None, id="a negative card"),
        pytest.param({"card": "9" * 19}, "which card", None, id="a card that no database could hold"),
        pytest.param({"grade": ""}, "1 to 4", 12, id="no grade"),
        pytest.param({"grade": "5"}, "1 to 4", 12, id="a grade that there is not"),
        pytest.param({"uid": "7"}, "id", 12, id="no UUID"),
        pytest.param({"given": "x" * (MAX_GIVEN + 1)}, f"{MAX_GIVEN} characters", 12, id="too long"),
        pytest.param({"given": "5\0GB"}, "null", 12, id="an answer with a NUL"),
    ],
)
def test_what_is_wrong_is_named_and_the_card_is_still_known(wrong, said, card):
    form = read({**SENT, **wrong})

    assert said in form.refusal
    assert form.cleaned_data.get("card") == card


@pytest.mark.parametrize("ms", ["soon", "-5", "4e3", "9" * 40])
def test_an_answer_is_not_lost_to_a_time_that_cannot_be_read(ms):
    assert read({**SENT, "ms": ms}).cleaned_data["ms"] is None


def test_a_zone_that_is_too_long_is_not_known():
    assert read({**SENT, "zone": "x" * 65}).cleaned_data["zone"] == ""
