"""Work of a class that is marked and given back, for tests of what goes to a platform."""

from __future__ import annotations

from classrooms.models import Assignment, Membership, Return
from classrooms.services.marking import give_back, mark
from classrooms.services.work import begin_work, submit
from tests.classrooms.test_work import best_levels, drawn


def given_back(assignment: Assignment, student: Membership, *, less: int = 0) -> Return:
    """The student draws and hands in; each line gets its best level, less so many, and it is given back."""
    opened = assignment.opens_at
    work = drawn(begin_work(assignment, student, at=opened))
    submission = submit(work, at=opened)
    mark(submission, best_levels(assignment, less), feedback="Well done")
    teacher = assignment.classroom.memberships.filter(role="instructor").first()
    return give_back(submission, by=teacher.user, at=opened)
