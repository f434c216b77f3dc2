"""All marks that a student was given for one assignment, unchanged, and the requests about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from classrooms.models import RegradeRequest, Return, Work
from classrooms.review.history import Moved, moved_lines


@dataclass(frozen=True)
class Given:
    """One return of marks, with what changed since the previous one."""

    given: Return
    moved: tuple[Moved, ...]
    asked: tuple[RegradeRequest, ...]


def history_of(work: Work) -> list[Given]:
    """The newest first."""
    asked = list(work.regrades.select_related("answered_by"))
    found: list[Given] = []
    before: list[dict[str, Any]] = []
    for each in work.returns.select_related("by", "submission").order_by("at", "pk"):
        lines = each.lines
        moved = tuple(moved_lines(before, lines)) if before else ()
        found.append(Given(each, moved, tuple(one for one in asked if one.given_id == each.pk)))
        before = lines
    return found[::-1]
