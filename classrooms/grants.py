"""What higher apps add to an assignment; they register it at start, and this app knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from classrooms.models import Assignment


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A line for whoever teaches, and the page that says more."""

    words: str
    address: str
    is_bad: bool = False


_notices: list[Callable[[Assignment], Notice | None]] = []


def register_notice(notice_of: Callable[[Assignment], Notice | None]) -> None:
    """`notice_of` answers None where it has nothing to say of an assignment."""
    _notices.append(notice_of)


def notices_of(assignment: Assignment) -> list[Notice]:
    return [found for each in _notices if (found := each(assignment))]
