"""Decks into an account and out of it: pages, commands, backups."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services.exports import exported_zip
from studyguide.decks.problems import DeckError
from studyguide.memory.schedule import Rules
from studyguide.models import Card, CardState, DeckImport, OwnText, Review, StudySettings
from studyguide.services import deck_imports, decks
from studyguide.services.backups import backup, log_csv, restore, schedule_csv
from studyguide.services.cards import edit_card, make_card
from studyguide.services.decks import export_deck, keep, plan
from studyguide.services.marks import mark_card, tag_card
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.rederiving import rederive
from studyguide.services.reviews import NewEntry, record_undo
from tests.studyguide.conftest import NOON, answer, notes
from tests.studyguide.decks.conftest import read

pytestmark = pytest.mark.django_db
LATER = NOON.replace(year=2030)
UNDONE = NOON + timedelta(days=10)


def take(learner: User, raw: bytes):
    return keep(learner, read(raw), rules=Rules(), now=LATER)


def test_a_deck_becomes_own_cards_once(packages, learner):
    """promises 8 and 10"""
    first = take(learner, packages["legacy"])
    before = (list(Card.objects.values()), list(CardState.objects.values()), list(Review.objects.values()))
    again = take(learner, packages["legacy"])

    assert (len(first.fresh), first.review_count) == (5, 2)
    assert not again.changes_something
    assert (list(Card.objects.values()), list(CardState.objects.values()), list(Review.objects.values())) == before
    assert set(Card.objects.values_list("owner", "topic")) == {(learner.pk, None)}


def test_answers_in_anki_say_when_a_card_is_due(packages, learner):
    take(learner, packages["current"])
    states = {state.card.source_id: state for state in CardState.objects.select_related("card")}

    assert states["guid-Basic-The no"].answer_count == 2
    assert states["guid-Basic-The no"].due_at is not None
    assert states["guid-Cloze-From t"].due_at is None
    assert states["guid-Cloze-From t"].tags == ["systems", "systems::replication"]
    assert [source_id for source_id, state in states.items() if state.is_suspended] == [
        "guid-Basic (and reversed card)-Recove/1"
    ]
    assert rederive(learner, Rules(), check=True) == []


def test_a_changed_text_keeps_the_schedule(learner):
    """promise 10"""
    take(learner, b"#guid column:1\nabc,What?,That.\n")
    card = Card.objects.get()
    answer(learner, card)
    schedule = CardState.objects.values().get()
    planned = take(learner, b"#guid column:1\nabc,What?,Something else.\n")

    assert len(planned.changed) == 1
    assert Card.objects.get(pk=card.pk).content["back"] == "Something else."
    assert CardState.objects.values().get() == schedule


def test_keeping_again_adds_the_rest_when_keeping_failed_in_the_middle(packages, learner, monkeypatch):
    """promise 15: each batch is kept whole or not at all, and nothing twice."""

    written = decks._log_answers

    def full(answers):
        if Card.objects.count() > 2:
            raise IntegrityError("the disk is full")
        written(answers)

    monkeypatch.setattr(decks, "WRITTEN_AT_ONCE", 2)
    monkeypatch.setattr(decks, "_log_answers", full)
    with pytest.raises(IntegrityError):
        take(learner, packages["legacy"])

    made = set(Card.objects.values_list("pk", flat=True))
    assert (len(made), CardState.objects.count()) == (2, 2)
    monkeypatch.undo()
    planned = take(learner, packages["legacy"])
    assert (len(planned.same), len(planned.fresh)) == (2, 3)
    assert made < set(Card.objects.values_list("pk", flat=True))
    assert (CardState.objects.count(), Review.objects.count()) == (5, 2)
    assert rederive(learner, Rules(), check=True) == []


def test_a_deck_that_went_out_from_here_comes_back_as_the_same_cards(cards, learner):
    own = make_card(learner, content={"front": "Own?", "back": "Yes."}, topic=cards["map"].topic, tags=["mine"])
    raw = export_deck(Card.objects.visible_to(learner.pk), learner.pk, now=NOON)

    planned = plan(learner.pk, read(raw))
    assert (len(planned.shared), len(planned.same), len(planned.fresh)) == (6, 1, 0)

    stranger = User.objects.create_user("grace")
    take(stranger, raw)
    taken = Card.objects.get(owner=stranger)
    assert (taken.content, taken.topic_id, taken.tags) == (own.content, own.topic_id, ["mine"])
    assert taken.uid != own.uid
    assert Card.objects.get(uid=own.uid).owner == learner
    assert not take(stranger, raw).changes_something


def test_nobody_takes_the_id_of_a_shared_card_before_its_notes_come(cards, learner):
    """promise 21"""
    raw = export_deck(Card.objects.all(), None, now=NOON)
    uids = set(Card.objects.values_list("uid", flat=True))
    Card.objects.all().delete()
    take(learner, raw)

    assert Card.objects.filter(owner=learner).count() == 6
    assert not Card.objects.filter(uid__in=uids).exists()
    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    assert Card.objects.shared().count() == 6


def test_an_own_wording_goes_out_and_another_persons_does_not(cards, learner):
    edit_card(cards["map"], learner, content={"front": "My words?", "back": "Mine."}, now=NOON)
    deck = read(export_deck(Card.objects.shared(), learner.pk, now=NOON))
    plain = read(export_deck(Card.objects.shared(), None, now=NOON))

    assert "My words?" in {card.content.get("front") for card in deck.cards}
    assert "My words?" not in {card.content.get("front") for card in plain.cards}


# Pages


def upload(client, raw: bytes, name: str = "deck.apkg"):
    return client.post("/cards/import/", {"file": SimpleUploadedFile(name, raw), "action": "look"})


def test_a_file_is_looked_at_and_then_kept(client, packages):
    assert upload(client, packages["current"], "../\u202e<b>deck.apkg").status_code == 302
    page = client.get("/cards/import/").content.decode()

    assert "&lt;b&gt;deck.apkg" in page
    assert "What is a <strong>leader</strong>?" in page
    assert not Card.objects.exists()

    waiting = DeckImport.objects.get()
    assert client.post("/cards/import/", {"action": "keep", "uid": waiting.uid}).status_code == 302
    assert client.post("/cards/import/", {"action": "keep", "uid": waiting.uid}).status_code == 302
    assert Card.objects.filter(owner=waiting.learner).count() == 5
    assert not DeckImport.objects.exists()


def test_another_persons_file_cannot_be_kept(client, packages, learner):
    """promise 19"""
    upload(client, packages["current"])
    uid = DeckImport.objects.get().uid
    client.force_login(learner)
    client.post("/cards/import/", {"action": "keep", "uid": uid})
    client.post("/cards/import/", {"action": "drop"})

    assert not Card.objects.exists()
    assert DeckImport.objects.filter(uid=uid).exists()
    assert "deck.apkg" not in client.get("/cards/import/").content.decode()


def test_a_file_can_be_dropped(client, packages):
    upload(client, packages["legacy"])
    client.post("/cards/import/", {"action": "drop"})

    assert not DeckImport.objects.exists()


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"PK\x03\x04", "not an Anki package"), (b"", "is empty"), (b'{"format": 1}', "not an export of cards"),
     (b"\x80\x81", "neither text")],
)  # fmt: skip
def test_a_bad_file_is_named_next_to_its_field(client, raw, said):
    answer = upload(client, raw)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not User.objects.exists()


def test_posts_that_make_no_sense(client):
    assert client.post("/cards/import/", {}).status_code == 422
    assert client.post("/cards/import/", {"action": "keep", "uid": "x"}).status_code == 404
    assert client.post("/cards/import/", {"action": "keep", "uid": "0" * 32}).status_code == 302
    assert client.post("/cards/import/", {"action": "drop"}).status_code == 302
    assert not User.objects.exists()


def test_reading_opens_no_session(client, cards):
    for path in ("/cards/import/", "/cards/export/", "/cards/export/deck.apkg"):
        assert client.get(path).status_code == 200
        assert client.cookies.get("sessionid") is None
    assert client.get("/cards/export/log.csv").status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 6), ("?which=topic:hashing", 6), ("?q=password", 1), ("?only=own", 0), ("?q=nothing-like-it", 0)],
)
def test_what_is_downloaded_is_what_was_chosen(client, cards, query, count):
    page = client.get(f"/cards/export/{query}").content.decode()
    file = client.get(f"/cards/export/deck.apkg{query}")

    if count:
        assert f'<strong class="number">{count}</strong>' in page
        assert len(read(file.content).cards) == count
        assert file["Content-Disposition"].startswith("attachment; filename=")
        assert zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None
    else:
        assert "nothing to download" in page
        assert file.status_code == 422


def test_a_topic_that_does_not_exist_is_not_found(client):
    assert client.get("/cards/export/?which=topic:nowhere").status_code == 404
    assert client.get("/cards/export/other.csv").status_code == 404


# Commands


def test_the_commands(cards, learner, tmp_path, capsys):
    out = tmp_path / "deck.apkg"
    call_command("export_cards", str(out), topic="hashing")
    assert "6 cards" in capsys.readouterr().out

    Card.objects.all().delete()
    call_command("import_cards", str(out), user="Ada", dry_run=True)
    assert "6 new" in capsys.readouterr().out
    assert not Card.objects.exists()
    call_command("import_cards", str(out), user="ada")
    assert Card.objects.filter(owner=learner).count() == 6


def test_the_commands_say_what_is_wrong(learner, tmp_path):
    bad = tmp_path / "bad.apkg"
    bad.write_bytes(b"PK")
    for name, values in [
        ("import_cards", {"file": str(bad), "user": "ada"}),
        ("import_cards", {"file": str(bad), "user": "nobody"}),
        ("import_cards", {"file": str(tmp_path / "none"), "user": "ada"}),
        ("export_cards", {"out": str(bad)}),
        ("export_cards", {"out": str(bad), "topic": "nowhere"}),
    ]:
        first = values.pop("file", None) or values.pop("out")
        with pytest.raises(CommandError):
            call_command(name, first, **values)


# Backups


@pytest.fixture
def studied(cards, learner) -> User:
    """Somebody with a bit of everything."""
    StudySettings.objects.create(learner=learner, retention=0.85, time_zone="Europe/Berlin", new_a_day=7)
    make_card(
        learner, content={"front": "=1+1?", "back": "Yes."}, topic=cards["map"].topic, tags=["mine"], quote="A hash"
    )
    number = {"front": "n", "answer": "5", "tolerance": "5 %", "back": ""}
    make_card(learner, kind="numeric", content=number, source_name="x", source_id="y")
    edit_card(cards["why"], learner, content={**cards["why"].content, "front": "Mine?"}, now=NOON)
    mark_card(learner, cards["seconds"], "flag", until=NOON)
    tag_card(learner, cards["seconds"], ["hard ones"])
    for days, grade in ((0, 3), (1, 3), (9, 1), (9.01, 3)):
        last = answer(learner, cards["map"], grade, days=days, rules=Rules(retention=0.85))
    answer(learner, cards["why"], 4)
    wrong = Review.objects.order_by("-at").first()
    entry = NewEntry(uid=wrong.uid.__class__(int=7), kind="undo", at=UNDONE, received_at=UNDONE, undoes=wrong.uid)
    record_undo(learner, undoes=wrong.uid, entry=entry, rules=Rules(retention=0.85))
    assert last.is_new
    from studyguide.selectors.settings import rules_of, settings_of

    rederive(learner, rules_of(settings_of(learner.pk)))
    return learner


def everything(learner: User) -> list[list[dict]]:
    found = [
        Card.objects.filter(owner=learner).order_by("uid").values(),
        OwnText.objects.filter(learner=learner).order_by("card__uid").values("card__uid", "content", "front_html"),
        CardState.objects.filter(learner=learner).order_by("card__uid").values(
            "card__uid", *CardState.SCHEDULE, "is_wanted", "is_suspended", "is_flagged", "buried_until", "tags"
        ),
        Review.objects.filter(learner=learner).order_by("at", "uid").values(),
        StudySettings.objects.filter(learner=learner).values(),
    ]  # fmt: skip
    return [
        [{k: v for k, v in row.items() if k not in ("id", "learner_id", "owner_id", "card_id")} for row in rows]
        for rows in found
    ]


def test_a_backup_on_an_empty_account_is_the_same_deck(studied):
    """promise 14: byte-equal on the second export."""
    text, before = backup(studied), everything(studied)
    studied.delete()
    empty = User.objects.create_user("empty")
    restored = restore(empty, text.encode(), now=LATER + timedelta(days=1))

    assert (restored.cards, restored.wordings, restored.entries, restored.unknown) == (2, 1, 6, 0)
    assert everything(empty) == before
    assert backup(empty) == text


def test_a_backup_twice_changes_nothing(studied):
    """promises 8 and 10"""
    text, before = backup(studied), everything(studied)
    restored = restore(studied, text.encode(), now=LATER)

    assert (restored.cards, restored.wordings, restored.entries) == (0, 0, 0)
    assert everything(studied) == before


def test_somebody_elses_backup_makes_cards_of_ones_own(studied):
    """promise 21"""
    other = User.objects.create_user("other")
    for _ in range(2):
        restore(other, backup(studied).encode(), now=LATER)

    assert Card.objects.filter(owner=other).count() == 2
    assert Card.objects.filter(owner=studied).count() == 2
    assert Review.objects.filter(learner=other).count() == Review.objects.filter(learner=studied).count()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["log"].append({"uid": "x"}), "Entry 7 of log: uid"),
        (lambda data: data["log"][5].update(kind="answer"), "Entry 6 of log"),
        (lambda data: data["cards"][0].update(kind="riddle"), "Entry 1 of cards: kind"),
        (lambda data: data["cards"][0].update(content={"front": "only"}), "Entry 1 of cards: back"),
        (lambda data: data["cards"][0].update(content={"onload": "x"}), "Entry 1 of cards: content"),
        (lambda data: data["cards"][0].update(source_id="x" * 200), "Entry 1 of cards: source_id"),
        (lambda data: data["cards"][0].update(quote="\x00"), "Entry 1 of cards: quote"),
        (lambda data: data["settings"].update(time_zone="Mars/Base"), "settings"),
        (lambda data: data["settings"].update(retention=5), "settings"),
        (lambda data: data["settings"].update(parameters=[1e8] * 21), "settings"),
        (lambda data: data.update(states=7), "no list of states"),
        (lambda data: data.update(version=99), "version 99"),
    ],
)
def test_a_bad_backup_is_named_and_changes_nothing(studied, change, said):
    """promise 15"""
    data = json.loads(backup(studied))
    change(data)
    empty = User.objects.create_user("empty")
    with pytest.raises(DeckError, match=said):
        restore(empty, json.dumps(data).encode(), now=LATER)

    assert everything(empty) == [[], [], [], [], []]


def test_tables_are_safe_and_complete(studied):
    """promise 35"""
    schedule = list(csv.DictReader(io.StringIO(schedule_csv(studied.pk))))
    log = list(csv.DictReader(io.StringIO(log_csv(studied.pk))))

    assert len(schedule) == CardState.objects.filter(learner=studied).count()
    assert {row["question"] for row in schedule} >= {"'=1+1?"}
    assert [row["kind"] for row in log] == ["answer"] * 5 + ["undo"]
    assert {row["entry"] for row in log} == {str(uid) for uid in Review.objects.values_list("uid", flat=True)}


def test_the_files_come_through_the_pages(client, studied):
    client.force_login(studied)
    raw = client.get("/cards/export/cards.json").content
    assert raw.decode() == backup(studied)
    assert client.get("/cards/export/schedule.csv").content.startswith(b"\xef\xbb\xbfcard,")
    assert client.get("/cards/export/log.csv").status_code == 200

    studied.delete()
    client.logout()
    upload(client, raw, "cards.json")
    page = client.get("/cards/import/").content.decode()
    assert "own cards" in page
    client.post("/cards/import/", {"action": "keep", "uid": DeckImport.objects.get().uid})
    assert backup(User.objects.get()) == raw.decode()


def test_the_export_of_an_account_holds_a_backup_that_can_be_read_back(client, studied):
    """promise 53"""
    text = backup(studied)
    with exported_zip(studied, now=NOON) as exported:
        cards = zipfile.ZipFile(exported).read("cards.json")
    studied.delete()
    empty = User.objects.create_user("empty")
    restore(empty, cards, now=LATER)

    assert backup(empty) == text


def test_the_number_of_queries_does_not_grow_with_the_cards(client, cards, learner):
    """promise 52"""
    client.force_login(learner)
    counted = {}
    for size in (5, 60):
        with CaptureQueriesContext(connection) as keeping:
            take(learner, "".join(f"Question {number},Answer\n" for number in range(size)).encode())
        counts = [len(keeping)]
        for path in ("/cards/export/", "/cards/export/deck.apkg", "/cards/export/cards.json", "/cards/export/log.csv"):
            with CaptureQueriesContext(connection) as reading:
                assert client.get(path).status_code == 200
            counts.append(len(reading))
        counted[size] = counts
    assert Card.objects.filter(owner=learner).count() == 60
    assert counted[5][1:] == counted[60][1:]
    assert counted[60][0] <= 3 * counted[5][0] + 3  # written in three batches


def test_a_large_deck_is_kept_by_the_worker_with_its_progress_on_the_page(packages, client, learner, monkeypatch):
    """promise 61: and it is handed over once, whoever presses twice."""
    monkeypatch.setattr(deck_imports, "AT_ONCE_CARDS", 1)
    monkeypatch.setattr(decks, "WRITTEN_AT_ONCE", 2)
    client.force_login(learner)
    upload(client, packages["legacy"])
    waiting = DeckImport.objects.get()
    for _ in range(2):
        assert client.post("/cards/import/", {"action": "keep", "uid": waiting.uid}).url == "/cards/import/"
    page = client.get("/cards/import/").content.decode()
    assert "being kept: 0 %" in page
    assert 'hx-trigger="every 2s"' in page
    assert not Card.objects.exists()

    deck_imports.keep_deck.func(waiting.pk)
    done = DeckImport.objects.get()
    assert (done.made, done.done, done.steps) == (5, 5, 5)
    fragment = client.get("/cards/import/", headers={"HX-Request": "true", "HX-Target": "keeping"}).content.decode()
    assert "Kept: 5 new cards" in " ".join(fragment.split())
    assert "hx-trigger" not in fragment
    assert "<html" not in fragment
    # The worker may begin again after it died: nothing is kept twice.
    deck_imports.keep_deck.func(waiting.pk)
    assert (Card.objects.count(), Review.objects.count()) == (5, 2)


def test_a_worker_that_stops_says_why_and_the_same_file_adds_the_rest(packages, client, learner, monkeypatch):
    monkeypatch.setattr(deck_imports, "AT_ONCE_CARDS", 1)
    client.force_login(learner)
    upload(client, packages["legacy"])
    waiting = DeckImport.objects.get()
    client.post("/cards/import/", {"action": "keep", "uid": waiting.uid})
    deck_imports.keeping_stopped("It took longer than an hour.", waiting.pk)
    page = client.get("/cards/import/").content.decode()
    assert "It took longer than an hour." in page
    assert "adds only the rest" in " ".join(page.split())
    upload(client, packages["legacy"])
    assert "Nothing of it is in your deck yet" in client.get("/cards/import/").content.decode()


def test_a_card_of_a_file_is_found_without_reading_all_cards_of_its_owner(learner):
    """Each batch of a deck looks for its cards, and the deck may have 100,000."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads a small table as a whole
            cursor.execute("SET LOCAL enable_seqscan = off")

        assert "card_kept_once" in Card.objects.kept_of(learner.pk, "anki").filter(source_id__in=["a", "b"]).explain()
