"""Our packages in the real Anki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from studyguide.decks.outgoing import OutgoingCard, package

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CONTENTS = {
    "question": {"front": "What is a **shard**?", "back": "One of many.\n\n```mermaid\nflowchart LR\n A-->B\n```"},
    "cloze": {"text": "It keeps {{hot::warm or hot?}} rows, `std::map` and {{ids}}.", "back": "See [x](/topics/x/)."},
    "choice": {"front": "Which key?", "choices": ["The name", "The **id**"], "answer": 1, "back": "It is unique."},
    "numeric": {"front": "Seconds in a day?", "answer": "86,400 s", "tolerance": "20 %", "back": "24 x 60 x 60."},
    "misconception": {"claim": "A & B are <one>.", "verdict": False, "truth": "They are two.", "source": "A book"},
    "picture": {"front": "What stands there?", "diagram": "flowchart LR\n C --> R[Ring] --> S", "hidden": "Ring"},
}  # fmt: skip


def outgoing() -> list[OutgoingCard]:
    return [
        OutgoingCard(
            uid=UUID(int=number), kind=kind, content=content, category="Data::Storage", topic_slug="shards",
            topic_title="Shards & keys", tags=("two words",),
        )
        for number, (kind, content) in enumerate(CONTENTS.items(), start=1)
    ]  # fmt: skip


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def take_in(collection: Collection, raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(raw)
    options = ImportAnkiPackageOptions(with_scheduling=True)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))


def test_anki_shows_every_kind_with_its_drawings(collection, tmp_path):
    take_in(collection, package(outgoing(), now=NOW), tmp_path)
    sides = {}
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        sides[UUID(card.note().guid).int] = (card.question(), card.answer(), collection.decks.name(card.did))
    question, cloze, choice, numeric, misconception, picture = (sides[number] for number in range(1, 7))

    assert {each[2] for each in sides.values()} == {"Loadbearing::Data: Storage"}
    assert "<strong>shard</strong>" in question[0]
    assert "One of many." in question[1]
    assert "Shards &amp; keys" in question[0]
    assert "[warm or hot?]" in cloze[0]
    assert "[...]" in cloze[0]
    assert ":&#58;map" in cloze[0]
    assert "hot</span> rows" in cloze[1]
    assert "See x." in cloze[1]
    assert "<li>The name</li>" in choice[0]
    assert "2. The <strong>id</strong>" in choice[1]
    assert "86,400 s" not in numeric[0]
    assert "Right within 20 %" in numeric[1]
    assert "False" in misconception[1]
    assert "Ring" not in picture[0].split("</style>")[1]
    assert "Ring" in picture[1]
    assert not any("Loadbearing" in each[0].split("</style>")[1] for each in sides.values())
    assert not any("<script" in side for each in sides.values() for side in each)
    media = {path.name for path in Path(collection.media.dir()).iterdir()}
    shown = {name for each in sides.values() for name in re.findall(r'src="([^"]+)"', each[0] + each[1])}
    assert len(media) == 3
    assert shown == media
    assert collection.media.check().missing == []


def test_a_second_import_updates_texts_and_keeps_the_schedule(collection, tmp_path):
    cards = outgoing()
    take_in(collection, package(cards, now=NOW), tmp_path)
    first = collection.find_cards("shard?")[0]
    for _ in range(2):
        answer(collection, first)
    before = schedules(collection)

    edited = replace(cards[0], content={"front": "What is a **shard** now?", "back": "A part."})
    take_in(collection, package([edited, *cards[1:]], now=NOW + timedelta(days=1)), tmp_path)

    assert collection.note_count() == 6
    assert collection.card_count() == 6
    assert "<strong>shard</strong> now?" in collection.get_card(first).question()
    assert schedules(collection) == before
    assert before[first][0] > 0
    assert len(collection.models.all_names_and_ids()) == len(
        {each.name for each in collection.models.all_names_and_ids()}
    )


def answer(collection: Collection, card_id: int) -> None:
    card = collection.get_card(card_id)
    card.start_timer()
    states = collection._backend.get_scheduling_states(card_id)
    collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=3))


def schedules(collection: Collection) -> dict[int, tuple[int, ...]]:
    found = collection.db.all("select id, type, queue, due, ivl, reps, lapses from cards")
    return {row[0]: tuple(row[1:]) for row in found}


def test_a_collection_without_cards_is_an_empty_package(collection, tmp_path):
    take_in(collection, package([], now=NOW), tmp_path)

    assert collection.card_count() == 0
