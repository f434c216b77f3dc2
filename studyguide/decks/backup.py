"""All of a learner's cards as one JSON document that can be read back: settings, own cards, own wordings, marks, and
the log. It also holds the schedule, for people and programs; the schedule follows from the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from studyguide.decks.incoming import storable
from studyguide.decks.problems import DeckError
from studyguide.memory.log import MAX_GIVEN
from studyguide.notes.cards import FIELDS, KIND_NAMES
from web.reading.json_text import read_json

FORMAT, VERSION = "loadbearing-cards", 1
HEAD: dict[str, Any] = {"format": FORMAT, "version": VERSION}
# As much as an Anki package may bring.
MAX_OWN_CARDS = 150_000
MAX_LOG = 1_500_000
MAX_STATES = 200_000
SECTIONS: dict[str, int] = {"cards": MAX_OWN_CARDS, "wordings": MAX_OWN_CARDS, "states": MAX_STATES, "log": MAX_LOG}
CONTENT_NAMES = {name for fields in FIELDS.values() for name in fields} | {"back"}
LONGEST = 6_000  # characters in a text that is not a card's content


def to_text(document: Mapping[str, Any]) -> str:
    """The same document always gives the same text: a line an entry, so that two exports can be compared."""
    head = {name: document[name] for name in (*HEAD, "settings")}
    lines = [_dumped(head)[:-1] + ","]
    for index, name in enumerate(SECTIONS):
        entries = ",\n".join(_dumped(entry) for entry in document[name])
        lines.append(f'"{name}": [\n{entries}\n]' + ("," if index < len(SECTIONS) - 1 else "}"))
    return "\n".join(lines) + "\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def from_text(raw: bytes) -> dict[str, Any]:
    """The document, with typed values; DeckError says where it is wrong."""
    try:
        data = read_json(raw.decode("utf-8-sig"))
    except ValueError as error:
        raise DeckError(f"The file is not JSON: {str(error)[:100]}.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DeckError(f'The file is not an export of cards: it does not say "format": "{FORMAT}".')
    if data.get("version") != VERSION:
        raise DeckError(f"The file has version {data.get('version')!r}; version {VERSION} is read.")
    found: dict[str, Any] = {"settings": _entry("settings", 1, data.get("settings"), SETTINGS)}
    for name, most in SECTIONS.items():
        entries = data.get(name)
        if not isinstance(entries, list):
            raise DeckError(f"The file has no list of {name}.")
        if len(entries) > most:
            raise DeckError(f"The file has {len(entries):,} entries in {name}; {most:,} are read.")
        found[name] = [_entry(name, number, each, SHAPES[name]) for number, each in enumerate(entries, start=1)]
    return found


def _entry(section: str, number: int, entry: Any, shape: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise DeckError(f"Entry {number} of {section} is not an object.")
    typed = {}
    for name, read in shape.items():
        try:
            typed[name] = read(entry.get(name))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            shown = repr(entry.get(name))[:60]
            raise DeckError(f"Entry {number} of {section}: {name} cannot be {shown}.") from error
    return typed


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or storable(value) != value:
        raise ValueError
    return value


def _short(most: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _text(value)
        if len(text) > most:
            raise ValueError
        return text

    return read


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e9:
        raise ValueError
    return float(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise ValueError
    return moment


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _uid(value: Any) -> UUID:
    return UUID(_text(value))


def _kind(value: Any) -> str:
    if value not in KIND_NAMES:
        raise ValueError
    return str(value)


def _log_kind(value: Any) -> str:
    if value not in ("answer", "undo", "reset", "cram"):
        raise ValueError
    return str(value)


def _grade(value: Any) -> int:
    if value not in (1, 2, 3, 4):
        raise ValueError
    return int(value)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 50:
        raise ValueError
    return [_text(each) for each in value]


def _numbers(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) != 21:  # as many as FSRS 6 has
        raise ValueError
    return [_number(each) for each in value]


def _content(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= {name for fields in FIELDS.values() for name in fields} | {
        "back"
    }:
        raise ValueError
    json.dumps(value, ensure_ascii=False).encode()
    if "\\u0000" in json.dumps(value):
        raise ValueError
    return value


def _weekdays(value: Any) -> list[int]:
    if (
        not isinstance(value, list)
        or len(set(value)) > 6
        or not all(type(day) is int and 0 <= day < 7 for day in value)
    ):
        raise ValueError
    return sorted(set(value))


def _or(read: Callable[[Any], Any], default: Callable[[], Any]) -> Callable[[Any], Any]:
    return lambda value: default() if value is None else read(value)


def _maybe(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


SETTINGS: dict[str, Callable[[Any], Any]] = {
    "new_a_day": _whole, "retention": _number, "interview_on": _maybe(_day), "day_starts_at": _whole,
    "time_zone": _short(64), "parameters": _maybe(_numbers), "fitted_at": _maybe(_moment),
    # Exports of before have neither.
    "free_days": _or(_weekdays, list), "waits_for_prerequisites": _or(_truth, lambda: True),
}  # fmt: skip
SHAPES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "cards": {
        "uid": _uid, "kind": _kind, "content": _content, "topic": _text, "quote": _text, "anchor": _short(200),
        "tags": _texts, "source_name": _short(80), "source_id": _short(120), "removed_at": _maybe(_moment),
        "created_at": _moment, "changed_at": _moment,
    },
    "wordings": {"card": _uid, "content": _content},
    "states": {
        "card": _uid, "is_wanted": _truth, "is_suspended": _truth, "is_flagged": _truth,
        "buried_until": _maybe(_moment), "tags": _texts,
    },
    "log": {
        "uid": _uid, "card": _uid, "kind": _log_kind, "grade": _maybe(_grade), "undoes": _maybe(_uid), "at": _moment,
        "received_at": _moment, "duration_ms": _maybe(_whole), "given": _short(MAX_GIVEN),
    },
}  # fmt: skip
