"""All marks of a class in one table, and the same in the layouts that Canvas and Moodle take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classrooms.models import Assignment, Classroom, Membership, RosterEntry
from classrooms.selectors.classes import students_in_order
from classrooms.selectors.works import queue_of
from web.reading.spreadsheets import Cell, csv_text

LAYOUTS = {"plain": "A spreadsheet", "canvas": "Canvas", "moodle": "Moodle"}


@dataclass(frozen=True)
class Mark:
    """One student's result for one assignment, in its points. Only returned marks count outside."""

    state: str
    points: int | float | None
    given: int | float | None
    is_late: bool
    address: str
    title: str
    out_of: int = 100

    @property
    def words(self) -> str:
        """The returned points; in brackets points that were only marked; otherwise the state of the work."""
        if self.given is not None:
            return str(self.given)
        return f"({self.points})" if self.points is not None else self.state


@dataclass(frozen=True)
class GradebookRow:
    student: Membership
    marks: tuple[Mark, ...]

    @property
    def entry(self) -> RosterEntry | None:
        """Who that is on the roster."""
        return getattr(self.student, "roster_entry", None)

    @property
    def percent(self) -> float | None:
        """All returned points as a share of what these assignments are worth."""
        given = [(each.given, each.out_of) for each in self.marks if each.given is not None]
        return 100 * sum(points for points, _ in given) / sum(out_of for _, out_of in given) if given else None


@dataclass(frozen=True)
class Gradebook:
    classroom: Classroom
    assignments: tuple[Assignment, ...]
    rows: tuple[GradebookRow, ...]
    expected: tuple[RosterEntry, ...]


def gradebook_of(classroom: Classroom) -> Gradebook:
    """A few queries for each assignment, however many students there are."""
    assignments = tuple(classroom.assignments.filter(kind=Assignment.Kind.DESIGN).order_by("due_at", "pk"))
    students = students_in_order(classroom)
    marks: dict[int, list[Mark]] = {student.pk: [] for student in students}
    for assignment in assignments:
        assignment.classroom = classroom
        for row in queue_of(assignment, students=students).rows:
            is_veiled = row.work is not None and row.work.is_veiled
            marks[row.student.pk].append(
                Mark(
                    row.state,
                    None if is_veiled else row.points_worth,
                    row.given_worth,
                    row.submission is not None and row.submission.is_late,
                    row.work.get_absolute_url() if row.work and row.state != "not begun" and not is_veiled else "",
                    assignment.title,
                    assignment.points,
                )
            )
    rows = tuple(GradebookRow(student, tuple(marks[student.pk])) for student in students)
    return Gradebook(classroom, assignments, rows, tuple(classroom.roster.filter(membership=None)))


def gradebook_csv(book: Gradebook, layout: str) -> str:
    """In one of LAYOUTS. Only marks that were given back."""
    return {"canvas": _canvas, "moodle": _moodle}.get(layout, _plain)(book)


def _plain(book: Gradebook) -> str:
    head = ["name", "number", "email", *_titles(book), "percent"]
    rows: list[Sequence[Cell]] = [
        [
            row.student.shown_name,
            row.entry.number if row.entry else row.student.number,
            row.entry.email if row.entry else "",
            *(mark.given for mark in row.marks),
            None if row.percent is None else round(row.percent, 1),
        ]
        for row in book.rows
    ]
    rows += [[each.name, each.number, each.email, *([None] * len(book.assignments)), None] for each in book.expected]
    return csv_text(head, rows)


def _canvas(book: Gradebook) -> str:
    """As Canvas imports a gradebook: its five columns, one for each assignment, and the row of points possible."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *_titles(book)]
    rows: list[Sequence[Cell]] = [["    Points Possible", "", "", "", "", *(each.points for each in book.assignments)]]
    for name, entry, marks in _known_people(book):
        who = [entry.lms_id, entry.number, entry.login, entry.section] if entry else ["", "", "", ""]
        rows.append([_family_first(name), *who, *marks])
    return csv_text(head, rows)


def _moodle(book: Gradebook) -> str:
    """As Moodle imports grades: people by address and ID number, a column for each assignment."""
    head = ["First name", "Last name", "ID number", "Email address", *_titles(book)]
    rows: list[Sequence[Cell]] = []
    for name, entry, marks in _known_people(book):
        given, _, family = name.rpartition(" ")
        rows.append(
            [given or family, family if given else "", *([entry.number, entry.email] if entry else ["", ""]), *marks]
        )
    return csv_text(head, rows)


def _known_people(book: Gradebook) -> list[tuple[str, RosterEntry | None, list[Cell]]]:
    """By the name on the roster, which is what the other system calls them."""
    found: list[tuple[str, RosterEntry | None, list[Cell]]] = [
        (row.entry.name if row.entry else row.student.shown_name, row.entry, [mark.given for mark in row.marks])
        for row in book.rows
    ]
    return found + [(each.name, each, [None] * len(book.assignments)) for each in book.expected]


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else name


def _titles(book: Gradebook) -> list[str]:
    """Titles of assignments, each once."""
    found: list[str] = []
    for each in book.assignments:
        found.append(each.title if each.title not in found else f"{each.title} ({each.pk})")
    return found
