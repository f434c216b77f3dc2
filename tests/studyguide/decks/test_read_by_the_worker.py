"""Files of cards that are too much for a request: stored by it, read by the task worker, and followed on the page."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from studyguide.models import Card, DeckImport, DeckPiece
from studyguide.services import deck_imports, deck_reading, pieces
from tests.servers import work_off
from tests.studyguide.decks.test_hostile import archive, with_script
from web import tasks

PAGE = "/cards/import/"
LINES = "".join(f"Question {number}\tAnswer {number}\n" for number in range(3_000)).encode()


@pytest.fixture
def sender(client, learner):
    client.force_login(learner)
    return client


def send(client, raw: bytes, name: str = "deck.txt"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, raw), "action": "look"})


def shown(client, **headers: str) -> str:
    return " ".join(client.get(PAGE, headers=headers).content.decode().split())


def nested_lists(packages) -> bytes:
    """Two megabytes of HTML in a package of some kilobytes, which take minutes."""
    with zipfile.ZipFile(io.BytesIO(packages["legacy"])) as opened:
        simple = archive({"collection.anki2": opened.read("collection.anki21")})
    deep = "replace(hex(zeroblob(61000)), '00', '<ul><li>')"
    return with_script(simple, f"UPDATE notes SET flds = id || {deep} || char(31) || id")


@pytest.mark.django_db
def test_the_request_only_stores_it_and_the_worker_reads_and_keeps_it(sender, monkeypatch):
    """promise 61"""
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    assert send(sender, LINES).url == PAGE
    waiting = DeckImport.objects.get()
    assert b"".join(bytes(piece.content) for piece in waiting.pieces.all()) == LINES
    assert waiting.found == {}
    assert "The file waits to be read." in shown(sender)
    assert 'hx-trigger="every 2s"' in shown(sender)
    assert "No worker is running" not in shown(sender)

    deck_reading.read_deck_file.func(str(waiting.uid))
    fragment = shown(sender, **{"HX-Request": "true", "HX-Target": "keeping"})
    assert "3000</strong> new" in fragment
    assert "Question 11" in fragment
    assert "hx-trigger" not in fragment
    assert not DeckPiece.objects.exists()
    assert not Card.objects.exists()

    sender.post(PAGE, {"action": "keep", "uid": waiting.uid})
    assert "being kept: 0 %" in shown(sender)
    deck_imports.keep_deck.func(waiting.pk)
    assert Card.objects.count() == 3_000
    assert "Kept: 3000 new cards" in shown(sender)


@pytest.mark.django_db
def test_that_nobody_reads_it_is_said(sender):
    send(sender, LINES)
    DeckImport.objects.update(created_at=timezone.now() - 2 * tasks.SOON)
    assert "No worker is running" in shown(sender)

    running = tasks.DBTaskResult.objects.get()
    running.claim("another worker")
    assert "Other long work comes first." in shown(sender)
    # Its own task, of which the worker died long ago.
    DeckImport.objects.update(begun_at=timezone.now())
    assert 'class="note-box"' not in shown(sender)
    longest = tasks.bounds_of(deck_reading.read_deck_file.module_path).time + 2 * tasks.GRACE
    tasks.DBTaskResult.objects.update(started_at=timezone.now() - longest)
    assert "No worker is running" in shown(sender)


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_can_be_dropped(sender):
    send(sender, b"\x80\x81" * 50_000)
    uid = str(DeckImport.objects.get().uid)
    deck_reading.read_deck_file.func(uid)

    page = shown(sender)
    assert "It cannot be read, and nothing of it is in your deck." in page
    assert "neither text" in page
    assert "hx-trigger" not in page
    assert not DeckPiece.objects.exists()
    sender.post(PAGE, {"action": "keep", "uid": uid})
    sender.post(PAGE, {"action": "drop"})
    assert not DeckImport.objects.exists()


@pytest.mark.django_db
def test_another_file_meanwhile_takes_its_place(sender, monkeypatch):
    """Also while the worker reads the first one, which it then leaves."""
    send(sender, LINES, "first.txt")
    first = str(DeckImport.objects.get().uid)
    read_file = deck_reading.read_file

    def interrupted(file, *, progress):
        send(sender, LINES.replace(b"Question", b"Other"), "second.txt")
        return read_file(file, progress=progress)

    monkeypatch.setattr(deck_reading, "read_file", interrupted)
    deck_reading.read_deck_file.func(first)
    monkeypatch.setattr(deck_reading, "read_file", read_file)
    waiting = DeckImport.objects.get()
    assert (waiting.file_name, waiting.is_read) == ("second.txt", False)

    deck_reading.read_deck_file.func(first)
    assert not DeckImport.objects.get().is_read
    deck_reading.read_deck_file.func(str(waiting.uid))
    assert "Other 11" in shown(sender)


@pytest.mark.django_db
def test_a_file_that_was_dropped_is_read_no_further(sender, packages, monkeypatch):
    monkeypatch.setattr(deck_reading, "AT_ONCE_UNPACKED", 1_000)
    monkeypatch.setattr(deck_reading, "SAVE_EVERY_S", 0.0)
    send(sender, packages["current"], "deck.apkg")
    read_file = deck_reading.read_file

    def dropped(file, *, progress):
        sender.post(PAGE, {"action": "drop"})
        read_file(file, progress=progress)
        pytest.fail("it was read to the end")

    monkeypatch.setattr(deck_reading, "read_file", dropped)
    deck_reading.read_deck_file.func(str(DeckImport.objects.get().uid))
    assert not DeckImport.objects.exists()


@pytest.mark.parametrize("form", ["legacy", "current"])
@pytest.mark.django_db
def test_a_package_is_weighed_by_what_it_unpacks_to(packages, form, monkeypatch):
    """Today's form is packed twice: its ZIP says nothing of the size of the collection."""
    file = io.BytesIO(packages[form])
    assert not deck_reading.is_much(file)
    monkeypatch.setattr(deck_reading, "AT_ONCE_UNPACKED", 2 * len(packages[form]))
    assert deck_reading.is_much(file)


@pytest.mark.django_db(transaction=True)
def test_a_package_that_takes_minutes_is_ended_by_the_limit_of_its_task(sender, packages, monkeypatch):
    """promise 39: in a process of its own, so that the pages of others are served meanwhile."""
    path = deck_reading.read_deck_file.module_path
    bounds = tasks.Bounds(seconds=1, megabytes=500, when_stopped=deck_reading.reading_stopped)
    monkeypatch.setitem(tasks._bounds, path, bounds)
    raw = nested_lists(packages)
    assert len(raw) < 100_000
    assert send(sender, raw, "deck.apkg").url == PAGE
    work_off()

    page = shown(sender)
    assert "It was stopped after 1 seconds, which is the most it may take." in page
    assert not DeckPiece.objects.exists()
    assert DeckImport.objects.get().waits_since is None
    assert send(sender, b"a\tb\n").url == PAGE
    assert "Nothing of it is in your deck yet" in shown(sender)
