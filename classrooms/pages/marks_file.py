"""The marks of an assignment as a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

from classrooms.models import Assignment, Membership, Work
from designs.interviews.marking import total
from web.spreadsheets import Cell, csv_text


def marks_csv(assignment: Assignment, students: Sequence[Membership], works: dict[int, Work]) -> str:
    """A row for each student of the class, whether or not they have begun; `works` by membership."""
    rubric = assignment.data.rubric
    head = ["name", "number", "user", "submitted", "late", "version", *rubric, "points", "feedback returned"]
    return csv_text(head, [_row(assignment, student, works.get(student.pk)) for student in students])


def _row(assignment: Assignment, student: Membership, work: Work | None) -> list[Cell]:
    entry = getattr(student, "roster_entry", None)
    who: list[Cell] = [student.shown_name, entry.number if entry else "", student.user.get_username()]
    rubric = assignment.data.rubric
    if work is None:
        return [*who, "", "", "", *([""] * len(rubric)), "", ""]
    last = work.last_submission
    levels = {each.dimension: each.level for each in work.marks.all()}
    points = total(rubric, levels)
    return [
        *who,
        last.at.isoformat(timespec="seconds") if last else "",
        "yes" if last and last.is_late else "no" if last else "",
        last.version if last else "",
        *(levels.get(key) for key in rubric),
        points,
        work.returned_at.isoformat(timespec="seconds") if work.returned_at else "",
    ]
