"""A class of three hundred: lists ask the database as often as for a class of three."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from classrooms.models import Membership, Submission, Work, WorkMark
from classrooms.services.starting import starting_document
from classrooms.services.work import begin_work
from designs.document import text
from designs.services.saving import Edit, save_patch
from tests.classrooms.conftest import MONDAY, after

PAGES = ("assignment_detail", "assignment_grid", "assignment_queue", "assignment_cohort", "assignment_marks")


def fill(classroom, assignment, count: int) -> None:
    """So many students, each with a version handed in and marked; summaries are there already."""
    users = User.objects.bulk_create([User(username=f"s{at}-{count}") for at in range(count)])
    members = Membership.objects.bulk_create(
        [
            Membership(classroom=classroom, user=each, role="student", name=f"Student {each.pk}", joined_at=MONDAY)
            for each in users
        ]
    )
    works = Work.objects.bulk_create([Work(assignment=assignment, student=each, started_at=MONDAY) for each in members])
    content = text.dump(starting_document(assignment, assignment.data, {}))
    summary = '{"steps": [], "components": 2, "drawing": "", "findings": [], "checks": {}, "estimates": {}}'
    submissions = Submission.objects.bulk_create(
        [
            Submission(work=each, version=1, at=after(1), is_late=False, content=content, summary=summary)
            for each in works
        ]
    )
    WorkMark.objects.bulk_create(
        [
            WorkMark(work=each.work, submission=each, dimension=dimension, level=1)
            for each in submissions
            for dimension in assignment.data.rubric
        ]
    )


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_lists_ask_as_often_for_three_hundred_as_for_three(client, classroom, assignment, teacher):
    """promise 52"""
    client.force_login(teacher)
    addresses = [reverse(f"classrooms:{page}", args=[assignment.pk]) for page in PAGES]
    addresses.append(reverse("classrooms:gradebook", args=[classroom.pk]))
    fill(classroom, assignment, 3)
    few = {address: queries(client, address) for address in addresses}
    fill(classroom, assignment, 297)

    assert {address: queries(client, address) for address in addresses} == few


def test_everybody_is_in_the_queue_and_the_gradebook(client, classroom, assignment, teacher):
    client.force_login(teacher)
    fill(classroom, assignment, 40)

    queue = client.get(reverse("classrooms:assignment_queue", args=[assignment.pk])).content.decode()
    assert queue.count('name="work"') == 40
    assert client.get(reverse("classrooms:gradebook", args=[classroom.pk])).content.decode().count("(33)") == 40


def stamps_in(page: str) -> list[str]:
    return re.findall(r'name="have" value="([^"]+)"', page)


def test_a_grid_that_holds_everything_is_sent_nothing_and_later_only_what_changed(
    client, classroom, assignment, teacher, member
):
    """promise 52"""
    client.force_login(teacher)
    fill(classroom, assignment, 20)
    work = begin_work(assignment, member, at=after(1))
    address = reverse("classrooms:assignment_grid", args=[assignment.pk])
    have = stamps_in(client.get(address).content.decode())
    assert len(have) == 21
    work.refresh_from_db()
    assert {step["percent"] for step in work.shown_summary["steps"]} == {0}, "what was given is nobody's progress"
    assert client.get(address, {"have": have}).status_code == 204

    patch = {"data_model": {"entities": {"e": {"name": "Tweet"}}}}
    save_patch(work.design, Edit(patch=patch, base_version=work.design.version), author=None, at=after(1))
    changed = client.get(address, {"have": have})
    found = changed.content.decode()
    assert len(stamps_in(found)) == 1
    assert f'id="tile-{member.pk}"' in found
    assert "HX-Retarget" not in changed
    have = [each for each in have if not each.startswith(f"{member.pk}.")] + stamps_in(found)
    assert client.get(address, {"have": have}).status_code == 204

    fill(classroom, assignment, 1)
    whole = client.get(address, {"have": have})
    assert whole["HX-Retarget"] == "#grid"
    assert len(stamps_in(whole.content.decode())) == 22


def test_the_grid_is_asked_for_changes_without_reading_designs(client, classroom, assignment, teacher):
    """promise 52"""
    client.force_login(teacher)
    fill(classroom, assignment, 60)
    address = reverse("classrooms:assignment_grid", args=[assignment.pk])
    have = stamps_in(client.get(address).content.decode())

    with CaptureQueriesContext(connection) as caught:
        assert client.get(address, {"have": have}).status_code == 204
    asked = " ".join(each["sql"].partition(" FROM ")[0] for each in caught.captured_queries)
    heavy = ('"designs_design"."document"', '"classrooms_submission"."content"', '"classrooms_submission"."summary"')
    assert [column for column in (*heavy, '"classrooms_work"."summary",') if column in asked] == []
