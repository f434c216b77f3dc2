"""Who reaches what of a class: every URL against everybody. A new URL without a row fails."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from classrooms import urls
from classrooms.models import (
    Classroom,
    Comment,
    Membership,
    PeerReview,
    RegradeRequest,
    Return,
    SharedNotes,
    Submission,
    Work,
)
from classrooms.rosters.layouts import Person
from classrooms.services import classes, marking, roster
from classrooms.services import work as working
from studyguide.models import NoteBody
from tests.classrooms.conftest import MONDAY, after
from tests.taking_back import taken_back

PERSONS = (
    "nobody", "guest", "student", "fellow", "former", "other_teacher", "assistant", "co_teacher", "teacher",
    "staff",
)  # fmt: skip
SEEN, SENT_ON, REFUSED, GONE, REFUSED_WITH_WORDS = 200, 302, 403, 404, 422
LEADERS = {"teacher", "co_teacher"}
TEACHERS = LEADERS | {"assistant"}


def only(*allowed: str, answer: int = SEEN) -> dict[str, int]:
    """Those named get the answer; whoever is signed in gets a 404. Whoever is not is sent to sign in or join when they
    read, and refused when they act."""
    return {who: answer if who in allowed else REFUSED if who == "nobody" else GONE for who in PERSONS}


def refused(expected: int, method: str, who: str) -> int:
    return SENT_ON if expected == REFUSED and method == "get" and who == "nobody" else expected


MEMBERS = ("student", "fellow", *TEACHERS)
# name of the URL: (method, what each person gets)
TABLE: dict[str, tuple[str, dict[str, int]]] = {
    "classroom_list": ("get", dict.fromkeys(PERSONS, SEEN)),
    "classroom_new": ("get", {**dict.fromkeys(PERSONS, SEEN), "nobody": REFUSED, "guest": SENT_ON}),
    "notices": ("get", {**dict.fromkeys(PERSONS, SEEN), "nobody": REFUSED}),
    "classroom_join": ("get", dict.fromkeys(PERSONS, SEEN)),
    "classroom_detail": ("get", only(*MEMBERS)),
    "classroom_settings": ("get", only(*LEADERS)),
    "classroom_code": ("get", only(*LEADERS)),
    "classroom_roster": ("post", only(*LEADERS, answer=SENT_ON)),
    "roster_add": ("post", only(*LEADERS, answer=SENT_ON)),
    "roster_undo": ("post", only(*LEADERS, answer=SENT_ON)),
    "classroom_people": ("post", only(*LEADERS, answer=SENT_ON)),
    "gradebook": ("get", only(*TEACHERS)),
    "gradebook_file": ("get", only(*TEACHERS)),
    "notes_share": ("post", only(*MEMBERS, answer=SENT_ON)),
    "notes_end": ("post", only("student", *TEACHERS, answer=SENT_ON)),
    "classroom_do": ("post", only(*LEADERS, answer=SENT_ON)),
    "classroom_copy": ("get", only(*LEADERS)),
    "saved_comments": ("get", only(*TEACHERS)),
    "classroom_leave": ("post", only(*MEMBERS, answer=SENT_ON)),
    "assignment_new": ("get", only(*LEADERS)),
    "assignment_detail": ("get", only(*MEMBERS)),
    "assignment_grid": ("get", only(*TEACHERS)),
    "assignment_edit": ("get", only(*LEADERS)),
    "assignment_push": ("post", only(*LEADERS, answer=SENT_ON)),
    "assignment_queue": ("get", only(*TEACHERS)),
    "assignment_return": ("post", only(*TEACHERS, answer=SENT_ON)),
    "assignment_delete": ("post", only(*LEADERS, answer=SENT_ON)),
    "assignment_groups": ("get", only(*LEADERS)),
    "assignment_similar": ("get", only(*TEACHERS)),
    "similar_pair": ("get", only(*TEACHERS)),
    "assignment_peers": ("get", only(*LEADERS)),
    "peer_review": ("get", only("student")),
    "peer_hide": ("post", only(*TEACHERS, answer=SENT_ON)),
    "assignment_times": ("get", only(*LEADERS)),
    "assignment_cohort": ("get", only(*TEACHERS)),
    "assignment_marks": ("get", only(*TEACHERS)),
    "assignment_begin": ("post", only(*MEMBERS, answer=SENT_ON)),
    # Here the student reads a comment that was shown at once.
    "work_detail": ("get", {**only(*TEACHERS), "student": SEEN}),
    "work_take": ("post", only(*TEACHERS, answer=SENT_ON)),
    "work_sit_in": ("post", only(*TEACHERS, answer=SENT_ON)),
    "work_submit": ("post", only("student", answer=SENT_ON)),
    "work_comment": ("post", only(*TEACHERS, answer=REFUSED_WITH_WORDS)),
    "comment_delete": ("post", only("teacher", answer=SENT_ON)),
    "work_history": ("get", {**only(*TEACHERS), "student": SEEN}),
    "work_regrade": ("post", only("student", answer=REFUSED_WITH_WORDS)),
    "regrade_answer": ("post", only(*TEACHERS, answer=REFUSED_WITH_WORDS)),
    "work_mark": ("post", only(*TEACHERS, answer=SENT_ON)),
}


@pytest.fixture
def people(classroom, teacher, student, member) -> dict[str, User | None]:
    found: dict[str, User | None] = {"nobody": None, "teacher": teacher, "student": student}
    for name in ("fellow", "former", "other_teacher", "co_teacher", "assistant"):
        found[name] = User.objects.create_user(name)
    found["guest"] = User.objects.create_user("guest-1", is_guest=True)
    found["staff"] = User.objects.create_user("staff", is_staff=True)
    classes.join(classroom.join_code, user=found["fellow"], name="Fellow", at=MONDAY)
    classes.leave(classes.join(classroom.join_code, user=found["former"], name="Former", at=MONDAY), at=MONDAY)
    classes.add_instructor(classroom, "co_teacher", at=MONDAY)
    classes.add_instructor(classroom, "assistant", at=MONDAY, role=Membership.Role.ASSISTANT)
    classes.create_classroom("Other", owner=found["other_teacher"], time_zone="UTC", at=MONDAY)
    return found


def shared_again(body: NoteBody, classroom: Classroom) -> SharedNotes:
    return SharedNotes.objects.get_or_create(pk=1, body=body, classroom=classroom, shared_at=MONDAY)[0]


@pytest.fixture
def places(classroom, assignment, work, teacher, people) -> dict[str, int]:
    person = Person(1, "Expected Person", "77")
    came_with, _ = roster.add_people(classroom, [person], file_name="list.csv", by=teacher, at=MONDAY)
    body = NoteBody.objects.create(owner=work.student.user, title="Mine", source_name="own-1")
    comment = marking.comment(work, "Look here", author=teacher, at=after(1))
    RegradeRequest.objects.create(work=work, given=_given(work), reason="Look again", at=after(1))
    other = Submission.objects.create(work=work, version=9, at=after(1), is_late=False, content=work.design.document)
    fellow = Membership.objects.get(classroom=classroom, user=people["fellow"])
    second = Work.objects.create(assignment=assignment, student=fellow, started_at=after(1))
    Submission.objects.create(work=second, version=1, at=after(1), is_late=False, content=work.design.document)
    reviews = [
        PeerReview.objects.create(
            assignment=assignment, submission=each, reviewer=work.student, number=1, assigned_at=after(1), done_at=done
        )
        for each, done in ((other, None), (None, after(1)))
    ]
    return {
        "one_id": work.pk,
        "other_id": second.pk,
        "review_id": reviews[0].pk,
        "regrade_id": RegradeRequest.objects.get().pk,
        "classroom_id": classroom.pk,
        "assignment_id": assignment.pk,
        "work_id": work.pk,
        "comment_id": comment.pk,
        "import_id": came_with.pk,
        "layout": "canvas",
        "shared_id": shared_again(body, classroom).pk,
    }


def _given(work: Work) -> Return:
    return Return.objects.create(work=work, at=after(1))


def test_every_url_of_classes_has_a_row():
    """promise 19"""
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


# Between them these have every page answered and every action done, so what is asked of the database is asked of both.
ON_BOTH = {"nobody", "student", "teacher"}


@pytest.mark.parametrize(
    "who", [each if each in ON_BOTH else pytest.param(each, marks=pytest.mark.one_database) for each in PERSONS]
)
def test_everybody_gets_what_is_theirs_and_nothing_else(client, people, places, who):
    """promises 19 and 20"""
    if people[who]:
        client.force_login(people[who])
    for name, (method, expected) in TABLE.items():
        client.cookies.pop("messages", None)  # of the request before, which may name the class to whoever is in it
        with taken_back():
            answer = getattr(client, method)(address_of(name, places))
        assert answer.status_code == refused(expected[who], method, who), (who, name)
        if who == "nobody" and method == "get" and expected[who] == REFUSED:
            assert answer["Location"].startswith("/classes/join/?next=%2Fclasses%2F"), name
        if expected[who] in (REFUSED, GONE):
            assert b"Ada Lovelace" not in answer.content, name
            assert b"Systems 101" not in answer.content, name


def address_of(name: str, places: dict[str, int]) -> str:
    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == name)
    return reverse(f"classrooms:{name}", kwargs={key: places[key] for key in pattern.pattern.converters})


# Shown before it is done.
SHOWN_FIRST = {"assignment_push"}


@pytest.mark.one_database
def test_acting_takes_a_post(client, people, places):
    """promise 46"""
    client.force_login(people["teacher"])
    answers = {
        name: client.get(address_of(name, places))
        for name, (method, _) in TABLE.items()
        if method == "post" and name not in SHOWN_FIRST
    }

    assert {name: (answer.status_code, answer.get("Allow")) for name, answer in answers.items()} == dict.fromkeys(
        answers, (405, "POST")
    )


def test_what_is_refused_changes_nothing(client, people, places, work):
    """promise 21: the ids of somebody else's work and class in the body and in the address change nothing."""
    client.force_login(people["fellow"])
    dimension = next(iter(work.assignment.data.rubric))
    submitted = work.submissions.count()
    client.post(reverse("classrooms:work_mark", args=[work.pk]), {f"level-{dimension}": "1", "return": "1"})
    client.post(reverse("classrooms:work_comment", args=[work.pk]), {"words": "Mine"})
    client.post(reverse("classrooms:work_submit", args=[work.pk]))
    client.post(reverse("classrooms:classroom_do", args=[places["classroom_id"]]), {"do": "archive", "archive": "1"})

    work = Work.objects.get(pk=work.pk)
    assert work.returned_at is None
    assert not work.marks.exists()
    assert work.submissions.count() == submitted
    assert Comment.objects.count() == 1
    assert not work.assignment.classroom.is_archived


