"""Notes and marks of readers beside topics: kept with quote and place, listed, exported, seen by nobody else."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services.claims import merge_guest
from studyguide.models import MarginNote, Topic
from studyguide.services import margin
from studyguide.services.notes import NoteSource, import_notes
from tests.markup import squeezed
from tests.studyguide.conftest import HASHING, NOON, notes

pytestmark = pytest.mark.django_db
QUOTE = "Equal keys always give equal numbers."


@pytest.fixture
def topic(db) -> Topic:
    import_notes(notes(HASHING), source=NoteSource(name="loadbearing"), now=NOON)
    return Topic.objects.get(slug="hashing")


@pytest.fixture
def reader(client, learner) -> Client:
    client.force_login(learner)
    return client


def add(client: Client, topic: Topic, **sent: str) -> MarginNote:
    answer = client.post(reverse("studyguide:margin_new", args=[topic.slug]), sent)
    assert answer.status_code == 302, answer.content.decode()
    return MarginNote.objects.latest("pk")


def page_of(client: Client, topic: Topic) -> str:
    return squeezed(client.get(topic.get_absolute_url()))


def test_a_note_stands_beside_its_words_and_in_the_list(reader, topic):
    note = add(reader, topic, quote=f" {QUOTE} ", words="Unless the seed differs.")
    page = page_of(reader, topic)

    assert f'id="mark-{note.pk}">{QUOTE}</mark>' in page
    assert "Unless the seed differs." in page.partition(f'id="note-{note.pk}"')[2]
    assert (note.before[-5:], note.after) == ("size.", "HowitfailsTwokeyswithonehashcollide,andthetablegetsslow.")
    listed = reader.get(reverse("studyguide:margin_list")).content.decode()
    assert note.place in listed
    assert "Nobody else" in listed


def test_words_that_the_page_does_not_have_are_refused_beside_the_field(reader, topic):
    answer = reader.post(
        reverse("studyguide:margin_new", args=[topic.slug]), {"quote": "No such words", "words": "Mine"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "quote": ["The page does not have these words. Copy them from it, or leave this empty."]
    }
    assert "Mine" in answer.content.decode()
    empty = reader.post(reverse("studyguide:margin_new", args=[topic.slug]), {})
    assert list(empty.context["form"].errors) == ["words"]
    assert not MarginNote.objects.exists()


def test_marking_the_same_words_twice_is_one_mark(reader, topic):
    assert add(reader, topic, quote=QUOTE) == add(reader, topic, quote=QUOTE)
    assert add(reader, topic, quote=QUOTE, words="And a note").words == "And a note"
    assert MarginNote.objects.count() == 2


def test_a_note_outlives_changes_of_the_text_and_its_topic(reader, topic):
    note = add(reader, topic, quote=QUOTE, words="Mine")
    changed = HASHING.replace(QUOTE, "It is fast.")
    import_notes(notes(changed), source=NoteSource(name="loadbearing"), now=NOON)
    assert "The text here has changed since." in page_of(reader, topic)
    assert "no longer on this page" not in page_of(reader, topic)

    Topic.objects.all().delete()
    listed = reader.get(reverse("studyguide:margin_list")).content.decode()
    assert QUOTE in listed
    assert "is gone" in listed
    assert reader.get(reverse("studyguide:margin_edit", args=[note.pk])).status_code == 200

    import_notes(notes(HASHING), source=NoteSource(name="loadbearing"), now=NOON)
    assert f'id="mark-{note.pk}"' in page_of(reader, topic)


def test_a_note_is_changed_and_removed(reader, topic):
    note = add(reader, topic, words="On the whole page")
    edit = reverse("studyguide:margin_edit", args=[note.pk])
    assert reader.post(edit, {"words": ""}).status_code == 422, "a note without quote and words says nothing"
    assert reader.post(edit, {"words": "Better"}).url == f"{topic.get_absolute_url()}#note-{note.pk}"
    assert "Better" in page_of(reader, topic)

    reader.post(reverse("studyguide:margin_remove", args=[note.pk]))
    assert not MarginNote.objects.exists()


def test_nobody_else_sees_them(reader, topic):
    """promise 19"""
    note = add(reader, topic, quote=QUOTE, words="My secret remark")
    stranger = Client()
    stranger.force_login(User.objects.create_user("grace"))
    for client in (stranger, Client()):
        for address in (topic.get_absolute_url(), "/notes/", "/notes/notes.md"):
            assert "secret remark" not in client.get(address).content.decode()
            assert "own-mark" not in client.get(address).content.decode()
        assert client.get(reverse("studyguide:margin_edit", args=[note.pk])).status_code == 404
        client.post(reverse("studyguide:margin_remove", args=[note.pk]))
    assert MarginNote.objects.get() == note


def test_a_topic_that_one_does_not_see_takes_no_notes(reader, topic, learner):
    Topic.objects.filter(pk=topic.pk).update(body=_body_of(User.objects.create_user("grace")))

    assert reader.post(reverse("studyguide:margin_new", args=[topic.slug]), {"words": "x"}).status_code == 404
    assert not MarginNote.objects.exists()


def _body_of(owner: User):
    return owner.note_bodies.create(title="Hers", source_name="own-1")


def test_what_readers_write_stays_text(reader, topic):
    """promise 31"""
    add(reader, topic, words='<img src=x onerror=alert(1)> "{{7*7}}"')

    assert "&lt;img src=x onerror=alert(1)&gt;" in page_of(reader, topic)
    assert "&lt;img src=x" in reader.get("/notes/").content.decode()


def test_all_of_them_come_out_as_markdown(reader, topic):
    add(reader, topic, quote=QUOTE, words="- one\n- two")
    add(reader, topic, words="On the whole")

    answer = reader.get("/notes/notes.md")
    assert answer["Content-Disposition"] == 'attachment; filename="notes.md"'
    assert answer.content.decode() == (
        "# Notes beside the topics\n\n## Hashing\n\n<http://testserver/topics/hashing/>\n\n"
        f"> {QUOTE}\n\n- one\n- two\n\nOn the whole\n"
    )


def test_words_in_notes_are_found(reader, topic):
    add(reader, topic, words="About collisions")
    add(reader, topic, words="About seeds")
    listed = reader.get("/notes/?q=SEED").content.decode()

    assert "About seeds" in listed
    assert "collisions" not in listed


def test_they_are_in_the_export_and_go_with_the_account(reader, topic, learner):
    """promise 53"""
    add(reader, topic, quote=QUOTE, words="Mine")
    raw = b"".join(reader.post("/account/export/").streaming_content)
    rows = json.loads(zipfile.ZipFile(io.BytesIO(raw)).read("margin-notes.json"))

    assert [(row["topic_slug"], row["quote"], row["words"]) for row in rows] == [("hashing", QUOTE, "Mine")]
    learner.delete()
    assert not MarginNote.objects.exists()


def test_a_guest_keeps_them_when_signing_in(topic):
    nobody = Client()
    nobody.get(topic.get_absolute_url())
    note = add(nobody, topic, quote=QUOTE)
    owner = User.objects.create_user("ada")
    merge_guest(note.reader, owner)

    assert MarginNote.objects.get().reader == owner


def test_one_reader_keeps_so_many_and_no_more(reader, topic, learner, monkeypatch):
    """promise 56"""
    monkeypatch.setattr(margin, "MOST_NOTES", 1)
    add(reader, topic, words="One")
    answer = reader.post(reverse("studyguide:margin_new", args=[topic.slug]), {"words": "Two"})

    assert answer.status_code == 422
    assert "1 notes are the most" in answer.content.decode()
