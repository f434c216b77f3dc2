"""What classes keep for a person goes where the person goes."""

from __future__ import annotations

import pytest

from accounts.models import User
from classrooms import keeping
from classrooms.models import Membership, Return, Revision, RosterImport, Submission
from tests.classrooms.conftest import MONDAY


@pytest.mark.django_db
def test_what_an_instructor_did_moves_with_the_account_and_stands_in_its_export(work, teacher, student):
    """promise 53: marks given, drafts taken, corrections and roster files, each with whoever did it."""
    classroom = work.assignment.classroom
    owner = User.objects.create_user("mary")
    Membership.objects.create(classroom=classroom, user=owner, role="instructor", joined_at=MONDAY)
    Return.objects.create(work=work, at=MONDAY, by=teacher, feedback="Good", points=80)
    Submission.objects.create(work=work, version=1, at=MONDAY, is_late=False, taken_by=teacher)
    Revision.objects.create(assignment=work.assignment, number=2, at=MONDAY, by=teacher, changes='["Rate raised"]')
    RosterImport.objects.create(classroom=classroom, file_name="class.csv", at=MONDAY, by=teacher)

    keeping.WORK.move(teacher, owner)
    teacher.delete()

    (exported,) = (content for _, content in keeping.WORK.export(owner))
    title = work.assignment.title
    assert exported["marks_given"] == [{"assignment": title, "at": MONDAY, "points": 80, "feedback": "Good"}]
    assert exported["drafts_taken"] == [{"assignment": title, "at": MONDAY, "version": 1}]
    assert exported["corrections"] == [{"assignment": title, "at": MONDAY, "number": 2, "changes": ["Rate raised"]}]
    assert exported["roster_files"] == [{"file_name": "class.csv", "at": MONDAY}]
    (of_student,) = (content for _, content in keeping.WORK.export(student))
    assert "marks_given" not in of_student
