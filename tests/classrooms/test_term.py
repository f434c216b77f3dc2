"""A class for another term, the comment bank, assistants, points, and instructions in Markdown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classrooms.models import Assignment, Classroom, Comment, Membership, SavedComment
from classrooms.review.points import scaled
from classrooms.services import classes, comments, marking
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import after, give
from tests.classrooms.test_work import drawn
from tests.markup import squeezed
from tests.studyguide.build import make_topic


def marked(work, teacher, level=1):
    submission = working.submit(drawn(work), at=after(2))
    marking.mark(submission, dict.fromkeys(work.assignment.data.rubric, (level, "")), feedback="")
    return marking.give_back(submission, by=teacher, at=after(3))


# The class for another term


def test_a_class_is_copied_without_people_and_with_later_dates(client, teacher, classroom, scenario, work):
    topic = make_topic("caching")
    study = give(classroom, None, title="Read", topics=[topic.slug], opens_at=after(30), due_at=after(40))
    first = work.assignment
    first.cut_off_at, first.points, first.may_resubmit = after(8), 20, False
    first.save()
    marking.remark(first, "no_single_point_on_a_must", "Look at the balancer.")
    comments.save_comment(classroom, "Say why.", author=teacher, at=after(1))
    marked(work, teacher)
    client.force_login(teacher)
    answer = client.post(
        reverse("classrooms:classroom_copy", args=[classroom.pk]), {"name": "Systems 102", "first_day": "2026-04-06"}
    )

    copy = Classroom.objects.get(name="Systems 102")
    assert answer["Location"] == copy.get_absolute_url()
    assert list(copy.memberships.values_list("user", "role")) == [(teacher.pk, "instructor")]
    assert copy.join_code != classroom.join_code
    design, read = copy.assignments.order_by("opens_at")
    # 35 days later at the same time of day; in Berlin summer time began in between, so UTC is an hour earlier.
    assert design.opens_at == datetime(2026, 4, 6, 8, tzinfo=UTC)
    assert (design.due_at, design.cut_off_at) == (after(42) - timedelta(hours=1), after(43) - timedelta(hours=1))
    # Opened after summer time had begun, so the same hour in UTC.
    assert read.opens_at == study.opens_at + timedelta(days=35)
    assert (design.points, design.may_resubmit, design.content) == (20, False, scenario.content)
    assert read.topic_slugs == ["caching"]
    assert list(design.remarks.values_list("words", flat=True)) == ["Look at the balancer."]
    assert list(copy.saved_comments.values_list("words", "uses")) == [("Say why.", 0)]
    assert not design.works.exists()
    assert Assignment.objects.count() == 4


def test_a_copy_has_the_scenario_as_it_is_corrected_by_now(teacher, classroom, scenario, work):
    from classrooms.services.copying import copy_classroom

    scenario.content = scenario.content.replace("Timelines of a microblog", "Timelines, corrected")
    scenario.save()
    copy = copy_classroom(classroom, name="Next", first_day=after(7).date(), owner=teacher, at=after(5))

    made = copy.assignments.get()
    assert made.data.title == "Timelines, corrected"
    assert (made.revision, made.revisions.get().content) == (1, made.content)


def test_a_day_that_is_none_is_told_at_its_field(client, teacher, classroom):
    client.force_login(teacher)
    answer = client.post(
        reverse("classrooms:classroom_copy", args=[classroom.pk]), {"name": "Next", "first_day": "soon"}
    )

    assert answer.status_code == 422
    assert "Type a day" in answer.content.decode()
    assert Classroom.objects.count() == 1


# The comment bank


def test_a_comment_is_kept_said_again_by_its_button_and_counted(client, teacher, work):
    client.force_login(teacher)
    page = reverse("classrooms:work_comment", args=[work.pk])
    client.post(page, {"words": "Say why.", "is_kept": "on"})
    saved = SavedComment.objects.get()
    client.post(page, {"words": "Here:", "saved": saved.pk})
    client.post(page, {"words": "Say why. Twice.", "used": [saved.pk, saved.pk]})

    assert list(Comment.objects.values_list("words", flat=True)) == ["Say why.", "Here: Say why.", "Say why. Twice."]
    saved.refresh_from_db()
    assert (saved.words, saved.uses) == ("Say why.", 3)


def test_uses_are_counted_in_notes_too_and_only_in_the_class(client, teacher, work):
    submission = working.submit(drawn(work), at=after(2))
    mine = comments.save_comment(work.assignment.classroom, "Say why.", author=teacher, at=after(1))
    elsewhere = classes.create_classroom("Other", owner=teacher, time_zone="UTC", at=after(0))
    other = comments.save_comment(elsewhere, "Say how.", author=teacher, at=after(1))
    client.force_login(teacher)
    answer = client.post(
        reverse("classrooms:work_mark", args=[work.pk]),
        {"submission": submission.pk, "feedback": "Say why.", "used": [mine.pk, other.pk, "x"]},
        follow=True,
    )

    first = next(iter(work.assignment.data.rubric.values()))
    assert f"To mark still in {work.called}&#x27;s work: {first.title}" in answer.content.decode()
    assert dict(SavedComment.objects.values_list("words", "uses")) == {"Say why.": 1, "Say how.": 0}
    page = reverse("classrooms:work_comment", args=[work.pk])
    assert client.post(page, {"words": "", "saved": other.pk}).status_code == 404


def test_the_comment_bank_is_changed_and_what_was_said_stays(client, teacher, work):
    client.force_login(teacher)
    client.post(reverse("classrooms:work_comment", args=[work.pk]), {"words": "Say why.", "is_kept": "on"})
    saved, page = SavedComment.objects.get(), reverse("classrooms:saved_comments", args=[work.assignment.classroom_id])
    client.post(page, {"saved": saved.pk, "do": "change", "words": "Say why and how."})
    client.post(page, {"words": "Say why and how."})
    assert [each.words for each in SavedComment.objects.all()] == ["Say why and how."]
    assert client.post(page, {"words": ""}).status_code == 422

    client.post(page, {"saved": saved.pk, "do": "delete"})
    assert not SavedComment.objects.exists()
    assert Comment.objects.get().words == "Say why."


# Assistants


@pytest.fixture
def assistant(client, teacher, classroom, django_user_model):
    user = django_user_model.objects.create_user("tim")
    client.force_login(teacher)
    client.post(reverse("classrooms:classroom_do", args=[classroom.pk]), {"do": "add-assistant", "username": "tim"})
    return user


def test_an_assistant_marks_and_finds_no_settings(client, assistant, work, classroom):
    """promise 21"""
    assert Membership.objects.get(user=assistant).role == "assistant"
    submission = working.submit(drawn(work), at=after(2))
    client.force_login(assistant)
    dimension = next(iter(work.assignment.data.rubric))
    sent = {"submission": submission.pk, f"level-{dimension}": "1", "return": "1"}
    client.post(reverse("classrooms:work_mark", args=[work.pk]), sent)
    assert work.returns.get().by == assistant

    pages = [classroom.get_absolute_url(), work.assignment.get_absolute_url()]
    pages.append(reverse("classrooms:assignment_queue", args=[work.assignment_id]))
    for page in pages:
        text = client.get(page).content.decode()
        for name in ("settings/", "assign/", "edit/", "times/", "copy/"):
            assert f'/{name}"' not in text, (page, name)
    client.post(reverse("classrooms:classroom_do", args=[classroom.pk]), {"do": "archive", "archive": "1"})
    classroom.refresh_from_db()
    assert not classroom.is_archived


def test_the_only_instructor_does_not_become_an_assistant(client, teacher, classroom):
    with pytest.raises(ClassError, match="only instructor"):
        classes.add_instructor(classroom, "grace", at=after(1), role=Membership.Role.ASSISTANT)


def test_an_assistant_becomes_an_instructor_and_a_student(assistant, classroom):
    member = classes.add_instructor(classroom, "tim", at=after(1))
    assert member.role == "instructor"
    member = classes.add_instructor(classroom, "tim", at=after(1), role=Membership.Role.ASSISTANT)
    classes.demote(member)
    assert Membership.objects.get(user=assistant).role == "student"


# Points


@pytest.mark.parametrize(
    ("share", "out_of", "points"),
    [
        (67, 100, 67),
        (67, 20, 13.4),
        (50, 15, 7.5),
        (0, 20, 0),
        (100, 7, 7),
        (33, 7, 2.3),
        (65, 1, 0.7),
        (None, 20, None),
    ],
)
def test_points_are_tenths_of_what_the_best_is_worth(share, out_of, points):
    # 0.33 * 7 = 2.31, and 0.65 rounds up to 0.7: by hand.
    assert scaled(share, out_of) == points


def test_points_are_the_same_wherever_they_stand(client, teacher, student, work, member):
    work.assignment.points = 20
    work.assignment.save()
    given = marked(work, teacher)
    share = given.points
    assert share not in (None, 0, 100)
    worth = f"{scaled(share, 20)}"
    client.force_login(student)
    assert f"{worth} of 20" in squeezed(client.get(work.get_absolute_url()))
    client.force_login(teacher)
    book = reverse("classrooms:gradebook_file", args=[work.assignment.classroom_id, "canvas"])
    possible, line = client.get(book).content.decode("utf-8-sig").splitlines()[1:3]
    assert possible.endswith(",20")
    assert line.endswith(f",{worth}")
    marks = client.get(reverse("classrooms:assignment_marks", args=[work.assignment_id])).content.decode("utf-8-sig")
    assert f",{worth},20," in marks

    # What somebody was told stays as it was told, however the assignment is changed.
    work.assignment.points = 50
    work.assignment.save()
    client.force_login(student)
    assert f"{worth} of 20" in squeezed(client.get(work.get_absolute_url()))


# Instructions


def test_instructions_are_markdown_without_anything_that_runs(client, teacher, student, classroom, scenario, member):
    """promise 47"""
    client.force_login(teacher)
    now = timezone.now()
    sent = {
        "kind": "design", "title": "Timeline", "scenario": scenario.pk, "start": "given", "points": "10",
        "opens_at": (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "due_at": (now + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"),
        "instructions": "# Read\n\n- **both** pages\n\n<script>alert(1)</script> [x](javascript:alert(1))",
    }  # fmt: skip
    client.post(reverse("classrooms:assignment_new", args=[classroom.pk]), sent)
    assignment = Assignment.objects.get()
    client.force_login(student)
    text = client.get(assignment.get_absolute_url()).content.decode()

    assert "<strong>both</strong>" in text
    assert "<h3" in text
    assert "alert(1)</script>" not in text
    assert 'href="javascript' not in text
    assert assignment.points == 10


def test_instructions_of_the_first_version_stay_plain(client, student, assignment, member):
    Assignment.objects.filter(pk=assignment.pk).update(instructions="One *line*\ntwo", instructions_html="")
    client.force_login(student)

    assert "One *line*<br>two" in client.get(assignment.get_absolute_url()).content.decode()
