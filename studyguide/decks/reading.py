"""Reads any file of cards, whose format is recognised by its content."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from studyguide.decks.apkg import read_apkg
from studyguide.decks.delimited import read_delimited
from studyguide.decks.incoming import Incoming
from studyguide.decks.problems import DeckError

MAX_BYTES = 200_000_000
ARCHIVE = b"PK"


def is_archive(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(len(ARCHIVE))
    file.seek(0)
    return start == ARCHIVE


def read_deck(file: BinaryIO, *, progress: Callable[[int], object] = lambda _: None) -> Incoming:
    """DeckError says what is wrong with it. Of two cards with one id the first is taken. `progress` is told how many
    cards of a package are read."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        raise DeckError(f"The file has {size:,} bytes; {MAX_BYTES:,} are read.")
    if not size:
        raise DeckError("The file is empty.")
    found = read_apkg(file, progress=progress) if is_archive(file) else read_delimited(file.read())
    unique = {card.source_id: card for card in reversed(found.cards)}
    for card in found.cards:
        if unique[card.source_id] is not card:
            found.leave_out(
                str(card.content.get("front", card.content.get("text", "")))[:100], "it is in the file twice"
            )
    found.cards = [card for card in found.cards if unique[card.source_id] is card]
    return found
