"""Packages made by the real Anki."""

from __future__ import annotations

from pathlib import Path

from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

HOLES = "A {{c1::leader::who?}} takes writes, {{c2::followers}} <b>read</b>."


def make_package(folder: Path, *, legacy: bool, with_scheduling: bool = True) -> bytes:
    """A deck of four notes with five cards, one of which was answered twice."""
    collection = Collection(str(folder / f"made-{legacy}.anki2"))
    try:
        deck = collection.decks.id("Systems::Replication")
        picture = collection.media.write_data("ring.png", b"\x89PNG\r\n\x1a\n not a picture")
        _add(
            collection,
            deck,
            "Basic",
            ["What is a <b>leader</b>?", f'The node that<br>takes writes. <img src="{picture}">'],
        )
        _add(
            collection,
            deck,
            "Basic (and reversed card)",
            ["RPO", "Recovery point objective"],
            tags=["terms", "two_words"],
        )
        _add(collection, deck, "Cloze", [HOLES, "From the notes"])
        _add(collection, deck, "Basic", [f'<img src="{picture}">', "A ring"])
        first = collection.find_cards("note:Basic leader")[0]
        for _ in range(2):
            _answer(collection, first)
        collection.sched.suspend_cards(list(collection.find_cards("note:*reversed* card:2")))
        path = folder / f"made-{legacy}.apkg"
        options = ExportAnkiPackageOptions(
            with_scheduling=with_scheduling, with_deck_configs=False, with_media=True, legacy=legacy
        )
        collection.export_anki_package(out_path=str(path), options=options, limit=DeckIdLimit(deck))
    finally:
        collection.close()
    return path.read_bytes()


def _add(collection: Collection, deck: int, kind: str, fields: list[str], *, tags: list[str] | None = None) -> None:
    note = collection.new_note(collection.models.by_name(kind))
    note.fields = fields
    note.tags = tags or []
    note.guid = f"guid-{kind}-{fields[1][:6]}"
    collection.add_note(note, deck)


def _answer(collection: Collection, card_id: int) -> None:
    card = collection.get_card(card_id)
    card.start_timer()
    states = collection._backend.get_scheduling_states(card_id)
    collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=3))
