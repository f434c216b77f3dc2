"""Marking without names, and by two people who do not see each other."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from classrooms.models import Comment, Opinion, WorkMark, code_name
from classrooms.review.agreement import Agreement, agreement_of
from classrooms.selectors.opinions import agreement_in
from classrooms.selectors.works import queue_of
from classrooms.services import classes, marking, opinions
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import after, give
from tests.classrooms.test_work import drawn
from tests.markup import squeezed

# Without names


@pytest.fixture
def unnamed(classroom, scenario, member):
    assignment = give(classroom, scenario, is_anonymous=True)
    return working.begin_work(assignment, member, at=after(1))


def seen_by_a_marker(client, work) -> str:
    """Every page and file about the assignment and the work, as one text."""
    of = work.assignment
    names = ("detail", "grid", "queue", "cohort", "marks")
    pages = [reverse(f"classrooms:assignment_{name}", args=[of.pk]) for name in names]
    pages += [work.get_absolute_url(), f"{work.get_absolute_url()}?draft=1"]
    pages.append(reverse("classrooms:work_history", args=[work.pk]))
    answers = [client.get(page) for page in pages]
    assert {each.status_code for each in answers} == {200}
    return " ".join(squeezed(each) for each in answers)


def test_no_page_tells_a_marker_whose_it_is_until_marks_are_given_back(client, teacher, unnamed):
    """promise 19"""
    submission = working.submit(drawn(unnamed), at=after(2))
    client.force_login(teacher)
    code = code_name(unnamed.assignment_id, unnamed.student_id)
    for _ in range(2):  # handed in, and marked
        text = seen_by_a_marker(client, unnamed)
        assert "Ada Lovelace" not in text
        assert ",ada," not in text
        assert text.count(code) >= 6
        marking.mark(submission, dict.fromkeys(unnamed.assignment.data.rubric, (1, "")), feedback="")
    design = reverse("designs:design_detail", args=[unnamed.design_id])
    assert client.get(design).status_code == 404
    # The gradebook is by name, so it tells nothing that would lead to the work.
    book = squeezed(client.get(reverse("classrooms:gradebook", args=[unnamed.assignment.classroom_id])))
    assert unnamed.get_absolute_url() not in book
    assert "handed in" in book

    marking.give_back(submission, by=teacher, at=after(3))
    text = seen_by_a_marker(client, unnamed)
    assert "Ada Lovelace" in text
    assert code not in text
    assert client.get(design).status_code == 200


def test_the_order_tells_nothing_either(classroom, scenario, teacher):
    assignment = give(classroom, scenario, is_anonymous=True)
    for name in ("Aaron", "Zoe", "Mia", "Ben", "Yan"):
        classes.join(classroom.join_code, user=User.objects.create_user(name), name=name, at=after(0))
    names = [row.name for row in queue_of(assignment).rows]

    assert names == sorted(names)
    assert len(set(names)) == 5
    assert all(name.startswith("Student ") for name in names)


# Two markers


@pytest.fixture
def twice(classroom, scenario, member):
    work = working.begin_work(give(classroom, scenario, is_double_marked=True), member, at=after(1))
    return working.submit(drawn(work), at=after(2))


@pytest.fixture
def second(classroom) -> User:
    user = User.objects.create_user("tim")
    classes.add_instructor(classroom, "tim", at=after(0), role="assistant")
    return user


def sent(submission, level: int, **other: int) -> dict[str, object]:
    rubric = submission.work.assignment.data.rubric
    levels = {f"level-{key}": str(other.get(key, level)) for key in rubric}
    return {"submission": submission.pk, **levels, **{f"note-{key}": f"note of {level}" for key in rubric}}


def test_two_mark_alone_and_then_settle_what_differs(client, teacher, second, twice):
    """promise 53"""
    work, rubric = twice.work, twice.work.assignment.data.rubric
    differs = next(iter(rubric))
    mark, page = reverse("classrooms:work_mark", args=[work.pk]), work.get_absolute_url()
    client.force_login(teacher)
    marking.comment(work, "Said by the first", author=teacher, at=after(3), is_shown=False)
    client.post(mark, {**sent(twice, 1), "return": "1", "feedback": "From the first"})
    assert not WorkMark.objects.exists()
    assert not work.returns.exists()
    assert queue_of(work.assignment, reader=teacher.pk).unmarked == []

    client.force_login(second)
    text = squeezed(client.get(page))
    for hidden in ("note of 1", "From the first", "Said by the first", "What each gave"):
        assert hidden not in text
    assert "1 of 2 have" in text
    assert [row.work for row in queue_of(work.assignment, reader=second.pk).unmarked] == [work]
    client.post(mark, sent(twice, 1, **{differs: 0}))
    assert set(WorkMark.objects.values_list("dimension", flat=True)) == set(rubric) - {differs}
    text = squeezed(client.get(page))
    assert "What each gave" in text
    assert text.count("to settle") == 1
    with pytest.raises(ClassError, match="agree on every line"):
        marking.give_back(twice, by=teacher, at=after(4))

    client.post(mark, {**sent(twice, 1), "return": "1"})
    assert work.returns.get().lines[0]["level"] == 1
    # What each thought stays as they thought it.
    assert Opinion.objects.get(marker=second, dimension=differs).level == 0
    found = agreement_in(work.assignment)
    assert (found.lines, found.same) == (len(rubric), len(rubric) - 1)
    queue = squeezed(client.get(reverse("classrooms:assignment_queue", args=[work.assignment_id])))
    assert f"{len(rubric) - 1} of {len(rubric)} lines" in queue


def test_one_of_two_cannot_mark_twice(teacher, twice):
    levels = dict.fromkeys(twice.work.assignment.data.rubric, (1, ""))
    for _ in range(2):
        assert opinions.mark_as(twice, levels, feedback="", marker=teacher).startswith("Kept.")
    assert not WorkMark.objects.exists()


def test_half_of_the_lines_is_not_done(teacher, second, twice):
    rubric = list(twice.work.assignment.data.rubric)
    opinions.mark_as(twice, dict.fromkeys(rubric, (1, "")), feedback="", marker=teacher)
    opinions.mark_as(twice, {rubric[0]: (1, "")}, feedback="", marker=second)

    assert not WorkMark.objects.exists()
    assert agreement_in(twice.work.assignment) is None


@pytest.mark.parametrize(
    ("pairs", "same", "kappa"),
    [
        # By hand: everything equal, and spread; then opposite; then Cohen's own case of one marker who never varies.
        ([(0, 0), (1, 1)], 2, 1.0),
        ([(0, 1), (1, 0)], 0, -1.0),
        ([(0, 0.5), (1, 0.5)], 0, 0.0),
        # observed (0 + 0 + 0.25) / 3, by chance (0 + .25 + 1 + .25 + 0 + .25 + .25 + 0 + .25) / 9 = 0.25
        ([(0, 0), (0.5, 0.5), (0.5, 1)], 2, 1 - (0.25 / 3) / ((0 + 0.25 + 1 + 0.25 + 0 + 0.25 + 0.25 + 0 + 0.25) / 9)),
        ([(1, 1), (1, 1)], 2, None),
    ],
)
def test_agreement_is_cohens_with_quadratic_weights(pairs, same, kappa):
    found = agreement_of(pairs)

    assert found == Agreement(len(pairs), same, pytest.approx(kappa) if kappa is not None else None)


def test_nothing_marked_twice_has_no_agreement():
    assert agreement_of([]) is None


def test_comments_are_shared_once_both_are_done(client, teacher, second, twice):
    levels = dict.fromkeys(twice.work.assignment.data.rubric, (1, ""))
    marking.comment(twice.work, "Said by the first", author=teacher, at=after(3), is_shown=False)
    for marker in (teacher, second):
        opinions.mark_as(twice, levels, feedback="", marker=marker)
    client.force_login(second)

    assert Comment.objects.get().words in squeezed(client.get(twice.work.get_absolute_url()))
