"""Queries on designs: lists, earlier versions, and the changes between versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from designs.document import text
from designs.document.describe import Difference, describe
from designs.document.patches import apply, invert
from designs.document.upgrade import upgrade, upgrade_patch
from designs.models import Change, Design, NamedVersion, Snapshot

CHANGES_PER_PAGE = 500
BYTES_PER_PAGE = 2_000_000


class NoSuchVersionError(LookupError):
    """The design has no such version."""

    def __init__(self, *, version: int, latest: int) -> None:
        super().__init__(f"There is no version {version}; the latest is {latest}.")


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One version of a design: when and by whom it was made, and what changed, in words."""

    version: int
    at: datetime
    author: str
    step: str
    elapsed_seconds: int | None
    name: str
    differences: list[Difference]


def document_at(design: Design, version: int) -> dict[str, Any]:
    """The document at a version, computed from the nearest snapshot before it. Raises NoSuchVersionError.

    The log keeps documents saved in format 1 unchanged; every reader gets format 2.
    """
    if version == design.version:
        return design.data()
    if not 0 <= version < design.version:
        raise NoSuchVersionError(version=version, latest=design.version)
    snapshot = Snapshot.objects.filter(design=design, version__lte=version).latest("version")
    document = text.load(snapshot.document)
    later = Change.objects.filter(design=design, version__gt=snapshot.version, version__lte=version)
    for patch in later.order_by("version").values_list("patch", flat=True):
        document = apply(document, text.load(patch))
    return upgrade(document)


def changes_after(design: Design, version: int, *, limit: int = CHANGES_PER_PAGE) -> list[Change]:
    """The log after a version, oldest first: at most the given number of changes or a page of bytes, but at least one
    change."""
    found: list[Change] = []
    size = 0
    for change in design.changes.filter(version__gt=version).order_by("version")[:limit].iterator(chunk_size=20):
        size += len(change.patch)
        if found and size > BYTES_PER_PAGE:
            break
        found.append(change)
    return found


def undoing(design: Design, version: int) -> dict[str, Any]:
    """The patch that reverses the change which made a version; its base is that version."""
    change = design.changes.get(version=version)
    before = document_at(design, version - 1)
    patch: dict[str, Any] = invert(before, upgrade_patch(text.load(change.patch), before))
    return patch


def history(design: Design, *, before: int | None = None, limit: int = 50) -> list[HistoryEntry]:
    """The newest versions, or those before a given one, newest first. Version 0, the design at its start, comes
    last."""
    latest = min(design.version, design.version if before is None else before - 1)
    first = max(latest - limit + 1, 0)
    changes = (
        design.changes.filter(version__gte=first, version__lte=latest).select_related("author").order_by("version")
    )
    names = dict(
        NamedVersion.objects.filter(design=design, version__range=(first, latest)).values_list("version", "name")
    )
    entries = []
    document: dict[str, Any] | None = None
    if first == 0 and latest >= 0:
        document = document_at(design, 0)
        entries.append(_beginning(design, names.get(0, "")))
    for change in changes:
        before_it = document_at(design, change.version - 1) if document is None else document
        document = upgrade(apply(before_it, upgrade_patch(text.load(change.patch), before_it)))
        entries.append(_entry(change, names.get(change.version, ""), describe(before_it, document)))
    return entries[::-1]


def author_name(change: Change) -> str:
    """The author's name as shown to others; empty without an author, and `a guest` for every guest."""
    if change.author is None:
        return ""
    return "a guest" if change.author.is_guest else change.author.get_username()


def _beginning(design: Design, name: str) -> HistoryEntry:
    return HistoryEntry(
        version=0, at=design.created_at, author="", step="", elapsed_seconds=None, name=name, differences=[]
    )


def _entry(change: Change, name: str, differences: list[Difference]) -> HistoryEntry:
    return HistoryEntry(
        version=change.version,
        at=change.at,
        author=author_name(change),
        step=change.step,
        elapsed_seconds=change.elapsed_seconds,
        name=name,
        differences=differences,
    )
