"""Just enough of protobuf's encoding to read two numbers and two texts out of Anki's note types."""

from __future__ import annotations

from collections.abc import Iterator

from studyguide.decks.problems import DeckError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a message; DeckError when it is broken."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == VARINT:
            number, place = _varint(message, place)
            yield key >> 3, number
            continue
        if kind == BYTES:
            size, place = _varint(message, place)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise DeckError("A note type in the collection is broken.")
        if place + size > len(message):
            raise DeckError("A note type in the collection is cut off.")
        yield key >> 3, message[place : place + size]
        place += size


def number(message: bytes, field: int) -> int:
    return next((value for name, value in fields(message) if name == field and isinstance(value, int)), 0)


def text(message: bytes, field: int) -> str:
    found = next((value for name, value in fields(message) if name == field and isinstance(value, bytes)), b"")
    return found.decode(errors="replace")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message) and shift < 64:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise DeckError("A note type in the collection is broken.")
