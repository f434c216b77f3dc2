"""Maintains the entries that search finds. Other apps list theirs here through the project, which knows them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from studyguide.models import ContentRevision, SearchEntry
from web.rows import insert_new, update_known

FIELDS = ["title", "aliases", "summary", "body", "url", "owner_id"]
NAMES = ["kind", "key", *FIELDS]


@transaction.atomic
def index_entries(kind: str, entries: Sequence[SearchEntry], *, removed: Iterable[str] = ()) -> bool:
    """Adds or replaces entries by their key, and takes out those `removed`; whether that changed anything, and so
    advanced the revision."""
    if is_changed := write_entries(kind, entries, removed=removed):
        ContentRevision.advance()
    return is_changed


@transaction.atomic(savepoint=False)
def write_entries(kind: str, entries: Sequence[SearchEntry], *, removed: Iterable[str] = ()) -> bool:
    """The same as a part of more, whose end advances the revision."""
    gone, _ = SearchEntry.objects.filter(kind=kind, key__in=list(removed)).delete()
    old = {
        entry.key: entry for entry in SearchEntry.objects.filter(kind=kind, key__in=[entry.key for entry in entries])
    }
    fresh, changed = [], []
    for entry in entries:
        before = old.get(entry.key)
        if before is None:
            fresh.append(entry)
        elif any(getattr(before, name) != getattr(entry, name) for name in FIELDS):
            entry.pk = before.pk
            changed.append(entry)
    insert_new(SearchEntry, NAMES, [[getattr(entry, name) for name in NAMES] for entry in fresh])
    update_known(SearchEntry, FIELDS, [[entry.pk, *(getattr(entry, name) for name in FIELDS)] for entry in changed])
    return bool(fresh or changed or gone)


@transaction.atomic
def replace_entries(kind: str, entries: Sequence[SearchEntry]) -> None:
    """Makes `entries` all that there is of a kind."""
    keep = {entry.key for entry in entries}
    gone = [key for key in SearchEntry.objects.filter(kind=kind).values_list("key", flat=True) if key not in keep]
    index_entries(kind, entries, removed=gone)
