"""Saving: applies patches and makes versions. All changes of a document go through here, from scripts and from plain
forms.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.db.models.sql import InsertQuery, UpdateQuery

from accounts.models import User
from designs.document import text
from designs.document.checks import check_change, read
from designs.document.patches import Conflict, apply, effective, rebase
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, Problem
from designs.document.upgrade import upgrade, upgrade_patch
from designs.models import SNAPSHOT_EVERY, Change, Design, Snapshot
from designs.selectors.designs import document_at

OPTIMISTIC_ATTEMPTS = 5
# Some 250,000 edits by hand, or a day of a script that replaces everything each minute.
MOST_LOG_BYTES = 100_000_000
MOST_DESIGNS, MOST_BYTES_KEPT = 3_000, 1_000_000_000
GUESTS_DESIGNS, GUESTS_BYTES = 300, 150_000_000
# After this many bytes of a log, the total size of all that the owner keeps is computed again.
ADDED_UP_EVERY = 5_000_000
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
STEP = re.compile(r"[a-z0-9_-]{0,80}")
MAX_SEQUENCE = 2**53 - 1  # the largest integer that JavaScript represents exactly
MAX_ELAPSED_SECONDS = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A patch with its base version, client id and sequence number, so that a retry is recognised.

    Raises ValueError with a message for a value that is out of range or malformed.
    """

    patch: Mapping[str, Any]
    base_version: int
    client_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    sequence: int = 0
    step: str = ""
    elapsed_seconds: int | None = None

    def __post_init__(self) -> None:
        if not CLIENT_ID.fullmatch(self.client_id):
            raise ValueError(f"A client id has 1 to 64 letters, digits, - or _; this was {self.client_id[:80]!r}.")
        if not STEP.fullmatch(self.step):
            raise ValueError(f"{self.step[:80]!r} is not the slug of a step.")
        if not 0 <= self.sequence <= MAX_SEQUENCE:
            raise ValueError(f"A sequence number lies between 0 and {MAX_SEQUENCE}; this was {self.sequence}.")
        if self.base_version < 0:
            raise ValueError(f"The base version is 0 or more; this was {self.base_version}.")
        if self.elapsed_seconds is not None and not 0 <= self.elapsed_seconds <= MAX_ELAPSED_SECONDS:
            raise ValueError(f"The elapsed seconds are 0 or more; this was {self.elapsed_seconds}.")

    @property
    def digest(self) -> str:
        """A hash that tells a retry of this patch from a different patch."""
        return hashlib.blake2b(json.dumps(self.patch).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Saved:
    """The version that contains the edit; `merged` when it also contains changes made by others since the edit's
    base."""

    version: int
    merged: bool


class StaleEditError(Exception):
    """The edit cannot be merged: others changed the same places since its base, or the merged document would be
    invalid."""

    def __init__(self, *, version: int, conflicts: list[Conflict], problems: list[Problem]) -> None:
        super().__init__("The design was changed elsewhere in the same places.")
        self.version, self.conflicts, self.problems = version, conflicts, problems


class UnknownVersionError(ValueError):
    """The base version of the edit does not exist."""

    def __init__(self, *, base_version: int, version: int) -> None:
        super().__init__(f"There is no version {base_version} yet; the latest is {version}.")


class ReusedSequenceError(ValueError):
    """The client reused a sequence number for a different patch."""

    def __init__(self, *, client_id: str, sequence: int) -> None:
        super().__init__(f"Client {client_id!r} has already used sequence number {sequence} for another change.")


def must_have_room(owner: User, more: int, *, designs: int = 0) -> None:
    """Raises FullError when the person keeps too many designs, or too many bytes of them, those in the bin included."""
    most, most_bytes = (GUESTS_DESIGNS, GUESTS_BYTES) if owner.is_guest else (MOST_DESIGNS, MOST_BYTES_KEPT)
    kept = Design.objects.filter(owner=owner).aggregate(count=Count("pk"), size=Sum("log_bytes"))
    if kept["count"] + designs > most:
        raise FullError(f"You keep {most:,} designs, which is the most. Delete some for good, or make an account.")
    if (kept["size"] or 0) + more > most_bytes:
        megabytes = most_bytes // 1_000_000
        raise FullError(f"Your designs and their histories take {megabytes:,} MB, the most. Delete some for good.")


_one_writer = threading.Lock()
Statement = tuple[str, tuple[Any, ...]]


class _MovedOnError(Exception):
    """Another save was committed first; try again on the newer version."""


class FullError(DocumentTooLargeError):
    """The person has reached a storage limit; the message says which, and what to do."""

    def __init__(self, words: str) -> None:
        ValueError.__init__(self, words)


def create_design(*, owner: User, document: Mapping[str, Any], at: datetime) -> Design:
    """A new design at version 0. Raises InvalidDocumentError, DocumentTooLargeError, FullError."""
    document = upgrade(document)
    title = read(document).meta.title
    stored = text.dump(document)
    must_have_room(owner, len(stored), designs=1)
    with transaction.atomic():
        design = Design.objects.create(
            owner=owner, title=title, document=stored, created_at=at, updated_at=at, log_bytes=len(stored)
        )
        Snapshot.objects.create(design=design, version=0, document=stored)
    return design


def save_patch(design: Design, edit: Edit, *, author: User | None, at: datetime) -> Saved:
    """Applies the edit to the current document, and appends it to the log.

    The work is done before the transaction opens, and repeated if another save was committed first; only a design that
    many people save at once is locked first. Raises InvalidDocumentError, DocumentTooLargeError, StaleEditError,
    UnknownVersionError, ReusedSequenceError; in each case nothing is changed.
    """
    for _ in range(OPTIMISTIC_ATTEMPTS):
        try:
            return _attempt(design, edit, author=author, at=at)
        except _MovedOnError:
            design = Design.objects.get(pk=design.pk)
    with transaction.atomic():
        design = Design.objects.select_for_update().get(pk=design.pk)
        return _attempt(design, edit, author=author, at=at)


def _attempt(design: Design, edit: Edit, *, author: User | None, at: datetime) -> Saved:
    if edit.base_version != design.version and (saved := _already_saved(design, edit)):
        return saved
    before = design.data()
    patch = _patch_for(design, before, edit)
    if not patch:
        return Saved(design.version, merged=design.version != edit.base_version)
    after = apply(before, patch)
    title = _checked_title(design, edit, patch, after)
    change = Change(
        design=design,
        version=design.version + 1,
        patch=text.dump(patch),
        author=author,
        at=at,
        client_id=edit.client_id,
        sequence=edit.sequence,
        received=edit.digest,
        step=edit.step,
        elapsed_seconds=edit.elapsed_seconds,
    )
    stored = text.dump(after)
    size = _size_with(design, change, stored)
    try:
        _append(change, document=stored, title=title, size=size)
    except IntegrityError:
        # The same client id and sequence number: a retry that ran beside its first try, or a client that repeats a
        # number.
        if saved := _already_saved(design, edit):
            return saved
        raise
    return Saved(change.version, merged=change.version != edit.base_version + 1)


def _size_with(design: Design, change: Change, document: str) -> int:
    """The size of the log in bytes with one more change. Raises FullError."""
    added = len(change.patch) + (len(document) if change.version % SNAPSHOT_EVERY == 0 else 0)
    size = design.log_bytes + added
    if size > MOST_LOG_BYTES:
        megabytes = MOST_LOG_BYTES // 1_000_000
        raise FullError(f"The history of this design takes {megabytes} MB, the most. A copy begins with a new one.")
    if size // ADDED_UP_EVERY > design.log_bytes // ADDED_UP_EVERY:
        must_have_room(design.owner, added)
    return size


def _append(change: Change, *, document: str, title: str, size: int) -> None:
    """Writes both the new version and its log entry, or neither.

    Both statements are compiled before the transaction begins: SQLite allows one writing transaction at a time, so
    every other writer waits for all work done inside it.
    """
    update, insert = _update_statement(change, document, title, size), _insert_statement(change)
    with _turn(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*update)
        if not cursor.rowcount:
            raise _MovedOnError
        cursor.execute(*insert)
        _keep_snapshot(change, document)


def _turn() -> AbstractContextManager[Any]:
    """Queues the writers of this process where the database allows one writer at a time.

    Without the queue, each writer on SQLite would sleep and retry at growing intervals, some of them for seconds. A
    caller already inside a transaction skips the queue, because waiting there could deadlock with a writer that waits
    for it.
    """
    needs_turn = connection.vendor == "sqlite" and not connection.in_atomic_block
    return _one_writer if needs_turn else nullcontext()


def _update_statement(change: Change, document: str, title: str, size: int) -> Statement:
    mine = Design.objects.filter(pk=change.design_id, version=change.version - 1)
    query = cast("UpdateQuery", mine.query.chain(UpdateQuery))
    query.add_update_values(
        {
            "version": change.version,
            "document": document,
            "title": title,
            "updated_at": change.at,
            "log_bytes": size,
        }
    )
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def _insert_statement(change: Change) -> Statement:
    query = InsertQuery(Change)
    query.insert_values([field for field in Change._meta.concrete_fields if not field.primary_key], [change])
    ((sql, params),) = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def _keep_snapshot(change: Change, document: str) -> None:
    if change.version % SNAPSHOT_EVERY == 0:
        Snapshot.objects.create(design_id=change.design_id, version=change.version, document=document)


def _patch_for(design: Design, document: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    """The part of the edit that changes the current document, rebased if it was made on an older version."""
    sent = upgrade_patch(edit.patch, document)
    if edit.base_version == design.version:
        patch: dict[str, Any] = effective(document, sent)
        return patch
    if edit.base_version > design.version:
        raise UnknownVersionError(base_version=edit.base_version, version=design.version)
    base = document_at(design, edit.base_version)
    read(apply(base, sent))  # a patch that was invalid on its own base is no conflict
    patch, conflicts = rebase(sent, base=base, current=document)
    if conflicts:
        raise StaleEditError(version=design.version, conflicts=conflicts, problems=[])
    return patch


def _checked_title(design: Design, edit: Edit, patch: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    try:
        check_change(after, patch)
    except InvalidDocumentError as error:
        if edit.base_version == design.version:
            raise
        raise StaleEditError(version=design.version, conflicts=[], problems=error.problems) from None
    title: str = after.get("meta", {}).get("title", "")
    return title


def _already_saved(design: Design, edit: Edit) -> Saved | None:
    change = Change.objects.filter(design=design, client_id=edit.client_id, sequence=edit.sequence).first()
    if change is None:
        return None
    if change.received != edit.digest:
        raise ReusedSequenceError(client_id=edit.client_id, sequence=edit.sequence)
    return Saved(change.version, merged=change.version != edit.base_version + 1)
