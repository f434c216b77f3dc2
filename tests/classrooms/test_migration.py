"""What the first version kept of a class is there afterwards, and what it did not keep is filled from the log."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tests.classrooms.conftest import MONDAY, after, give
from tests.designs.conftest import loaded

RUBRIC = {
    "scope": {"title": "Scope", "weight": 60, "levels": ["no", "some", "all"]},
    "depth": {"title": "Depth", "weight": 40, "levels": ["no", "yes"]},
}
FIRST = {"diagram": {"components": {"c": {"kind": "client", "label": "Client"}}}}
LATER = {"diagram": {"components": {"late": {"kind": "cache", "label": "Later"}}}}


def first_version():
    executor = MigrationExecutor(connection)
    executor.migrate([("classrooms", "0001_classes")])
    nodes = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in ("classrooms", "schools")]
    return executor.loader.project_state([*nodes, ("classrooms", "0001_classes")]).apps


def filled(apps) -> int:
    """One work, handed in at version 1, given back, and drawn on since; its id."""
    user = apps.get_model("accounts", "User").objects.create(username="ada", password="!")
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


@pytest.mark.django_db(transaction=True)
def test_classes_of_the_first_version_keep_their_marks_and_get_their_documents():
    """promise 17"""
    try:
        pk = filled(first_version())
        call_command("migrate", "classrooms", verbosity=0)
        from classrooms.models import Work

        work = Work.objects.get(pk=pk)
        submission, given = work.last_submission, work.last_return
        assert submission.data() == FIRST
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

        call_command("migrate", "classrooms", "0001_classes", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM classrooms_workmark")
            assert cursor.fetchone() == (2,)
    finally:
        call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_groups_and_assistants_go_back_without_losing_anybody():
    """promise 17"""
    from accounts.models import User
    from classrooms.services import classes, groups, marking
    from classrooms.services import work as working

    teacher = User.objects.create_user("grace")
    room = classes.create_classroom("Systems", owner=teacher, time_zone="UTC", at=MONDAY)
    User.objects.create_user("tim")
    classes.add_instructor(room, "tim", at=MONDAY, role="assistant")
    assignment = give(room, loaded(at=MONDAY))
    people = [classes.join(room.join_code, user=User.objects.create_user(name), name=name, at=MONDAY) for name in "ab"]
    groups.set_groups(assignment, dict.fromkeys(people, "Red"), at=MONDAY)
    submission = working.submit(working.begin_work(assignment, people[0], at=after(1)), at=after(2), taken_by=teacher)
    marking.give_back(submission, by=teacher, at=after(3))
    try:
        call_command("migrate", "classrooms", "0006_shared_notes", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(design_id), count(*) FROM classrooms_work")
            assert cursor.fetchone() == (1, 2)
            cursor.execute("SELECT count(*) FROM classrooms_submission")
            assert cursor.fetchone() == (2,)
            cursor.execute("SELECT count(*) FROM classrooms_membership WHERE role = 'instructor'")
            assert cursor.fetchone() == (2,)
            # Before it was refused, marks could be rewritten.
            cursor.execute("UPDATE classrooms_return SET feedback = 'Other'")
    finally:
        call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="not rewritten"), connection.cursor() as cursor:
        cursor.execute("UPDATE classrooms_return SET feedback = 'Nicer'")
