"""Another look at marks, and a history of marks that nobody can rewrite."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from classrooms.models import RegradeRequest, Return
from classrooms.review.history import Moved, moved_lines
from classrooms.services import marking, regrades
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import after
from tests.classrooms.test_term import marked
from tests.markup import squeezed


@pytest.fixture
def given(work, teacher) -> Return:
    return marked(work, teacher)


def pages(given: Return) -> tuple[str, str, str, str]:
    work = given.work
    return (
        work.get_absolute_url(),
        reverse("classrooms:work_regrade", args=[work.pk]),
        reverse("classrooms:work_history", args=[work.pk]),
        reverse("classrooms:assignment_queue", args=[work.assignment_id]),
    )


def test_a_student_asks_and_is_answered_after_marks_changed(client, teacher, student, given):
    """promise 53"""
    page, ask, history, queue = pages(given)
    client.force_login(student)
    assert "Ask for another look" in squeezed(client.get(page))
    client.post(ask, {"reason": "The cache is in the drawing."})
    text = squeezed(client.get(page))
    assert "The cache is in the drawing." in text
    assert "Not answered yet." in text
    assert 'name="reason"' not in text

    client.force_login(teacher)
    assert "Ask for another look 1" in squeezed(client.get(queue))
    assert "1 asks again" in squeezed(client.get(given.work.assignment.classroom.get_absolute_url()))
    assert "The cache is in the drawing." in squeezed(client.get(page))
    submission = given.work.last_submission
    best = {key: (len(line.levels) - 1, "") for key, line in given.work.assignment.data.rubric.items()}
    marking.mark(submission, best, feedback="You are right.")
    marking.give_back(submission, by=teacher, at=after(4))
    asked = RegradeRequest.objects.get()
    client.post(reverse("classrooms:regrade_answer", args=[given.work_id, asked.pk]), {"answer": "Overlooked; mended."})
    assert "Ask for another look" not in squeezed(client.get(queue))

    client.force_login(student)
    text = squeezed(client.get(history))
    assert text.index("100 of 100") < text.index(f"{given.points} of 100")
    assert "is now" in text
    assert "Overlooked; mended." in text
    # Once answered, one may ask about the newer marks.
    assert 'name="reason"' in squeezed(client.get(page))


@pytest.mark.parametrize(("reason", "words"), [("", "Say what should be looked at"), ("  ", "Say what should be")])
def test_a_request_without_a_reason_is_told_at_its_field(client, student, given, reason, words):
    client.force_login(student)
    answer = client.post(pages(given)[1], {"reason": reason})

    assert answer.status_code == 422
    assert words in squeezed(answer)
    assert not RegradeRequest.objects.exists()


def test_one_asks_once_at_a_time_and_only_about_marks(client, work, given):
    regrades.ask_again(given.work, "Look again", at=after(4))
    with pytest.raises(ClassError, match="asked already"):
        regrades.ask_again(given.work, "And again", at=after(4))
    work.returns.all().delete()
    with pytest.raises(ClassError, match="Nothing was given back"):
        regrades.ask_again(type(work).objects.get(pk=work.pk), "Look", at=after(4))


def test_an_answer_without_words_keeps_the_request_open(client, teacher, given):
    asked = regrades.ask_again(given.work, "Look again", at=after(4))
    client.force_login(teacher)
    answer = client.post(reverse("classrooms:regrade_answer", args=[given.work_id, asked.pk]), {"answer": " "})

    assert answer.status_code == 422
    assert "An answer needs words." in squeezed(answer)
    asked.refresh_from_db()
    assert asked.is_open


@pytest.mark.parametrize(
    "change", [{"points": 100}, {"feedback": "Nicer"}, {"sheet": "[]"}, {"at": after(1)}, {"out_of": 1}]
)
def test_the_database_refuses_to_rewrite_what_was_given(given, change):
    """promise 53"""
    with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
        Return.objects.filter(pk=given.pk).update(**change)

    kept = Return.objects.get(pk=given.pk)
    assert (kept.points, kept.sheet, kept.at) == (given.points, given.sheet, given.at)


def test_who_gave_marks_may_be_forgotten_and_the_marks_stay(given, teacher, classroom, django_user_model):
    given.work.submissions.all().delete()
    Return.objects.filter(by=teacher).update(by=None)

    kept = Return.objects.get(pk=given.pk)
    assert (kept.by, kept.submission, kept.points) == (None, None, given.points)


def test_lines_that_moved_are_told_in_the_words_of_their_levels():
    def line(key: str, level: int | None) -> dict[str, object]:
        return {"key": key, "title": key.title(), "levels": ["no", "some", "all"], "level": level}

    before = [line("scope", 1), line("depth", 2), line("gone", 0)]
    after_ = [line("scope", 2), line("depth", 2), line("new", None), line("added", 0)]
    assert moved_lines(before, after_) == [Moved("Scope", "some", "all"), Moved("Added", "", "no")]
