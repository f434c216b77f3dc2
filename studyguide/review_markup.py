"""The row of grades as HTML, written here since each answer asks for it: as a loop of a template it took a fifth of the
whole page's time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, kw_only=True)
class GradeButton:
    """`wait` is how long it would be until the card is asked again; empty while cramming."""

    grade: int
    name: str
    wait: str
    is_suggested: bool


def grade_buttons(grades: Iterable[GradeButton]) -> str:
    return "".join(map(_button, grades))


def _button(grade: GradeButton) -> str:
    suggested, mark = (" suggested", " data-suggested") if grade.is_suggested else ("", "")
    wait = ""
    if grade.wait:
        wait = f'<span class="grade-wait"><span class="visually-hidden">again in </span>{escape(grade.wait)}</span>'
    return (
        f'<button class="grade {grade.name.lower()}{suggested}" name="grade" value="{grade.grade}"'
        f' data-grade="{grade.grade}"{mark}>'
        f'<span class="grade-name"><kbd aria-hidden="true">{grade.grade}</kbd>{escape(grade.name)}</span>'
        f"{wait}</button>"
    )
