"""Reads Anki's database, which is a file from strangers.

It is opened read-only and never trusted: it may hold no trigger, view or virtual table, only plain reads of tables are
authorised, and cells and work are bounded.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from studyguide.decks import wire
from studyguide.decks.incoming import MAX_DECK, tags_in
from studyguide.decks.problems import MAX_CARDS, MAX_CELL, MAX_REVIEWS, MAX_TEXT, DeckError

MAGIC = b"SQLite format 3\x00"
STEPS = 10_000  # steps of SQLite's virtual machine between two checks of their number
MOST_STEPS = 500_000_000
MOST_OBJECTS = 200
READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
SQL_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_CELL,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 3,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
TABLES = ("col", "notes", "cards", "revlog", "notetypes", "fields", "templates", "decks")
HIDDEN = 6  # where PRAGMA table_xinfo says whether a column is computed
CLOZE = 1
SUSPENDED = -1  # the queue of cards that are not asked
FLAGS = 7  # the bits that hold a flag's colour


@dataclass(frozen=True, kw_only=True)
class Template:
    front: str
    back: str


@dataclass(frozen=True, kw_only=True)
class NoteType:
    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


class Answered(NamedTuple):
    """A line of Anki's log; `at_ms` is its id and the time when it was made."""

    at_ms: int
    ease: int
    kind: int
    factor: int
    taken_ms: int


@dataclass(frozen=True, kw_only=True)
class AnkiCard:
    guid: str
    ordinal: int
    note_type: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    is_suspended: bool = False
    is_flagged: bool = False
    answers: list[Answered] = field(default_factory=list)


