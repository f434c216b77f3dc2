"""An answer as a browser sends it: strings outside, typed values inside. Read by hand, since a form of Django would
take a twentieth of the whole answer's time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from studyguide.memory.log import MAX_GIVEN, Grade

MAX_ZONE = 64
MAX_DIGITS = 18  # of a whole number that every column for ids holds
GRADE_OF = {str(int(grade)): grade for grade in Grade}


@dataclass(frozen=True, kw_only=True)
class SentAnswer:
    """`given` is what was typed or clicked, `ms` how long it took, `zone` that of the browser; each may be unknown."""

    card: int
    uid: UUID
    grade: Grade
    given: str = ""
    ms: int | None = None
    zone: str = ""


class AnswerRefusedError(ValueError):
    """`card` is the card that was answered, where that much could be read."""

    def __init__(self, message: str, card: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.card = card


def read_answer(sent: Mapping[str, str]) -> SentAnswer:
    """AnswerRefusedError names what is wrong and what was expected."""
    card = _number(sent.get("card", ""))
    if card is None:
        raise AnswerRefusedError("This answer does not say which card it is of: open the review again.", None)
    grade = GRADE_OF.get(sent.get("grade", "").strip())
    if grade is None:
        raise AnswerRefusedError("Choose how well you knew it: 1 to 4.", card)
    try:
        uid = UUID(sent.get("uid", ""))
    except ValueError:
        raise AnswerRefusedError("This answer has no id of its own: open the card again.", card) from None
    given, ms, zone = sent.get("given", "").strip(), sent.get("ms", ""), sent.get("zone", "").strip()
    if len(given) > MAX_GIVEN or "\0" in given:
        raise AnswerRefusedError(f"An answer can be at most {MAX_GIVEN} characters long, none of them null.", card)
    return SentAnswer(
        card=card, uid=uid, grade=grade, given=given, ms=_number(ms), zone=zone if len(zone) <= MAX_ZONE else ""
    )


def _number(text: str) -> int | None:
    """A whole number that is not too large for any database; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None
