"""The marks of an assignment as a CSV file: what was handed in last, and the marks of just that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from classrooms.models import Assignment, Membership, RosterEntry, Work, code_name
from classrooms.review.points import scaled
from classrooms.selectors.classes import WHO, who_cells
from classrooms.selectors.works import points_of, standing_marks
from web.reading.spreadsheets import Cell, csv_text

STATE = ["state", "submitted", "late", "version"]
END = ["points", "maximum", "feedback returned", "points returned", "version returned", "feedback"]


def marks_csv(assignment: Assignment, students: Sequence[Membership], works: dict[int, Work]) -> str:
    """A row for each student of the class, whether or not they have begun, and for each who is expected and never
    came; `works` by membership. Times are those of the class."""
    rows = [_row(assignment, student, works.get(student.pk)) for student in students if _counts(student, works)]
    if assignment.is_anonymous:
        rows.sort(key=lambda row: str(row[0]))
    rows += [_never_came(assignment, each) for each in assignment.classroom.roster.filter(membership=None)]
    return csv_text([*WHO, *STATE, *assignment.data.rubric, *END], rows)


def _counts(student: Membership, works: dict[int, Work]) -> bool:
    """Whether a person has a row: those who left do if they handed something in."""
    work = works.get(student.pk)
    return student.left_at is None or (work is not None and work.last_submission is not None)


def _row(assignment: Assignment, student: Membership, work: Work | None) -> list[Cell]:
    is_veiled = assignment.is_anonymous and (work is None or work.returned_at is None)
    who: list[Cell] = [code_name(assignment.pk, student.pk), "", "", ""] if is_veiled else [*who_cells(student)]
    last = work.last_submission if work else None
    if work is None or last is None:
        begun = work is not None and work.design_id is not None
        return [*who, "drafting" if begun else "not begun", "", "", "", *_blank(assignment)]
    levels, given = {key: each.level for key, each in standing_marks(last).items()}, work.last_return
    return [
        *who,
        work.state,
        _local(assignment, last.at),
        "yes" if last.is_late else "no",
        last.version,
        *(levels.get(key, "") for key in assignment.data.rubric),
        scaled(points_of(last, levels), assignment.points),
        assignment.points,
        _local(assignment, given.at) if given else "",
        scaled(given.points, assignment.points) if given else "",
        given.submission.version if given and given.submission else "",
        given.feedback if given else "",
    ]


def _never_came(assignment: Assignment, entry: RosterEntry) -> list[Cell]:
    return [entry.name, entry.number, entry.email, "", "never joined", "", "", "", *_blank(assignment)]


def _blank(assignment: Assignment) -> list[Cell]:
    return [*([""] * len(assignment.data.rubric)), "", assignment.points, "", "", "", ""]


def _local(assignment: Assignment, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(assignment.classroom.time_zone)).isoformat(timespec="seconds")
