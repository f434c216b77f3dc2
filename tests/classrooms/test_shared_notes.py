"""Notes that a member shares with a class: read by its members and by nobody else, until it is ended."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from classrooms.models import SharedNotes
from classrooms.services import classes
from studyguide.models import Card, CardState, MarginNote, NoteBody, NotePicture
from studyguide.search.results import search
from studyguide.services.own_notes import send_notes
from tests.classrooms.conftest import MONDAY
from tests.studyguide.conftest import HASHING
from tests.studyguide.notes.test_foreign_notes import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(teacher) -> NoteBody:
    files = [
        ("v/Rings.md", b"# Rings of hers\n\nA quixotic walk.\n\n![ring](ring.png)\n"),
        ("v/ring.png", png()),
        ("v/h.md", HASHING.encode()),
    ]
    return send_notes(teacher, "Lecture", files, now=MONDAY).body


@pytest.fixture
def reads(client, member, student) -> Client:
    client.force_login(student)
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def share(teacher: User, body: NoteBody, classroom) -> None:
    answer = signed_in(teacher).post(reverse("classrooms:notes_share", args=[classroom.pk]), {"body": body.pk})
    assert answer.status_code == 302


def test_a_class_reads_what_is_shared_with_it_until_that_ends(reads, teacher, body, classroom):
    """promises 19 and 23"""
    topic = body.topics.get(title="Rings of hers")
    address, picture = topic.get_absolute_url(), f"/topics/images/{NotePicture.objects.get().digest}.png"
    assert reads.get(address).status_code == 404
    share(teacher, body, classroom)

    page = reads.get(address).content.decode()
    assert "a member of your class lets you read" in page
    assert reads.get(picture).content == png()
    assert f'href="{address}"' in reads.get(classroom.get_absolute_url()).content.decode()
    assert "Rings of hers" in reads.get("/topics/").content.decode()
    for client in (Client(), signed_in(User.objects.create_user("stranger"))):
        assert client.get(address).status_code == 404
        assert client.get(picture).status_code == 404

    owned = signed_in(teacher)
    assert (
        "Stop sharing with Systems 101"
        in owned.get(reverse("studyguide:own_notes_detail", args=[body.pk])).content.decode()
    )
    owned.post(reverse("classrooms:notes_end", args=[SharedNotes.objects.get().pk]))
    assert reads.get(address).status_code == 404
    assert reads.get(picture).status_code == 404


@pytest.mark.parametrize("words", ["rings of hers", "ringz of hers", "quixotic"])
def test_search_finds_notes_that_others_share_as_long_as_they_do(reads, teacher, body, classroom, student, words):
    """promise 19: by their names, with a typo, and by what stands in them"""
    address = body.topics.get(title="Rings of hers").get_absolute_url()

    def found(user: User | None) -> bool:
        return address in [result.url for result in search(words, user_id=user.pk if user else None)]

    assert not found(student)
    share(teacher, body, classroom)
    assert [found(user) for user in (teacher, student, User.objects.create_user("stranger"), None)] == [
        True, True, False, False,
    ]  # fmt: skip
    signed_in(teacher).post(reverse("classrooms:notes_end", args=[SharedNotes.objects.get().pk]))
    assert not found(student)


def test_whoever_leaves_takes_their_notes_along_and_reads_no_more(reads, teacher, body, classroom, member, student):
    """promise 23"""
    share(teacher, body, classroom)
    hers = send_notes(student, "Hers", [("a.md", b"# Seminar\n\nText")], now=MONDAY).body
    share(student, hers, classroom)
    teaches, seminar = signed_in(teacher), hers.topics.get().get_absolute_url()
    assert teaches.get(seminar).status_code == 200

    classes.leave(member, at=MONDAY)
    assert reads.get(body.topics.first().get_absolute_url()).status_code == 404
    assert teaches.get(seminar).status_code == 404
    assert "Seminar" not in teaches.get(classroom.get_absolute_url()).content.decode()


def test_a_reader_can_read_and_note_but_owns_nothing_of_it(reads, teacher, body, classroom, student):
    share(teacher, body, classroom)
    topic = body.topics.get(title="Hashing")
    assert not Card.objects.visible_to(student.pk).exists()
    assert not CardState.objects.filter(learner=student).exists()
    assert reads.post(reverse("studyguide:topic_read", args=[topic.slug])).status_code == 302
    assert reads.post(reverse("studyguide:margin_new", args=[topic.slug]), {"words": "Mine"}).status_code == 302
    assert "Mine" not in signed_in(teacher).get(topic.get_absolute_url()).content.decode()

    for name, status in (("own_notes_detail", "get"), ("own_notes_remove", "post")):
        assert getattr(reads, status)(reverse(f"studyguide:{name}", args=[body.pk])).status_code == 404
    signed_in(teacher).post(reverse("studyguide:own_notes_remove", args=[body.pk]))
    assert not SharedNotes.objects.exists()
    assert MarginNote.objects.get().topic is None, "what a reader noted stays theirs"


def test_only_notes_of_ones_own_are_shared(reads, teacher, body, classroom):
    """promise 21"""
    reads.post(reverse("classrooms:notes_share", args=[classroom.pk]), {"body": body.pk})
    reads.post(reverse("classrooms:notes_share", args=[classroom.pk]), {"body": "x"})

    assert not SharedNotes.objects.exists()
    share(teacher, body, classroom)
    share(teacher, body, classroom)
    assert SharedNotes.objects.count() == 1
    other = classes.create_classroom("Other", owner=User.objects.create_user("lin"), time_zone="UTC", at=MONDAY)
    assert signed_in(teacher).post(reverse("classrooms:notes_share", args=[other.pk])).status_code == 404
