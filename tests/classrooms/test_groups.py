"""Groups: one design, one mark, single adjustments; moving people loses nothing."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.services.removal import delete_account
from classrooms.models import Group, Membership, RosterEntry, Submission, Work
from classrooms.selectors.works import comments_of, queue_of
from classrooms.services import classes, groups, marking
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from designs.models import Design
from tests.classrooms.conftest import after, give
from tests.classrooms.test_work import edit, fresh
from tests.markup import squeezed

NAMES = ("Ada", "Bob", "Cleo", "Dan")


@pytest.fixture
def members(classroom) -> dict[str, Membership]:
    return {
        name: classes.join(classroom.join_code, user=User.objects.create_user(name.lower()), name=name, at=after(0))
        for name in NAMES
    }


@pytest.fixture
def together(assignment, members):
    """Ada, Bob and Cleo in one group; Dan alone."""
    groups.set_groups(assignment, {members[name]: "Red" for name in NAMES[:3]}, at=after(0))
    return assignment


def begun(assignment, member: Membership) -> Work:
    return fresh(working.begin_work(assignment, member, at=after(1)))


def draw(work: Work, label: str) -> Work:
    work = fresh(work)
    edit(work.design, {"diagram": {"components": {label.lower(): {"kind": "client", "label": label}}}})
    return fresh(work)


def patched(client, design_id, label: str, sequence: int) -> int:
    patch = {"diagram": {"components": {label: {"kind": "cache", "label": label}}}}
    headers = {"Base-Version": "0", "Client-Id": label, "Sequence": str(sequence)}
    return client.patch(
        reverse("designs:document", args=[design_id]),
        data=json.dumps(patch),
        content_type="application/merge-patch+json",
        headers=headers,
    ).status_code


def test_a_group_has_one_design_that_each_of_it_draws_and_nobody_else(client, together, members):
    """promises 19 and 21"""
    works = [begun(together, members[name]) for name in NAMES[:3]]
    design = works[0].design
    assert {each.design_id for each in works} == {design.pk}
    assert Design.objects.count() == 1
    for at, name in enumerate(NAMES):
        client.force_login(members[name].user)
        page = client.get(reverse("designs:design_detail", args=[design.pk]))
        assert page.status_code == (404 if name == "Dan" else 200)
        assert patched(client, design.pk, name, at) == (404 if name == "Dan" else 200)
        if name != "Dan":
            assert "Red" in squeezed(page)
            assert page.context["can_edit"]
            # Also the one who owns it is told who else is there.
            assert page.context["design_data"]["isShared"]

    assert set(Design.objects.get().data()["diagram"]["components"]) >= {"Ada", "Bob", "Cleo"}


def test_whoever_is_out_of_the_group_or_the_class_draws_no_more(client, together, members):
    """promise 20"""
    design = begun(together, members["Ada"]).design
    groups.set_groups(together, {members["Bob"]: ""}, at=after(2))
    classes.leave(members["Cleo"], at=after(2))
    for name in ("Bob", "Cleo"):
        client.force_login(members[name].user)
        assert patched(client, design.pk, name, 1) == 404


def test_what_one_hands_in_counts_for_all_each_by_their_own_time(together, members, teacher):
    works = {name: begun(together, members[name]) for name in NAMES[:3]}
    working.extend(together, members["Cleo"], after(9), at=after(1))
    working.submit(draw(works["Bob"], "Shop"), at=after(8))

    found = {work.student.name: work.last_submission for work in together.works.all()}
    assert {name: each.is_late for name, each in found.items()} == {"Ada": True, "Bob": True, "Cleo": False}
    assert len({each.content for each in found.values()}) == 1
    queue = queue_of(together)
    assert (len(queue.to_mark), queue.handed_in, len(queue.rows)) == (1, 1, 4)


def test_one_mark_with_points_for_a_single_person(client, together, members, teacher):
    """promise 53"""
    works = {name: begun(together, members[name]) for name in NAMES[:3]}
    submission = working.submit(draw(works["Ada"], "Shop"), at=after(2))
    bob = works["Bob"]
    best = {f"level-{key}": len(line.levels) - 1 for key, line in together.data.rubric.items()}
    sent = {"submission": submission.pk, **best, "feedback": "Good.", "return": "1", f"adjust-{bob.pk}": "-20"}
    for name in ("Ada", "Cleo"):
        sent |= {f"adjust-{works[name].pk}": "0", f"why-{works[name].pk}": ""}
    client.force_login(teacher)
    page = reverse("classrooms:work_mark", args=[works["Ada"].pk])
    answer = client.post(page, {**sent, f"why-{bob.pk}": ""})
    assert answer.status_code == 422
    assert "Say why they get other points" in squeezed(answer)
    client.post(page, {**sent, f"why-{bob.pk}": "Did not draw."})

    given = {work.student.name: work.last_return for work in together.works.all()}
    assert {name: each.points for name, each in given.items()} == {"Ada": 100, "Bob": 80, "Cleo": 100}
    assert {each.feedback for each in given.values()} == {"Good."}
    assert (given["Bob"].adjustment, given["Bob"].adjustment_reason) == (-20, "Did not draw.")
    client.force_login(members["Bob"].user)
    assert "Did not draw." in squeezed(client.get(reverse("classrooms:work_history", args=[bob.pk])))
    client.force_login(members["Ada"].user)
    assert "Did not draw." not in squeezed(client.get(works["Ada"].get_absolute_url()))


def test_all_that_are_ticked_are_given_back_once(client, together, members, teacher):
    work = begun(together, members["Ada"])
    submission = working.submit(draw(work, "Shop"), at=after(2))
    marking.mark(submission, dict.fromkeys(together.data.rubric, (1, "")), feedback="")
    client.force_login(teacher)
    everybody = list(together.works.values_list("pk", flat=True))
    client.post(reverse("classrooms:assignment_return", args=[together.pk]), {"work": everybody})

    assert Counter(together.works.values_list("student__name", "returns")).total() == 3
    assert all(each.returns.count() == 1 for each in together.works.all())


def test_what_is_said_to_one_is_read_by_the_group_alone(together, members, teacher):
    work, other = begun(together, members["Ada"]), begun(together, members["Bob"])
    alone = begun(together, members["Dan"])
    marking.comment(work, "Where is the cache?", author=teacher, at=after(2))

    assert [each.words for each in comments_of(other, shown_only=True)] == ["Where is the cache?"]
    assert not comments_of(alone).exists()


def state(work: Work) -> tuple:
    work = fresh(work)
    last, given = work.last_submission, work.last_return
    return work.group_id, work.design_id, work.own_figures, last and last.pk, given and given.pk, work.state


@pytest.mark.parametrize("elsewhere", ["Blue", ""])
def test_who_is_moved_and_moved_back_has_what_they_had(together, members, teacher, elsewhere):
    for name in NAMES[:3]:
        begun(together, members[name])
    submission = working.submit(draw(together.works.get(student=members["Ada"]), "Shop"), at=after(2))
    marking.mark(submission, dict.fromkeys(together.data.rubric, (1, "")), feedback="")
    marking.give_back(submission, by=teacher, at=after(3))
    before = {each.student.name: state(each) for each in together.works.all()}
    design = Design.objects.get()
    owner = Membership.objects.get(user=design.owner)

    groups.set_groups(together, {owner: elsewhere}, at=after(4))
    moved = together.works.get(student=owner)
    assert moved.design != design
    assert fresh(moved).last_submission is None
    # The design stays with those who go on with it.
    assert Design.objects.get(pk=design.pk).owner != owner.user
    groups.set_groups(together, {owner: "red"}, at=after(5))

    assert {each.student.name: state(each) for each in together.works.all()} == before
    assert Group.objects.filter(name__iexact="red").count() == 1


def test_a_newcomer_counts_with_what_the_group_handed_in_and_its_marks(together, members):
    submission = working.submit(draw(begun(together, members["Ada"]), "Shop"), at=after(2))
    marking.mark(submission, dict.fromkeys(together.data.rubric, (1, "seen")), feedback="")
    groups.set_groups(together, {members["Dan"]: "Red"}, at=after(3))

    work = fresh(together.works.get(student=members["Dan"]))
    assert (work.state, work.last_submission.content) == ("handed in", submission.content)
    assert {each.note for each in work.last_submission.marks.all()} == {"seen"}


def test_what_was_begun_alone_comes_back_when_the_group_is_left(together, members):
    alone = draw(begun(together, members["Dan"]), "Mine")
    groups.set_groups(together, {members["Dan"]: "Red"}, at=after(2))
    assert fresh(alone).design != alone.design
    groups.set_groups(together, {members["Dan"]: ""}, at=after(3))

    assert fresh(alone).design == alone.design


def test_an_account_that_goes_leaves_the_design_to_the_group(together, members):
    """promise 23"""
    design = begun(together, members["Ada"]).design
    assert design.owner == members["Ada"].user
    delete_account(members["Ada"].user)

    kept = Design.objects.get(pk=design.pk)
    assert kept.owner in {members["Bob"].user, members["Cleo"].user}
    delete_account(members["Bob"].user)
    delete_account(members["Cleo"].user)
    assert not Design.objects.exists()


def test_who_leaves_the_class_takes_a_copy_along(together, members):
    work = draw(begun(together, members["Ada"]), "Shop")
    classes.leave(members["Ada"], at=after(2))

    copy = Design.objects.get(owner=members["Ada"].user)
    assert copy.pk != work.design_id
    assert "shop" in copy.data()["diagram"]["components"]
    classes.readmit(members["Ada"])
    assert fresh(work).design_id == work.design_id


def test_nobody_bins_what_a_group_draws_on(client, together, members):
    design = begun(together, members["Ada"]).design
    client.force_login(members["Ada"].user)
    client.post(reverse("designs:delete", args=[design.pk]))

    design.refresh_from_db()
    assert design.binned_at is None


def test_figures_of_their_own_are_the_same_for_a_group(classroom, scenario, members):
    assignment = give(classroom, scenario, has_own_figures=True)
    groups.set_groups(assignment, {members[name]: "Red" for name in NAMES[:3]}, at=after(0))
    figures = [begun(assignment, members[name]).own_figures for name in NAMES]

    assert len(set(figures[:3])) == 1
    assert figures[0] != figures[3]


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [(6, 3, [3, 3]), (7, 3, [3, 4]), (5, 3, [2, 3]), (8, 3, [2, 3, 3]), (4, 2, [2, 2]), (1, 2, [1]), (9, 4, [4, 5])],
)
def test_groups_at_random_are_even_and_hold_everybody_once(count, size, sizes):
    students = [Membership(pk=each) for each in range(1, count + 1)]
    found = groups.at_random(students, size, seed=1)

    assert set(found) == set(students)
    assert sorted(Counter(found.values()).values()) == sizes


def test_groups_are_made_from_pages(client, classroom, assignment, scenario, members, teacher):
    RosterEntry.objects.create(classroom=classroom, name="Ada", section="Lab 1", membership=members["Ada"])
    RosterEntry.objects.create(classroom=classroom, name="Bob", section="Lab 1", membership=members["Bob"])
    other = give(classroom, scenario, title="Another")
    client.force_login(teacher)
    page = reverse("classrooms:assignment_groups", args=[assignment.pk])

    def made(assignment) -> dict[str, str]:
        return {each.student.name: each.group.name for each in assignment.works.exclude(group=None)}

    client.post(page, {"do": "roster"})
    assert made(assignment) == {"Ada": "Lab 1", "Bob": "Lab 1"}
    client.post(page, {"do": "by-hand", f"group-{members['Cleo'].pk}": "Lab 2", f"group-{members['Ada'].pk}": ""})
    assert made(assignment) == {"Bob": "Lab 1", "Cleo": "Lab 2"}
    client.post(reverse("classrooms:assignment_groups", args=[other.pk]), {"do": "as-in", "other": assignment.pk})
    assert made(other) == made(assignment)
    client.post(page, {"do": "random", "size": "2"})
    assert Counter(made(assignment).values()) == {"Group 1": 2, "Group 2": 2}
    answer = client.post(page, {"do": "random", "size": "1"})
    assert answer.status_code == 422
    assert "greater than or equal to 2" in squeezed(answer)

    begun(assignment, members["Ada"])
    answer = client.post(page, {"do": "random", "size": "2"})
    assert "A group has begun to draw." in squeezed(answer)


def test_a_mock_interview_is_for_one(classroom, scenario, members):
    with pytest.raises(ClassError, match="without a clock"):
        groups.set_groups(give(classroom, scenario, start="interview"), {members["Ada"]: "Red"}, at=after(0))


def test_a_group_gets_more_time_at_once(client, together, members, teacher):
    client.force_login(teacher)
    group = together.groups.get()
    page = reverse("classrooms:assignment_times", args=[together.pk])
    client.post(page, {"groups": group.pk, "due_at": "2026-03-12T10:00"})

    assert set(together.works.values_list("student__name", flat=True).exclude(due_at=None)) == set(NAMES[:3])


def test_submissions_of_a_group_are_kept_when_somebody_goes(together, members):
    submission = working.submit(draw(begun(together, members["Ada"]), "Shop"), at=after(2))
    delete_account(members["Ada"].user)

    assert not Submission.objects.filter(pk=submission.pk).exists()
    assert Submission.objects.filter(group=together.groups.get()).count() == 2
