"""Files that mean harm."""

from __future__ import annotations

import io
import sqlite3
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from studyguide.decks import collection
from studyguide.decks.incoming import MAX_DECK, MOST_TAGS
from studyguide.decks.problems import DeckError
from tests.studyguide.decks.conftest import read

MAX_MEMORY = 200_000_000


def archive(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as out:
        for name, data in entries.items():
            out.writestr(name, data)
    return packed.getvalue()


def bomb() -> bytes:
    return archive({"collection.anki2": b"\0" * 150_000_000})


def zstd_bomb() -> bytes:
    compressor = zstandard.ZstdCompressor().compressobj()
    pieces = [compressor.compress(bytes(1_000_000)) for _ in range(300)]
    return archive({"collection.anki21b": b"".join([*pieces, compressor.flush()])}, method=zipfile.ZIP_STORED)


def lying_bomb() -> bytes:
    """Says that it has ten bytes."""
    raw = bytearray(archive({"collection.anki2": b"\0" * 20_000_000}))
    central = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<L", raw, central + 24, 10)
    struct.pack_into("<L", raw, 22, 10)
    return bytes(raw)


def overlapping() -> bytes:
    """Two entries of the list lead to the same bytes."""
    raw = archive({"collection.anki2": b"SQLite", "1": b"x" * 6}, method=zipfile.ZIP_STORED)
    second = bytearray(raw)
    place = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<L", second, place + 42, 0)
    return bytes(second)


def nested() -> bytes:
    return archive({"collection.anki2": b"SQLite", "0": archive({"collection.anki2": b"SQLite"})})


def nested_collection() -> bytes:
    return archive({"collection.anki2": archive({"collection.anki2": b"SQLite"})})


def many() -> bytes:
    return archive({str(number): b"" for number in range(100_000)}, method=zipfile.ZIP_STORED)


def unannounced() -> bytes:
    """60,000 entries of which its last record says that they are one."""
    raw = bytearray(archive({str(number): b"" for number in range(60_000)}, method=zipfile.ZIP_STORED))
    struct.pack_into("<HH", raw, raw.rfind(b"PK\x05\x06") + 8, 1, 1)
    return bytes(raw)


def symlink() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        link = zipfile.ZipInfo("collection.anki2")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
    return packed.getvalue()


def named(name: str) -> Callable[[], bytes]:
    return lambda: archive({"collection.anki2": b"SQLite", name: b"x"})


def twice() -> bytes:
    raw = archive({"collection.anki2": b"SQLite", "collection.anki3": b"SQLite"}, method=zipfile.ZIP_STORED)
    return raw.replace(b"collection.anki3", b"collection.anki2")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (bomb, "unpacks to 150,000,000 bytes"),
    "zstd bomb": (zstd_bomb, "unpacks to more than"),
    "lying bomb": (lying_bomb, "broken"),
    "overlapping entries": (overlapping, "overlap"),
    "nested archive": (nested, "is another archive"),
    "archive as collection": (nested_collection, "is another archive"),
    "100,000 entries": (many, "too many entries"),
    "60,000 entries, not announced": (unannounced, "60,000 entries"),
    "symlink": (symlink, "is a link or a device"),
    "parent folder": (named("../evil"), "no Anki package does"),
    "parent folder of Windows": (named("..\\evil"), "no Anki package does"),
    "sibling prefix": (named("../collection.media-evil/1"), "no Anki package does"),
    "absolute": (named("/etc/cron.d/evil"), "no Anki package does"),
    "drive": (named("C:/evil"), "no Anki package does"),
    "folder": (named("media/"), "no Anki package does"),
    "one name twice": (twice, "two entries of one name"),
    "no collection": (lambda: archive({"media": b"{}"}), "no collection of cards"),
    "no database": (lambda: archive({"collection.anki2": b"SQLite"}), "not a database"),
    "cut off": (lambda: archive({"collection.anki2": b"SQLite"})[:-30], "no list of contents"),
    "no zstd": (lambda: archive({"collection.anki21b": b"SQLite"}), "cannot be unpacked"),
    "beginning of an archive": (lambda: b"PK\x03\x04", "no list of contents"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused(name, monkeypatch):
    """promise 38: before unpacking, within 200 MB."""
    make, said = HOSTILE[name]
    raw = make()
    read_at = []
    monkeypatch.setattr(collection, "_cards", lambda connection: read_at.append(connection))

    tracemalloc.start()
    try:
        with pytest.raises(DeckError, match=said):
            read(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_MEMORY
    assert read_at == []


def encrypted() -> bytes:
    raw = bytearray(archive({"collection.anki2": b"SQLite"}))
    struct.pack_into("<H", raw, raw.rfind(b"PK\x01\x02") + 8, 1)
    return bytes(raw)


def test_an_encrypted_archive_is_refused():
    with pytest.raises(DeckError, match="encrypted"):
        read(encrypted())


@pytest.fixture(scope="module")
def simple(packages) -> bytes:
    """A package with only the old collection, whose database is easily changed."""
    with zipfile.ZipFile(io.BytesIO(packages["legacy"])) as opened:
        return archive({"collection.anki2": opened.read("collection.anki21")})


SQL = {
    "trigger": ("CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END", "holds a trigger"),
    "view": ("CREATE VIEW v AS SELECT * FROM notes", "holds a view"),
    "virtual table": ("CREATE VIRTUAL TABLE f USING fts5(a)", "holds a virtual table"),
    "huge cell": ("UPDATE notes SET flds = randomblob(5000000) WHERE id = (SELECT max(id) FROM notes)", "too big"),
    "no table": ("DROP TABLE notes", "does not have the tables"),
    "other columns": ("ALTER TABLE notes RENAME COLUMN flds TO fields", "no such column"),
    "note types that are none": ("UPDATE col SET models = '[]'", "does not have the form"),
    "note types deep down": ("UPDATE col SET models = printf('%.*c', 100000, '[')", "does not have the form"),
    "cards without notes": ("DELETE FROM notes", "has no note"),
    "words for numbers": ("UPDATE revlog SET ease = 'x'", "does not have the form"),
    "numbers without end": ("UPDATE cards SET ord = 9e999", "does not have the form"),
    "many tables": (";".join(f"CREATE TABLE t{number} (a)" for number in range(250)), "more tables"),
}


@pytest.mark.parametrize("name", SQL)
def test_hostile_databases_give_a_message(simple, name):
    """promise 39"""
    sql, said = SQL[name]
    with pytest.raises(DeckError, match=said):
        read(with_script(simple, sql))


def with_script(raw: bytes, sql: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(opened.read("collection.anki2"))
    connection.executescript(sql)
    data = connection.serialize()
    connection.close()
    return archive({"collection.anki2": data})


def test_a_schema_that_was_written_over_runs_nothing(simple):
    """promise 39: a view in the place of a table, a generated column that calls a function."""
    view = "DROP TABLE notes; CREATE VIEW notes AS SELECT 1 AS id, 'g' AS guid, 1 AS mid, '' AS tags, 'x' AS flds"
    with pytest.raises(DeckError, match="holds a view"):
        read(with_script(simple, view))
    generated = "ALTER TABLE notes ADD COLUMN g AS (hex(zeroblob(1000))); ALTER TABLE notes RENAME COLUMN flds TO f;"
    generated += "ALTER TABLE notes RENAME COLUMN g TO flds"
    with pytest.raises(DeckError, match="computed column"):
        read(with_script(simple, generated))


def test_endless_work_is_stopped(simple, monkeypatch):
    """promise 39"""
    monkeypatch.setattr(collection, "MOST_STEPS", collection.STEPS)
    growing = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO revlog "
    growing += "SELECT 1700000000000 + i, 1, -1, 3, 1, 1, 0, 0, 1 FROM n"
    with pytest.raises(DeckError, match="takes too long"):
        read(with_script(simple, growing))


def test_a_note_that_is_too_long_is_left_out_alone(simple):
    found = read(
        with_script(
            simple, "UPDATE notes SET flds = printf('%.*c', 600000, 'x') WHERE id = (SELECT max(id) FROM notes)"
        )
    )

    assert "the note has 600,000 characters" in found.left_out[0][1]


def test_too_many_reviews_are_refused(simple, monkeypatch):
    monkeypatch.setattr(collection, "MAX_REVIEWS", 50_000)
    growing = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50100) INSERT INTO revlog "
    growing += "SELECT 1700000000000 + i, 1, -1, 3, 1, 1, 0, 0, 1 FROM n"
    with pytest.raises(DeckError, match="without scheduling"):
        read(with_script(simple, growing))


def test_a_broken_database_gives_a_message(simple):
    """promise 39: damaged at many places, it is read or refused, and nothing else happens."""
    with zipfile.ZipFile(io.BytesIO(simple)) as opened:
        data = opened.read("collection.anki2")
    refused = 0
    for place in range(16, len(data), len(data) // 60):
        damaged = bytearray(data)
        damaged[place : place + 64] = bytes([(place * 7) % 256]) * 64
        try:
            read(archive({"collection.anki2": bytes(damaged)}, method=zipfile.ZIP_STORED))
        except DeckError:
            refused += 1
    assert refused
    with pytest.raises(DeckError):
        read(archive({"collection.anki2": data[: len(data) // 2]}))


def test_the_file_is_not_changed_and_nothing_is_left(simple, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read(simple)

    assert list(tmp_path.iterdir()) == []


def test_a_long_deck_name_and_many_tags_are_not_repeated_on_every_card(simple):
    """20,000 parts in the name of a deck took 16 seconds, and 15,000 tags on 3,000 cards a page of 58 MB."""
    name = "::".join(["a"] * 2_000)
    named = f"SELECT json_group_object(key, json_set(value, '$.name', '{name}')) FROM json_each(decks)"
    decks = read(with_script(simple, f"UPDATE col SET decks = ({named})"))
    tagged = read(b"#separator:tab\n#tags:" + b"a " * 15_000 + b"\nq\tb\n")

    assert {len(card.deck) for card in decks.cards} == {MAX_DECK}
    assert len(tagged.cards[0].tags) == MOST_TAGS


def test_a_note_whose_cards_would_show_too_many_gaps_is_left_out_alone():
    """1,000 numbers of one gap beside 99 others made 22 times 50,000 gaps to be shown."""
    numbers = ",".join(map(str, range(1, 600)))
    found = read(f"#separator:tab\n{{{{c{numbers}::a}}}}{'{{c1::b}}' * 99}\tx\n{{{{c1::a}}}} b\tx\n".encode())

    assert [card.content["text"] for card in found.cards] == ["{{a}} b"]
    assert found.left_out[0][1] == "its cards would show 59,900 gaps; 50,000 are read"
