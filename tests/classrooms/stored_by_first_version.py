"""A class as the first version kept it: its marks stay, and what was not kept then is filled from the log."""

from __future__ import annotations

import json

from django.db.migrations.state import StateApps

from classrooms.models import Work
from designs.document.upgrade import upgrade
from tests.classrooms.conftest import MONDAY, after

BEFORE = [("classrooms", "0001_classes")]
RUBRIC = {
    "scope": {"title": "Scope", "weight": 60, "levels": ["no", "some", "all"]},
    "depth": {"title": "Depth", "weight": 40, "levels": ["no", "yes"]},
}
FIRST = {"diagram": {"components": {"c": {"kind": "client", "label": "Client"}}}}
LATER = {"diagram": {"components": {"late": {"kind": "cache", "label": "Later"}}}}


def stored(apps: StateApps) -> int:
    """One work, handed in at version 1, given back, and drawn on since; its id."""
    user = apps.get_model("accounts", "User").objects.create(username="pupil", password="!")
    designs, classrooms = (
        (lambda name: apps.get_model("designs", name)),
        (lambda name: apps.get_model("classrooms", name)),
    )
    both = {"diagram": {"components": {**FIRST["diagram"]["components"], **LATER["diagram"]["components"]}}}
    design = designs("Design").objects.create(owner=user, version=2, document=json.dumps(both))
    designs("Snapshot").objects.create(design=design, version=0, document="{}")
    for version, patch in ((1, FIRST), (2, LATER)):
        designs("Change").objects.create(
            design=design, version=version, patch=json.dumps(patch), at=after(version), client_id="t", sequence=version
        )
    classroom = classrooms("Classroom").objects.create(name="Systems", join_code="ABCDEFGH")
    assignment = classrooms("Assignment").objects.create(
        classroom=classroom, title="Timeline", content=json.dumps({"rubric": RUBRIC}), opens_at=MONDAY, due_at=after(7)
    )
    member = classrooms("Membership").objects.create(classroom=classroom, user=user, role="student", joined_at=MONDAY)
    work = classrooms("Work").objects.create(
        assignment=assignment, student=member, design=design, started_at=MONDAY, returned_at=after(3), feedback="Good"
    )
    classrooms("Submission").objects.create(work=work, version=1, at=after(1), is_late=False)
    for dimension, level in (("scope", 1), ("depth", 1)):
        classrooms("WorkMark").objects.create(work=work, dimension=dimension, level=level, note="why")
    classrooms("Comment").objects.create(work=work, words="Look", element="/diagram/components/c", at=after(2))
    return work.pk


def is_filled(pk: int) -> None:
    work = Work.objects.get(pk=pk)
    submission, given = work.last_submission, work.last_return
    assert submission.data() == upgrade(FIRST)
    assert (given.submission, given.points, given.feedback, given.at) == (submission, 70, "Good", after(3))
    assert [(line["key"], line["level"], line["note"]) for line in given.lines] == [
        ("scope", 1, "why"),
        ("depth", 1, "why"),
    ]
    assert work.state == "given back"
    assert {mark.submission_id for mark in work.marks.all()} == {submission.pk}
    comment = work.comments.get()
    assert (comment.about, comment.shown_at) == ("Component: Client", after(3))
    assert work.assignment.revisions.get().number == 1


def is_as_before(old: StateApps) -> None:
    assert old.get_model("classrooms", "WorkMark").objects.count() == 2