def test_roles_cannot_be_given_to_oneself(client, people, classroom):
    """promise 21"""
    client.force_login(people["guest"])
    client.post(
        reverse("classrooms:classroom_join"),
        {"code": classroom.join_code, "name": "Sly", "role": "instructor", "is_staff": "1", "user": "1"},
    )

    assert Membership.objects.get(user=people["guest"]).role == "student"
    assert not User.objects.get(pk=people["guest"].pk).is_staff


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher", 200), ("co_teacher", 200), ("assistant", 200), ("student", 200), ("fellow", 404), ("former", 404),
        ("other_teacher", 404), ("staff", 404), ("guest", 404), ("nobody", 403),
    ],
)  # fmt: skip
def test_a_students_design_is_seen_by_whoever_teaches_them(client, people, work, who, status):
    """promise 19"""
    if people[who]:
        client.force_login(people[who])

    answer = client.get(reverse("designs:design_detail", args=[work.design_id]))
    assert answer.status_code == status
    assert (work.design.title in answer.content.decode()) == (status == 200)


def test_whoever_left_keeps_their_draft_to_themselves(client, people, work, teacher, member):
    working.submit(work, at=after(2), taken_by=teacher)
    classes.leave(member, at=after(3))
    client.force_login(teacher)

    assert client.get(reverse("designs:design_detail", args=[work.design_id])).status_code == 404
    assert client.get(reverse("classrooms:work_detail", args=[work.pk])).status_code == 200


