"""Fits FSRS's parameters to a learner with py-fsrs's own optimizer, where that is installed."""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import fsrs
from fsrs.optimizer import Optimizer

from accounts.models import User
from studyguide.memory.log import Entry, counted
from studyguide.models import Review

FEWEST_REVIEWS = 400
# Of them a day or more after the one before: with fewer py-fsrs gives its usual parameters back (its mini_batch_size).
FEWEST_RESTED = 512
HOW_TO_INSTALL = f'{sys.executable} -m pip install "fsrs[optimizer]"'


class CannotFitError(Exception):
    """Why the parameters cannot be fitted, in words for whoever asked."""


def review_logs(learner: User) -> list[fsrs.ReviewLog]:
    """The learner's answers that count, as py-fsrs takes them."""
    log: dict[int, list[Entry]] = defaultdict(list)
    for review in Review.objects.filter(learner=learner).exclude(kind=Review.Kind.CRAM):
        log[review.card_id].append(review.entry)
    return [
        fsrs.ReviewLog(
            card_id=card_id, rating=fsrs.Rating(entry.grade or 1), review_datetime=entry.at, review_duration=None
        )
        for card_id, entries in log.items()
        for entry in counted(entries)
    ]


def rested(logs: list[fsrs.ReviewLog]) -> int:
    """How many answers came a day or more after the one before to the same card."""
    return sum(
        first.card_id == second.card_id and second.review_datetime - first.review_datetime >= timedelta(days=1)
        for first, second in pairwise(sorted(logs, key=lambda log: (log.card_id, log.review_datetime)))
    )


def fitted_parameters(learner: User) -> list[float]:
    """CannotFitError when there are too few reviews or the optimizer is not installed."""
    logs, name = review_logs(learner), learner.get_username()
    if len(logs) < FEWEST_REVIEWS:
        raise CannotFitError(f"Fitting needs {FEWEST_REVIEWS} reviews; {name} has {len(logs)}.")
    if (count := rested(logs)) < FEWEST_RESTED:
        raise CannotFitError(
            f"Fitting learns from answers a day or more after the last one to the same card. "
            f"It needs {FEWEST_RESTED} of them; {name} has {count}."
        )
    try:
        optimizer = Optimizer(logs)
    except ImportError as error:
        raise CannotFitError(f"py-fsrs's optimizer is not installed. Install it with: {HOW_TO_INSTALL}") from error
    return list(optimizer.compute_optimal_parameters())