def read_collection(path: Path, leave_out: Callable[[str, str], None]) -> list[AnkiCard]:
    """The cards with their notes and logs, in the order in which they were made; `leave_out` is told of notes that are
    too long. DeckError for a bad file."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise DeckError("The collection in the archive is not a database.")
    try:
        with _opened(path) as connection:
            return _cards(connection, leave_out)
    except sqlite3.Error as error:
        raise DeckError(f"The collection cannot be read: {_why(error)}.") from error
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        if isinstance(error, DeckError):
            raise
        raise DeckError("The collection does not have the form that Anki writes.") from error


def _why(error: sqlite3.Error) -> str:
    if isinstance(error, sqlite3.OperationalError) and "interrupted" in str(error):
        return "it takes too long"
    return str(error)[:120]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, cached_statements=0)) as connection:
        for limit, most in SQL_LIMITS.items():
            connection.setlimit(limit, most)
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        for setting in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        connection.create_collation("unicase", lambda one, two: (one > two) - (one < two))
        steps = iter(range(MOST_STEPS // STEPS))
        connection.set_progress_handler(lambda: int(next(steps, None) is None), STEPS)
        _check_schema(connection)
        connection.set_authorizer(_authorised)
        yield connection


def _authorised(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY


def _check_schema(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(MOST_OBJECTS + 1)
    if len(rows) > MOST_OBJECTS:
        raise DeckError("The collection has more tables than any of Anki's.")
    for kind, name, sql in rows:
        words = " ".join(str(sql or "").upper().split()[:2])
        if kind not in ("table", "index") or words == "CREATE VIRTUAL":
            shown = "virtual table" if words == "CREATE VIRTUAL" else kind
            raise DeckError(f"The collection holds a {shown} ({str(name)[:40]!r}), which none of Anki's does.")
    for table in TABLES:
        # The authoriser is not asked about the functions that a computed column calls.
        if any(column[HIDDEN] for column in connection.execute(f"PRAGMA table_xinfo({table})")):
            raise DeckError(f"The collection's table {table!r} has a computed column, which none of Anki's does.")


def _cards(connection: sqlite3.Connection, leave_out: Callable[[str, str], None]) -> list[AnkiCard]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"col", "notes", "cards"} <= tables:
        raise DeckError("The collection does not have the tables of Anki's.")
    types, decks = _new_types(connection) if "notetypes" in tables else _old_types(connection)
    notes, too_long = _notes(connection, leave_out)
    sql = "SELECT id, nid, did, ord, queue, flags FROM cards ORDER BY nid, ord"
    rows = connection.execute(sql).fetchmany(MAX_CARDS + 1)
    if len(rows) > MAX_CARDS:
        raise DeckError(f"The package has more than {MAX_CARDS:,} cards; send it in parts, deck by deck.")
    log = _log(connection) if "revlog" in tables else {}
    found = []
    for card_id, note_id, deck_id, ordinal, queue, flags in rows:
        if note_id in too_long:
            continue
        guid, type_id, tags, texts = notes.get(note_id, ("", 0, "", ""))
        if not guid or type_id not in types:
            raise DeckError("A card in the collection has no note, or a note no note type.")
        found.append(
            AnkiCard(
                guid=guid,
                ordinal=int(ordinal),
                note_type=types[type_id],
                fields=tuple(texts.split("\x1f")),
                tags=tags_in(tags),
                deck=decks.get(deck_id, "")[:MAX_DECK],
                is_suspended=queue == SUSPENDED,
                is_flagged=bool(int(flags or 0) & FLAGS),
                answers=log.get(card_id, []),
            )
        )
    return found


def _notes(
    connection: sqlite3.Connection, leave_out: Callable[[str, str], None]
) -> tuple[dict[int, tuple[str, int, str, str]], set[int]]:
    """The notes by their id, and the ids of those that are too long."""
    notes: dict[int, tuple[str, int, str, str]] = {}
    too_long: set[int] = set()
    for note_id, guid, type_id, tags, texts in connection.execute("SELECT id, guid, mid, tags, flds FROM notes"):
        if len(notes) == MAX_CARDS:
            raise DeckError(f"The package has more than {MAX_CARDS:,} notes; send it in parts, deck by deck.")
        text = str(texts)
        if len(text) > MAX_TEXT:
            leave_out(text[:100], f"the note has {len(text):,} characters; {MAX_TEXT:,} are read")
            too_long.add(note_id)
            continue
        notes[note_id] = (str(guid), type_id, str(tags or ""), text)
    return notes, too_long


def _log(connection: sqlite3.Connection) -> dict[int, list[Answered]]:
    rows = connection.execute("SELECT id, cid, ease, type, factor, time FROM revlog ORDER BY id")
    log: dict[int, list[Answered]] = {}
    for number, (at_ms, card_id, ease, kind, factor, taken) in enumerate(rows):
        if number == MAX_REVIEWS:
            raise DeckError(f"The package has more than {MAX_REVIEWS:,} reviews; export it without scheduling.")
        answered = Answered(int(at_ms), int(ease), int(kind), int(factor or 0), max(0, int(taken or 0)))
        log.setdefault(card_id, []).append(answered)
    return log


def _old_types(connection: sqlite3.Connection) -> tuple[dict[int, NoteType], dict[int, str]]:
    """Up to 2.1.27 note types and decks are JSON in one row."""
    row = connection.execute("SELECT models, decks FROM col").fetchone()
    if row is None:
        raise DeckError("The collection is empty.")
    models: dict[str, Any] = json.loads(row[0])
    types = {
        int(key): NoteType(
            name=str(model["name"]),
            is_cloze=int(model.get("type") or 0) == CLOZE,
            fields=tuple(str(each["name"]) for each in model["flds"]),
            templates=tuple(Template(front=str(each["qfmt"]), back=str(each["afmt"])) for each in model["tmpls"]),
        )
        for key, model in models.items()
    }
    return types, {int(key): str(deck["name"]) for key, deck in json.loads(row[1]).items()}


def _new_types(connection: sqlite3.Connection) -> tuple[dict[int, NoteType], dict[int, str]]:
    """Since then they have tables of their own, with protobuf in them."""
    names: dict[int, list[str]] = {}
    for type_id, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        names.setdefault(type_id, []).append(str(name))
    templates: dict[int, list[Template]] = {}
    for type_id, config in connection.execute("SELECT ntid, config FROM templates ORDER BY ntid, ord"):
        template = Template(front=wire.text(config, 1), back=wire.text(config, 2))
        templates.setdefault(type_id, []).append(template)
    types = {
        type_id: NoteType(
            name=str(name),
            is_cloze=wire.number(config, 1) == CLOZE,
            fields=tuple(names.get(type_id, ())),
            templates=tuple(templates.get(type_id, ())),
        )
        for type_id, name, config in connection.execute("SELECT id, name, config FROM notetypes")
    }
    decks = connection.execute("SELECT id, name FROM decks")
    return types, {deck_id: str(name).replace("\x1f", "::") for deck_id, name in decks}
