"""A learner's answers in a package for Anki: its log, and when each card is due there."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from studyguide.decks.incoming import IncomingReview

COLLECTION = "collection.anki2"
DAY_S = 86_400
MORNING_S = 4 * 3_600  # far enough from the start of a day, also when clocks change
YEARS_DAYS = 3_650
LONG_AGO_S = 1_600_000_000.0  # where no card is due
LEARNED, REVIEWED, FILTERED, MANUAL = 0, 1, 3, 4  # Anki's kinds of log lines
REVIEW, SUSPENDED = 2, -1
RED_FLAG = 1  # the first of Anki's flags; we have one
FACTOR = 2_500  # what Anki gives a card when FSRS has not said otherwise


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One card's log in order, its schedule and its marks. `interval_days` is 0 for a card that is still being learned;
    Anki starts it anew with its log."""

    log: Sequence[IncomingReview]
    interval_days: int = 0
    due_at: datetime | None = None
    lapses: int = 0
    is_suspended: bool = False
    is_flagged: bool = False


def with_answers(package: bytes, answered: Mapping[UUID, Answered]) -> bytes:
    """The package with the logs of cards, by the id in their notes."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(package)) as old:
        path = Path(folder) / COLLECTION
        path.write_bytes(old.read(COLLECTION))
        connection = sqlite3.connect(path)
        with connection:
            _write(connection, answered)
        connection.close()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, path.read_bytes() if name == COLLECTION else old.read(name))
    return packed.getvalue()


def _write(connection: sqlite3.Connection, answered: Mapping[UUID, Answered]) -> None:
    (settings,) = connection.execute("SELECT conf FROM col").fetchone()
    # With its first scheduler, Anki would read our four grades of learned cards as three buttons.
    newer = json.dumps({**json.loads(settings), "schedVer": 2})
    begun = _beginning(answered)
    connection.execute("UPDATE col SET conf = ?, crt = ?", (newer, begun))
    cards = connection.execute("SELECT n.guid, c.id FROM cards c JOIN notes n ON n.id = c.nid WHERE c.ord = 0")
    taken: set[int] = set()
    for guid, card_id in cards.fetchall():
        if found := answered.get(UUID(guid)):
            _log(connection, card_id, found, taken)
            _schedule(connection, card_id, found, begun)


def _beginning(answered: Mapping[UUID, Answered]) -> int:
    """When the collection began, in seconds, from which Anki counts due days. Days here begin when the learner's day
    does, so the collection begins on a morning of theirs, years before the first due day."""
    due = min((each.due_at.timestamp() for each in answered.values() if each.due_at), default=LONG_AGO_S)
    return max(0, int(due) + MORNING_S - YEARS_DAYS * DAY_S)


def _log(connection: sqlite3.Connection, card_id: int, found: Answered, taken: set[int]) -> None:
    """The lines of Anki's log. Anki identifies a line by its millisecond, so equal times are moved a millisecond
    apart."""
    is_first = True
    for each in found.log:
        at_ms = each.at_ms
        while at_ms in taken:
            at_ms += 1
        taken.add(at_ms)
        kind = {"reset": MANUAL, "cram": FILTERED}.get(each.kind, LEARNED if is_first else REVIEWED)
        factor = FACTOR if kind in (LEARNED, REVIEWED) else 0
        row = (at_ms, card_id, -1, each.grade or 0, 0, 0, factor, each.taken_ms, kind)
        connection.execute("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        is_first = each.kind == "reset"


def _schedule(connection: sqlite3.Connection, card_id: int, found: Answered, begun: int) -> None:
    if found.interval_days and found.due_at is not None:
        due = max(0, round((found.due_at.timestamp() + MORNING_S - begun) / DAY_S))
        reps = sum(each.kind == "answer" for each in found.log)
        connection.execute(
            "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ? WHERE id = ?",
            (REVIEW, REVIEW, due, found.interval_days, FACTOR, reps, found.lapses, card_id),
        )
    if found.is_flagged:
        connection.execute("UPDATE cards SET flags = ? WHERE id = ?", (RED_FLAG, card_id))
    if found.is_suspended:
        connection.execute("UPDATE cards SET queue = ? WHERE id = ?", (SUSPENDED, card_id))
