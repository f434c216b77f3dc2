"""Questions about a design that take longer than a request: answered by the task worker, stored for their page."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calculators.engine.shipped import all_figures
from designs.analysis.attack import told as attacks
from designs.analysis.model import Model
from designs.analysis.repair import search
from designs.analysis.repair import told as repairs
from designs.analysis.repair.frontier import frontier
from designs.analysis.seek import told as sought
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.models import Design, Study
from designs.selectors.designs import document_at
from designs.services.simulations import (
    MOST_AT_ONCE,
    MOST_WAITING,
    PATIENCE,
    SAVE_EVERY_S,
    SIGN_OF_LIFE,
    TooManyRunsError,
)
from web.tasks import long_task

MOST_SECONDS = 240
MOST_MEGABYTES = 600
Progress = Callable[[float], None]


@transaction.atomic
def start_study(design: Design, *, learner: User, at: datetime, kind: str, asked: dict[str, Any]) -> Study:
    """Queues a question for the task worker. Raises TooManyRunsError."""
    User.objects.select_for_update().get(pk=learner.pk)  # requests of one person are counted one after the other
    alive = Study.objects.alive(at, sign_of_life=SIGN_OF_LIFE, patience=PATIENCE)
    if alive.filter(learner=learner).count() >= MOST_AT_ONCE:
        raise TooManyRunsError(f"{MOST_AT_ONCE} of your questions are being worked on; wait until one is done.")
    if alive.count() >= MOST_WAITING:
        raise TooManyRunsError("Many questions of others wait already; try again in some minutes.")
    made = Study.objects.create(design=design, learner=learner, version=design.version, kind=kind, asked=asked, at=at)
    do_study.enqueue(made.pk)
    return made


def note_stopped(reason: str, study_id: int) -> None:
    Study.objects.filter(pk=study_id, result__isnull=True).update(refusal=reason[:1000], at=timezone.now())


@long_task(seconds=MOST_SECONDS, megabytes=MOST_MEGABYTES, when_stopped=note_stopped)
def do_study(study_id: int) -> None:
    """Does nothing when the study was deleted in the meantime."""
    if study := Study.objects.select_related("design").filter(pk=study_id).first():
        complete_study(study)


def complete_study(study: Study) -> None:
    """Computes and stores the answer."""
    Study.objects.filter(pk=study.pk).update(begun=True, at=timezone.now())
    saved = [time.monotonic()]

    def save_progress(share: float) -> None:
        if time.monotonic() - saved[0] >= SAVE_EVERY_S:
            saved[0] = time.monotonic()
            Study.objects.filter(pk=study.pk).update(progress=min(share, 1.0), at=timezone.now())

    document = document_at(study.design, study.version)
    model = model_of(read(document), all_figures())
    result = ANSWERS[study.kind](document, model, study.asked, save_progress)
    Study.objects.filter(pk=study.pk).update(result=result, progress=1.0, at=timezone.now())


def _priorities(asked: dict[str, Any]) -> tuple[str, ...]:
    return ("must", "should") if asked.get("should") else ("must",)


def _repair(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    found = search.repair(
        document,
        model.figures,
        priorities=_priorities(asked),
        with_assumed=not asked.get("no_assumed"),
        progress=progress,
    )
    return repairs.published(found, model)


def _attack(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    progress(0.1)
    return attacks.published(attacks.attack(document, model.figures, priorities=_priorities(asked)), model)


def _frontier(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:  # noqa: ARG001  (every answer is asked alike)
    return repairs.published_frontier(frontier(document, model.figures, progress=progress))


def _sought(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return sought.seek(document, model, asked["turned"], asked["requirement"], progress=progress)


def _table(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    places = asked["turned"], asked["across"]
    return sought.table(document, model, *places, asked["requirement"], progress=progress)


def _worlds(document: dict[str, Any], model: Model, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:  # noqa: ARG001  (every answer is asked alike)
    return sought.worlds(document, model, progress=progress)


ANSWERS: dict[str, Callable[[dict[str, Any], Model, dict[str, Any], Progress], dict[str, Any]]] = {
    Study.Kind.REPAIR: _repair,
    Study.Kind.ATTACK: _attack,
    Study.Kind.FRONTIER: _frontier,
    Study.Kind.SEEK: _sought,
    Study.Kind.TABLE: _table,
    Study.Kind.WORLDS: _worlds,
}
