"""Reads of works: what each student has made, what was said about it, and what is next to be marked.

Query counts do not grow with people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch, Q, QuerySet

from classrooms.models import (
    Assignment,
    Comment,
    Membership,
    RegradeRequest,
    Return,
    Submission,
    Work,
    WorkMark,
    code_name,
)
from classrooms.review.names import folded
from classrooms.review.points import scaled
from classrooms.selectors.classes import students_in_order
from classrooms.selectors.opinions import Opinions, opinions_in
from designs.interviews.marking import total

TO_MARK = ("handed in", "handed in again")
STATES = ("not begun", "drafting", "handed in", "handed in again", "given back")


def works_by_student(
    assignment: Assignment, students: Collection[int] | None = None, *, with_documents: bool = True
) -> dict[int, Work]:
    """By membership, with designs, submissions, marks and returns; what is drawn in them only `with_documents`."""
    works = assignment.works.select_related("design", "student__user", "group")
    if students is not None:
        works = works.filter(student_id__in=students)
    submissions = Submission.objects.select_related("taken_by").prefetch_related("marks")
    if not with_documents:
        works = works.defer("design__document", "summary")
        submissions = Submission.objects.defer("content", "summary")
    returns = Return.objects.defer("sheet")
    parts = (Prefetch("submissions", submissions), Prefetch("returns", returns))
    return _with_assignment(assignment, works.prefetch_related(*parts))


def states_by_student(assignment: Assignment, people: Sequence[Membership]) -> dict[int, Work]:
    """The same for these people, for lists that show only states and points: without designs and marks, which cause
    most of the cost in a class of three hundred."""
    works = assignment.works.select_related("group").defer("summary", "feedback", "own_figures")
    submissions = Submission.objects.defer("content", "summary", "figures")
    returns = Return.objects.defer("sheet", "feedback")
    parts = (Prefetch("submissions", submissions), Prefetch("returns", returns))
    found = _with_assignment(assignment, works.prefetch_related(*parts))
    by_key = {each.pk: each for each in people}
    for key, work in found.items():
        if key in by_key:
            work.student = by_key[key]
    return {key: work for key, work in found.items() if key in by_key}


def _with_assignment(assignment: Assignment, works: QuerySet[Work]) -> dict[int, Work]:
    found = {work.student_id: work for work in works}
    for work in found.values():
        work.assignment = assignment  # so that its scenario is read once
        for each in work.submissions.all():
            each.work = work
    return found


def standing_marks(submission: Submission) -> dict[str, WorkMark]:
    """The current marks by dimension, without levels that a corrected rubric no longer has."""
    assignment = submission.work.assignment
    marks = submission.marks.all()
    return {each.dimension: each for each in marks if _stands(assignment, each.dimension, each.level, each.revision)}


def standing_levels(assignment: Assignment) -> dict[int, dict[str, int]]:
    """The same for all that was handed in, by submission and dimension: levels only, in one query."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = WorkMark.objects.filter(work__assignment=assignment).order_by("pk")
    for submission, dimension, level, revision in rows.values_list("submission", "dimension", "level", "revision"):
        if submission is not None and _stands(assignment, dimension, level, revision):
            found[submission][dimension] = level
    return found


def _stands(assignment: Assignment, dimension: str, level: int, revision: int) -> bool:
    line = assignment.data.rubric.get(dimension)
    if line is None or level >= len(line.levels):
        return False
    before = assignment.kept_revisions.get(revision) if revision != assignment.revision else None
    if before is None:
        return True
    then = before.data.rubric.get(dimension)
    return then is not None and then.levels == line.levels


def points_of(submission: Submission, levels: Mapping[str, int]) -> int | None:
    """Points of 100, including this person's adjustment; None until every line has a level."""
    points = total(submission.work.assignment.data.rubric, levels, hint_costs=submission.hint_costs)
    return None if points is None else min(100, max(0, points + submission.work.adjustment))


@dataclass(frozen=True)
class QueueRow:
    """One student in the list for marking. `points` are those kept so far, `given` those given back: both of 100."""

    assignment: Assignment
    student: Membership
    work: Work | None
    submission: Submission | None
    marked: int
    lines: int
    points: int | None
    given: int | None
    out_of: int = 100
    asks_again: bool = False
    markers: int = 0
    is_done_by_reader: bool = False
    state: str = "not begun"

    @property
    def name(self) -> str:
        """As those who mark may see it."""
        if self.work is not None:
            return self.work.called
        return code_name(self.assignment.pk, self.student.pk) if self.assignment.is_anonymous else str(self.student)

    @property
    def points_worth(self) -> int | float | None:
        return scaled(self.points, self.out_of)

    @property
    def given_worth(self) -> int | float | None:
        return scaled(self.given, self.out_of)

    @property
    def is_to_mark(self) -> bool:
        return self.state in TO_MARK

    @property
    def is_marked(self) -> bool:
        """Whether every line has a level, so that it can be given back."""
        return self.submission is not None and self.marked == self.lines

    @property
    def handed_in_at(self) -> datetime | None:
        return self.submission.at if self.submission else None


