"""Fits FSRS's parameters to a learner with fsrs-rs, and keeps them only when they predict the held-out answers better:
the last fifth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import fsrs
import fsrs_rs_python

from accounts.models import User
from studyguide.memory.days import Calendar
from studyguide.memory.log import Entry, counted
from studyguide.memory.schedule import Rules
from studyguide.models import Review, StudySettings
from studyguide.selectors.settings import rules_of
from studyguide.services.study_settings import save_parameters
from web.tasks import long_task

FEWEST_ANSWERS = 200
EVERY = 200
TESTED_SHARE = 0.2


class CannotFitError(Exception):
    """Why the parameters cannot be fitted, in words for whoever asked."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """`before` and `after` are the log losses of the parameters in use and of the fitted ones, over `tested` answers
    that the fitting has not seen; the smaller predicts better."""

    parameters: tuple[float, ...]
    before: float
    after: float
    tested: int

    @property
    def is_better(self) -> bool:
        return self.after < self.before


def histories(learner: User, calendar: Calendar) -> list[tuple[datetime, fsrs_rs_python.FSRSItem]]:
    """Each answer that came a day or more after the one before, with all answers to its card until then."""
    log: dict[int, list[Entry]] = defaultdict(list)
    for review in Review.objects.filter(learner=learner).exclude(kind=Review.Kind.CRAM):
        log[review.card_id].append(review.entry)
    found = []
    for entries in log.values():
        told: list[fsrs_rs_python.FSRSReview] = []
        last = None
        for entry in counted(entries):
            day = calendar.day_of(entry.at)
            days = (day - last).days if last else 0
            told.append(fsrs_rs_python.FSRSReview(int(entry.grade or 1), days))
            if days:
                found.append((entry.at, fsrs_rs_python.FSRSItem(list(told))))
            last = day
    return sorted(found, key=lambda pair: pair[0])


def fitted(learner: User, rules: Rules) -> Fit:
    """CannotFitError when there are too few answers, or nothing can be learned from them."""
    items = histories(learner, rules.calendar)
    if len(items) < FEWEST_ANSWERS:
        raise CannotFitError(
            f"Fitting learns from answers a day or more after the last one to the same card. It needs {FEWEST_ANSWERS} "
            f"of them; {learner.get_username()} has {len(items)}."
        )
    cut = int(len(items) * (1 - TESTED_SHARE))
    seen, unseen = [item for _, item in items[:cut]], [item for _, item in items[cut:]]
    model = fsrs_rs_python.FSRS(parameters=list(rules.parameters))
    parameters = tuple(model.compute_parameters(seen))
    try:
        fsrs.Scheduler(parameters=parameters)
        after = fsrs_rs_python.FSRS(parameters=list(parameters)).evaluate(unseen).log_loss
    except ValueError as error:
        raise CannotFitError("The answers give no parameters that the scheduler can use.") from error
    return Fit(parameters=parameters, before=model.evaluate(unseen).log_loss, after=after, tested=len(unseen))


def fit_and_keep(learner: User, *, now: datetime) -> Fit:
    """Fits, and keeps the parameters when they predict better; CannotFitError."""
    settings, _ = StudySettings.objects.get_or_create(learner=learner)
    StudySettings.objects.filter(pk=settings.pk).update(fit_tried_at=now)
    found = fitted(learner, rules_of(settings))
    if found.is_better:
        save_parameters(learner, list(found.parameters), now=now)
    return found


def fit_when_due(settings: StudySettings, *, now: datetime) -> None:
    """Has the worker fit, when 200 answers were given since it was tried."""
    learner_id = settings.learner_id
    answers = Review.objects.filter(learner=learner_id, kind=Review.Kind.ANSWER)
    if settings.fit_tried_at:
        answers = answers.filter(received_at__gt=settings.fit_tried_at)
    if answers[:EVERY].count() >= EVERY:
        StudySettings.objects.update_or_create(learner_id=learner_id, defaults={"fit_tried_at": now})
        fit_schedule_of.enqueue(learner_id)


@long_task(seconds=120, megabytes=600)
def fit_schedule_of(learner_id: int) -> None:
    learner = User.objects.filter(pk=learner_id).first()
    settings = StudySettings.objects.filter(learner=learner_id).first()
    if learner is None or settings is None or settings.fit_tried_at is None:
        return
    try:
        fit_and_keep(learner, now=settings.fit_tried_at)
    except CannotFitError:
        return  # more answers will come
