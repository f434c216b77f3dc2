"""What the review page shows at a moment: a card's front, or its back with what each grade would bring."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from calculators.engine.quantities import QuantityError
from studyguide.memory.log import Grade
from studyguide.memory.schedule import NEW, choices
from studyguide.memory.waits import wait_in_words
from studyguide.notes.judging import Verdict, judge
from studyguide.selectors.queue import Asked, Counts, Queue
from studyguide.services.reviews import last_answer

JUDGED = frozenset({"choice", "numeric", "misconception"})
GRADES = {
    Grade.AGAIN: "Again",
    Grade.HARD: "Hard",
    Grade.GOOD: "Good",
    Grade.EASY: "Easy",
}


@dataclass(frozen=True, kw_only=True)
class GradeButton:
    """`wait` is how long it would be until the card is asked again; empty while cramming."""

    grade: int
    name: str
    wait: str
    is_suggested: bool


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """`uid` is the id of the coming answer, made when the card is shown, so that sending the form twice counts once."""

    queue: Queue
    counts: Counts
    asked: Asked | None = None
    is_back: bool = False
    given: str = ""
    verdict: Verdict | None = None
    error: str = ""
    uid: uuid.UUID | None = None
    undo_uid: uuid.UUID | None = None
    undoes: uuid.UUID | None = None
    grades: tuple[GradeButton, ...] = ()
    next_due_at: datetime | None = None

    @property
    def is_judged(self) -> bool:
        return self.asked is not None and self.asked.card.kind in JUDGED

    @property
    def address(self) -> str:
        return reverse("studyguide:card_review")

    @property
    def edit_address(self) -> str:
        """Where the card is edited, from which one comes back here."""
        if self.asked is None:
            return ""
        edit = reverse("studyguide:card_edit", args=[self.asked.card.pk])
        return f"{edit}?from=review{self.queue.scope.query.replace('?', '&')}"

    @property
    def right_option(self) -> int:
        """The number of the choice that is right; True is the first of two."""
        return _right_option(self.asked) if self.asked else 0

    @property
    def given_option(self) -> int | None:
        return int(self.given) if self.given.isdecimal() else None

    @property
    def next_due_in(self) -> str:
        return f"in {wait_in_words(self.next_due_at - self.queue.now)}" if self.next_due_at else ""

    @property
    def has_back(self) -> bool:
        """The back is on the page: shown, or waiting for a script to show it."""
        return self.is_back or not self.is_judged


def review_page(
    queue: Queue,
    *,
    found: Asked | None = None,
    is_back: bool = False,
    given: str | None = None,
    error: str = "",
    uid: uuid.UUID | None = None,
    undoes: uuid.UUID | None = None,
) -> ReviewPage:
    """The page for one card: the given one, else the next. `given` is what was typed or clicked for it."""
    shown = found or queue.next()
    counts = queue.counts()
    if undoes is None and queue.learner_id is not None:
        undoes = last_answer(queue.learner_id, kinds=["cram" if queue.scope.is_cram else "answer"])
    if shown is None:
        return ReviewPage(
            queue=queue, counts=counts, undoes=undoes, undo_uid=uuid.uuid4(), next_due_at=queue.next_due_at()
        )
    verdict = None
    if shown.card.kind in JUDGED and is_back and not error:
        try:
            verdict = judged(shown, given or "")
        except QuantityError as refused:
            error, is_back = refused.message, False
    return ReviewPage(
        queue=queue,
        counts=counts,
        asked=shown,
        is_back=is_back,
        given=given or "",
        verdict=verdict,
        error=error,
        uid=uid or uuid.uuid4(),
        undo_uid=uuid.uuid4(),
        undoes=undoes,
        grades=_grades(queue, shown, verdict),
    )


def judged(shown: Asked, given: str) -> Verdict | None:
    """What was typed or clicked against the card; None for somebody who only wants to see the answer."""
    if given == "":
        return None
    if shown.card.kind == "numeric":
        return judge(given, answer=shown.content["answer"], tolerance=shown.content["tolerance"])
    right = _right_option(shown)
    if not given.isdecimal() or int(given) >= len(shown.options):
        raise QuantityError("choose one of the answers")
    is_right = int(given) == right
    return Verdict(is_right=is_right, message="That is right." if is_right else "That is not it.")


def _right_option(shown: Asked) -> int:
    return int(shown.content["answer"]) if shown.card.kind == "choice" else int(not shown.content["verdict"])


def _grades(queue: Queue, shown: Asked, verdict: Verdict | None) -> tuple[GradeButton, ...]:
    suggested = Grade.AGAIN if verdict and not verdict.is_right else Grade.GOOD
    if queue.scope.is_cram:
        waits = dict.fromkeys(Grade, "")
    else:
        memory = shown.state.memory if shown.state else NEW
        found = choices(memory, at=queue.now, rules=queue.rules, spread=shown.card.pk)
        waits = {grade: wait_in_words(wait) for grade, wait in found.items()}
    return tuple(
        GradeButton(grade=int(grade), name=name, wait=waits[grade], is_suggested=grade == suggested)
        for grade, name in GRADES.items()
    )