@dataclass(frozen=True)
class Queue:
    rows: tuple[QueueRow, ...]

    @property
    def asking(self) -> list[QueueRow]:
        """Those with an open request for another look at their marks."""
        return [row for row in self.rows if row.asks_again]

    @cached_property
    def to_mark(self) -> list[QueueRow]:
        """Works that wait for marking, the earliest submission first; one for each group."""
        waiting = _once_a_group([row for row in self.rows if row.is_to_mark])
        return sorted(waiting, key=lambda row: (row.handed_in_at is None, row.handed_in_at, row.student.pk))

    @cached_property
    def unmarked(self) -> list[QueueRow]:
        """Works that wait, without those whose part the reader has done."""
        return [row for row in self.to_mark if not row.is_marked and not row.is_done_by_reader]

    @cached_property
    def ready(self) -> list[QueueRow]:
        """Marked, and not given back yet."""
        return [row for row in self.to_mark if row.is_marked]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many students are in each state."""
        return {state: sum(row.state == state for row in self.rows) for state in STATES}

    @property
    def handed_in(self) -> int:
        """A group counts once."""
        return len(_once_a_group([row for row in self.rows if row.submission is not None]))

    def next_after(self, work: Work) -> QueueRow | None:
        """The next unmarked work after this one, or the first when none comes after it."""
        order = [row.work.pk for row in self.to_mark if row.work]
        here = {row.work.pk for row in self.to_mark if row.work and _is_same(row.work, work)}
        waiting = [row for row in self.unmarked if row.work and row.work.pk not in here | {work.pk}]
        if here:
            at = order.index(min(here))
            later = [row for row in waiting if row.work and order.index(row.work.pk) > at]
            waiting = later or waiting
        return waiting[0] if waiting else None


def _is_same(one: Work, other: Work) -> bool:
    return one.pk == other.pk or (one.group_id is not None and one.group_id == other.group_id)


def _once_a_group(rows: Sequence[QueueRow]) -> list[QueueRow]:
    found: dict[tuple[str, int], QueueRow] = {}
    for row in rows:
        group = row.work.group_id if row.work else None
        found.setdefault(("group", group) if group is not None else ("alone", row.student.pk), row)
    return list(found.values())


def queue_of(
    assignment: Assignment, *, students: Sequence[Membership] | None = None, reader: int | None = None
) -> Queue:
    """Everybody in the class by name, with how far marking is; for one of two markers what is left for them."""
    people = students_in_order(assignment.classroom) if students is None else students
    works = states_by_student(assignment, people)
    open_requests = RegradeRequest.objects.filter(work__assignment=assignment, answered_at=None)
    asking = set(open_requests.values_list("work_id", flat=True))
    levels = standing_levels(assignment)
    rows = [_row(assignment, student, works.get(student.pk), levels) for student in people]
    rows = [replace(row, asks_again=row.work is not None and row.work.pk in asking) for row in rows]
    if assignment.is_double_marked:
        opinions = opinions_in(assignment)
        rows = [_with_markers(row, opinions, reader) for row in rows]
    if assignment.is_anonymous:
        rows.sort(key=lambda row: row.name)
    return Queue(tuple(rows))


def _with_markers(row: QueueRow, opinions: Mapping[int, Opinions], reader: int | None) -> QueueRow:
    found = opinions.get(row.submission.pk) if row.submission else None
    if found is None:
        return row
    done = reader in found.whole and not found.is_open
    return replace(row, markers=len(found.whole), is_done_by_reader=done)


def _row(
    assignment: Assignment, student: Membership, work: Work | None, levels: Mapping[int, Mapping[str, int]]
) -> QueueRow:
    lines = len(assignment.data.rubric)
    submission = work.last_submission if work else None
    given = work.last_return if work else None
    given_points = given.points if given else None
    has_begun = work is not None and (work.design_id is not None or submission is not None)
    state = work.state_by(submission, given) if work is not None and has_begun else "not begun"
    found = levels.get(submission.pk, {}) if submission else {}
    return QueueRow(
        assignment=assignment,
        student=student,
        work=work,
        submission=submission,
        marked=len(found),
        lines=lines,
        points=points_of(submission, found) if submission else None,
        given=given_points,
        out_of=assignment.points,
        state=state,
    )


def comments_of(work: Work, *, shown_only: bool = False) -> QuerySet[Comment]:
    """On the student's work or that of their group, the oldest first; what the student reads with `shown_only`."""
    whose = Q(work=work) if work.group_id is None else Q(work=work) | Q(work__group=work.group_id)
    found = Comment.objects.filter(whose).select_related("author")
    return found.exclude(shown_at=None) if shown_only else found


def neighbours_of(work: Work) -> tuple[Work | None, Work | None]:
    """The works before and after it, in the order of the class."""
    students = students_in_order(work.assignment.classroom, with_former=True)
    by_student = {each.student_id: each for each in work.assignment.works.select_related("student__user")}
    order = [by_student[each.pk] for each in students if each.pk in by_student]
    if work.assignment.is_anonymous:
        for each in order:
            each.assignment = work.assignment
        order.sort(key=lambda each: each.called)
    at = order.index(work)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)


def group_names(work: Work) -> list[str]:
    """Who is in the group of this work, by name; [] for whoever works alone."""
    if work.group_id is None:
        return []
    rest = Work.objects.filter(group_id=work.group_id, student__left_at=None).select_related("student__user")
    return sorted((each.student.shown_name for each in rest), key=folded)
