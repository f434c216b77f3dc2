"""Notes of many topics: others write while their texts are indexed for search, and a stop in between loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import User
from studyguide.models import SearchEntry, Topic
from studyguide.search.results import search
from studyguide.services import notes as importing
from studyguide.services.notes import NoteSource, Report, import_notes
from tests.studyguide.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
PLANTS = ("Maple", "Birch", "Cedar", "Hazel", "Aspen", "Larch", "Rowan", "Alder")
ENTRIES = SearchEntry._meta.db_table


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[bool]:
    """Three texts at once. How often the import gave way to others, and whether nothing was locked then."""
    made: list[bool] = []
    monkeypatch.setattr(importing, "INDEXED_AT_ONCE", 3)
    monkeypatch.setattr(importing, "let_others_write", lambda: made.append(not connection.in_atomic_block))
    return made


def bring(text: str) -> Report:
    files = [(f"{plant}.md", f"# {plant}\n\n{text} beside the {plant}.".encode()) for plant in PLANTS]
    return import_notes(files, source=NoteSource(name="plants"), now=NOON)


def stored() -> list[Any]:
    """All that an import writes, without keys of rows."""
    topics = Topic.objects.order_by("slug").values_list("slug", "body_html", "content_hash")
    return [*topics, *SearchEntry.objects.order_by("key").values_list("key", "body")]


def found(words: str) -> int:
    return len(search(words))


@contextmanager
def writers_take_turns() -> Iterator[list[int]]:
    """Whenever a transaction has ended that indexed texts, or began the import, somebody else writes by another
    connection. Gives how many texts were indexed before each turn."""
    turns: list[int] = []
    indexed = [0]

    def write() -> None:
        User.objects.create(username=f"writer {len(turns)}")
        connections.close_all()

    def take_turn() -> None:
        turns.append(indexed[0])
        indexed[0] = 0
        writer = Thread(target=write)
        writer.start()
        writer.join()

    def count(execute: Any, sql: str, rows: Sequence[Any], many: bool, context: Any) -> Any:
        if connection.in_atomic_block and sql.startswith(("INSERT", "UPDATE")):
            if many and ENTRIES in sql:
                indexed[0] += len(rows)
            waiting = {each[1] for each in connection.run_on_commit}
            if take_turn not in waiting:
                transaction.on_commit(take_turn)
        return execute(sql, rows, many, context)

    with connection.execute_wrapper(count):
        yield turns


def test_others_write_after_each_few_texts_when_notes_come_and_when_all_of_them_change(pauses):
    """promise 2: without pauses those who wait for SQLite would hardly look when nothing is locked."""
    for text in ("It grows", "It never grows"):
        with writers_take_turns() as turns:
            bring(text)
        assert [texts for texts in turns if texts] == [3, 3, 2]
        assert pauses == [True] * 3
        pauses.clear()
        assert turns[0] == 0, "the topics themselves come first, all at once"
        assert User.objects.filter(username__startswith="writer").count() == len(turns)
        User.objects.all().delete()
        assert found(f"{text} beside") == len(PLANTS)


def test_an_import_that_is_stopped_while_texts_are_indexed_is_completed_by_the_next(monkeypatch):
    """promise 15"""
    bring("It grows")
    write = importing.write_entries
    parts: list[int] = []

    def stop_at_the_second(kind: str, entries: Sequence[SearchEntry], **options: Any) -> bool:
        parts.append(len(entries))
        if len(parts) == 3:  # the first is of the topics' own transaction, and writes none
            raise KeyboardInterrupt
        return write(kind, entries, **options)

    with monkeypatch.context() as stopping:
        stopping.setattr(importing, "write_entries", stop_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            bring("It withers")
    assert parts == [0, 3, 3]

    completed = bring("It withers")

    assert (len(completed.updated), len(completed.unchanged)) == (5, 3)
    after_a_stop = stored()
    assert found("withers") == len(PLANTS)
    assert found("grows") == 0
    assert bring("It withers").changes_something is False
    Topic.objects.all().delete()
    SearchEntry.objects.all().delete()
    bring("It withers")
    assert after_a_stop == stored()


def test_a_later_text_that_came_meanwhile_is_never_taken_back(monkeypatch):
    """promise 15: of two imports of the same notes, the one whose topics stand last is the one that search finds."""
    bring("It grows")
    part = importing._index_in_parts
    later: list[Report] = []

    def after_the_other(*given: Any) -> None:
        if not later:
            later.append(Report())
            later.append(bring("It blooms"))
        part(*given)

    monkeypatch.setattr(importing, "_index_in_parts", after_the_other)
    bring("It withers")

    assert found("blooms") == len(PLANTS)
    assert found("withers") == 0
    assert bring("It blooms").changes_something is False
