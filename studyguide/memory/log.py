"""The log of one card for one learner. Entries are only added; which of them count is derived from all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal
from uuid import UUID

EntryKind = Literal["answer", "undo", "reset", "cram"]
MAX_GIVEN = 200  # characters of what was typed or clicked that the log keeps


class Grade(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An answer with its grade; an undo of the entry `undoes`; a reset, after which the card is new; or an answer
    given while cramming, which leaves the schedule alone."""

    uid: UUID
    kind: EntryKind
    at: datetime
    grade: Grade | None = None
    undoes: UUID | None = None


def counted(entries: Iterable[Entry]) -> list[Entry]:
    """The answers that determine the card's memory, in the order in which they were given.

    Several devices may have logged them. They are ordered by time, and by id at equal times, so the order of arrival
    does not matter. A repeated entry counts once; an undone one does not count.
    """
    every = {entry.uid: entry for entry in entries}
    undone = {entry.undoes for entry in every.values() if entry.kind == "undo"}
    answers: list[Entry] = []
    for entry in sorted(every.values(), key=lambda each: (each.at, each.uid)):
        if entry.uid in undone:
            continue
        if entry.kind == "reset":
            answers.clear()
        elif entry.kind == "answer":
            answers.append(entry)
    return answers
