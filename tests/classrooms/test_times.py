"""Other times for some students: late is judged by them wherever it is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from classrooms.models import Submission, Work
from classrooms.pages.strip import strip_of
from classrooms.services import assignments, classes
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import after, give
from tests.classrooms.test_work import drawn

BERLIN = ZoneInfo("Europe/Berlin")


def typed(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def late(work) -> Submission:
    return working.submit(drawn(work), at=after(8))


def test_late_is_judged_by_ones_own_times_on_every_page(client, teacher, student, member, late):
    """promise 8"""
    assignment, work = late.work.assignment, late.work
    pages = [reverse(f"classrooms:assignment_{name}", args=[assignment.pk]) for name in ("grid", "queue", "marks")]

    def told() -> list[int]:
        client.force_login(teacher)
        said = [client.get(page).content.decode() for page in pages]
        strip = strip_of(work.design_id, student.pk)
        return [
            said[0].count("late</span>"),
            said[1].count(">late<"),
            said[2].count(",yes,"),
            strip["submission"].is_late,
        ]

    assert told() == [1, 1, 1, True]
    times = reverse("classrooms:assignment_times", args=[assignment.pk])
    answer = client.post(times, {"students": member.pk, "due_at": typed(after(9))})
    assert answer.status_code == 302
    assert told() == [0, 0, 0, False]
    assert b"extended for you" not in client.get(assignment.get_absolute_url()).content
    client.force_login(student)
    assert b"extended for you" in client.get(assignment.get_absolute_url()).content

    client.force_login(teacher)
    client.post(times, {"back": work.pk})
    assert told() == [1, 1, 1, True]


def test_times_are_given_to_many_at_once(client, teacher, classroom, member, assignment, django_user_model):
    other = classes.join(
        classroom.join_code, user=django_user_model.objects.create_user("bob"), name="Bob", at=after(0)
    )
    client.force_login(teacher)
    client.post(
        reverse("classrooms:assignment_times", args=[assignment.pk]),
        {"students": [member.pk, other.pk], "due_at": typed(after(9)), "cut_off_at": typed(after(10))},
    )

    found = Work.objects.values_list("student", "due_at", "cut_off_at").order_by("student")
    assert list(found) == [(each.pk, after(9), after(10)) for each in (member, other)]
    # Who has more time and did nothing has not begun.
    assert {row.design_id for row in Work.objects.all()} == {None}


@pytest.mark.parametrize(
    ("due", "last", "words"),
    [
        (9, 8, "Work is due before it"),
        (-1, None, "The work must be due after it opens"),
        (None, None, "This field is required"),
    ],
)
def test_times_that_cannot_be_are_told_at_their_field(client, teacher, member, assignment, due, last, words):
    client.force_login(teacher)
    sent = {
        "students": member.pk,
        "due_at": typed(after(due)) if due else "",
        "cut_off_at": typed(after(last)) if last else "",
    }
    answer = client.post(reverse("classrooms:assignment_times", args=[assignment.pk]), sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Work.objects.exists()


def test_somebody_elses_student_gets_no_time_here(client, teacher, assignment, scenario, django_user_model):
    elsewhere = classes.create_classroom("Other", owner=teacher, time_zone="UTC", at=after(0))
    stranger = classes.join(
        elsewhere.join_code, user=django_user_model.objects.create_user("bob"), name="Bob", at=after(0)
    )
    client.force_login(teacher)
    sent = {"students": stranger.pk, "due_at": typed(after(9))}
    answer = client.post(reverse("classrooms:assignment_times", args=[assignment.pk]), sent)

    assert answer.status_code == 422
    assert not Work.objects.exists()


def test_a_cut_off_of_ones_own_counts_before_that_of_all(classroom, scenario, member):
    work = drawn(working.begin_work(give(classroom, scenario, cut_off_at=after(8)), member, at=after(1)))
    working.extend(work.assignment, member, after(9), cut_off_at=after(11), at=after(2))
    work = Work.objects.select_related("assignment__classroom", "design").get(pk=work.pk)

    assert working.submit(work, at=after(10)).is_late
    with pytest.raises(ClassError, match="too late to hand in"):
        working.submit(work, at=after(12))


def test_a_due_time_that_is_moved_for_all_makes_nothing_late(late):
    assignment = late.work.assignment
    assignments.change_assignment(assignment, {"due_at": after(9)})
    late.refresh_from_db()
    assert not late.is_late

    assignments.change_assignment(assignment, {"due_at": after(5)})
    late.refresh_from_db()
    assert not late.is_late


def test_the_reference_stays_shut_while_one_may_still_hand_in(client, classroom, scenario, member, student):
    """promise 20"""
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=3), "due_at": now - timedelta(days=2)}
    assignment = give(classroom, scenario, **times)
    client.force_login(student)
    page = reverse("designs:scenario_reference", args=[scenario.slug])
    assert client.get(page).status_code == 200

    day = timedelta(days=1)
    working.extend(assignment, member, now - day, cut_off_at=now + day, at=now)
    assert client.get(page).status_code == 302  # to the task