def test_whoever_teaches_a_student_does_not_edit_for_them(client, people, work):
    client.force_login(people["teacher"])
    answer = client.patch(
        reverse("designs:document", args=[work.design_id]),
        data="{}",
        content_type="application/merge-patch+json",
        headers={"Base-Version": "0", "Client-Id": "t", "Sequence": "0"},
    )

    assert answer.status_code == 404
    before = work.design.version
    work.design.refresh_from_db()
    assert work.design.version == before


def test_a_teacher_who_leaves_sees_nothing_from_the_next_request_on(client, people, work, classroom):
    """promise 23"""
    client.force_login(people["co_teacher"])
    address = reverse("classrooms:work_detail", args=[work.pk])
    assert client.get(address).status_code == 200

    classes.leave(Membership.objects.get(user=people["co_teacher"]), at=after(1))
    assert client.get(address).status_code == 404
    assert client.get(reverse("designs:design_detail", args=[work.design_id])).status_code == 404


def test_marks_stay_with_the_teacher_until_they_are_given_back(client, people, work, student, teacher):
    client.force_login(student)
    address = reverse("classrooms:work_detail", args=[work.pk])
    marking.comment(work, "Look here", author=teacher, at=after(1), is_shown=False)
    submission = working.submit(work, at=after(2), taken_by=teacher)
    marking.mark(submission, {}, feedback="Well done")
    assert client.get(address).status_code == 302
    assert "Look here" not in client.get(address, follow=True).content.decode()

    marking.give_back(submission, by=teacher, at=after(2))
    page = client.get(address).content.decode()
    assert "Look here" in page
    assert "Well done" in page
