"""Packages of the real Anki, and our own ones when they come back."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from studyguide.decks.incoming import Incoming
from studyguide.decks.outgoing import package
from studyguide.decks.templates import filled
from studyguide.notes.card_texts import CardRenderer
from tests.studyguide.decks.conftest import read
from tests.studyguide.decks.test_outgoing import CONTENTS, NOW, outgoing
from tests.web.payloads import PAYLOADS


@pytest.mark.parametrize("form", ["legacy", "current"])
def test_each_card_of_a_note_becomes_a_card(packages, form):
    found = read(packages[form])
    cards = {card.source_id: (card.kind, card.content) for card in found.cards}

    assert cards == {
        "guid-Basic-The no": ("question", {"front": "What is a **leader**?", "back": "The node that  \ntakes writes."}),
        "guid-Basic (and reversed card)-Recove": ("question", {"front": "RPO", "back": "Recovery point objective"}),
        "guid-Basic (and reversed card)-Recove/1": ("question", {"front": "Recovery point objective", "back": "RPO"}),
        "guid-Cloze-From t": (
            "cloze", {"text": "A {{leader::who?}} takes writes, followers **read**.", "back": "From the notes"}
        ),
        "guid-Cloze-From t/1": (
            "cloze", {"text": "A leader takes writes, {{followers}} **read**.", "back": "From the notes"}
        ),
    }  # fmt: skip
    assert found.left_out_count == 1
    assert "not in the package" in found.left_out[0][1]
    assert found.media_count == 1, "one file, though two cards show it"
    assert {card.deck for card in found.cards} == {"Systems::Replication"}
    assert next(card.tags for card in found.cards if "reversed" in card.source_id) == (
        "terms",
        "two words",
        "Systems",
        "Systems::Replication",
    )


@pytest.mark.parametrize("form", ["legacy", "current"])
def test_answers_come_along_with_their_ids(packages, form):
    found = read(packages[form])
    answered = {card.source_id: card.reviews for card in found.cards if card.reviews}

    assert list(answered) == ["guid-Basic-The no"]
    first, second = answered["guid-Basic-The no"]
    assert (first.kind, first.grade) == ("answer", 4)
    assert first.uid("a") != second.uid("a")
    assert first.at.year >= 2026


def test_what_goes_to_json_comes_back(packages):
    found = read(packages["current"])

    assert Incoming.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_our_own_cards_come_back_as_they_were():
    """promise 14"""
    found = read(package(outgoing(), now=NOW))

    assert [(card.kind, card.content) for card in found.cards] == list(CONTENTS.items())
    assert [card.uid for card in found.cards] == [str(card.uid) for card in outgoing()]
    assert {card.topic for card in found.cards} == {"shards"}
    assert {card.tags for card in found.cards} == {("two words",)}


def test_what_was_edited_in_anki_is_read_from_what_it_shows():
    raw = package(outgoing()[:1], now=NOW)
    edited = with_collection(raw, "UPDATE notes SET flds = replace(flds, 'What is a', 'What then is a')")
    card = read(edited).cards[0]

    assert card.content["front"].endswith("What then is a **shard**?")
    assert card.uid == str(outgoing()[0].uid)


def test_html_of_strangers_is_inert():
    """promise 31"""
    renderer = CardRenderer()
    for payload in PAYLOADS:
        edited = with_collection(
            package(outgoing()[:1], now=NOW), "UPDATE notes SET flds = ?", (f"Q {payload}\x1fA {payload}\x1f\x1f",)
        )
        for card in read(edited).cards:
            sides = renderer.sides(card.kind, card.content)
            html = (sides.front + sides.back).lower()
            tags = [piece.split(">")[0] for piece in html.split("<")[1:]]
            assert not any(tag.startswith(("script", "img", "svg", "iframe", "form", "style")) for tag in tags), payload
            assert not any(" on" in tag or "javascript:" in tag or "hx-" in tag for tag in tags), payload


def with_collection(raw: bytes, sql: str, values: tuple[str, ...] = ()) -> bytes:
    """The package with its database changed by the statement."""
    import sqlite3

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    connection = sqlite3.connect(":memory:")
    connection.deserialize(entries["collection.anki2"])
    connection.execute(sql, values)
    connection.commit()
    entries["collection.anki2"] = connection.serialize()
    connection.close()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{A}} and {{ A }}", "one and one"),
        ("{{text:A}}{{type:A}}{{tts en_US:A}}{{furigana:A}}", "oneone"),
        ("{{furigana:C}}|{{kanji:C}}|{{kana:C}}", "漢 (かん)字 (じ)|漢字|かんじ"),
        ("{{#A}}yes{{/A}}{{#B}}no{{/B}}{{^B}}none{{/B}}", "yesnone"),
        ("{{#A}}{{#B}}x{{/B}}y{{/A}}", "y"),
        ("{{Nothing}}{{/A}}{{#A}}open", "open"),
    ],
)
def test_templates(template, expected):
    assert filled(template, {"A": "one", "B": "<br>", "C": " 漢[かん] 字[じ]"}) == expected


def test_a_template_cannot_grow_without_end():
    assert len(filled("{{A}}" * 10_000, {"A": "x" * 5_000})) <= 500_000
