"""The corrections of notes and calculators with their dates, read from the file of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.reading.safe_yaml import read_yaml


class ChangesError(ValueError):
    """The file cannot be read; the message says which entry and what is missing."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """`before` is what the page said, `now` what it says; `topics` are the slugs of the pages."""

    on: date
    before: str
    now: str
    topics: tuple[str, ...] = ()
    source: str = ""


def read_changes(content: bytes, *, file: str = "changes.yaml") -> list[Change]:
    """The newest first; entries of one day in the order of the file."""
    entries = read_yaml(content, file=file).value
    if not isinstance(entries, list):
        raise ChangesError(f"{file}: expected a list of changes")
    changes = [_change(entry, f"{file}, change {number}") for number, entry in enumerate(entries, start=1)]
    return sorted(changes, key=lambda change: change.on, reverse=True)


def _change(entry: Any, where: str) -> Change:
    if not isinstance(entry, Mapping):
        raise ChangesError(f"{where}: expected on, before, now and topics")
    for key in ("on", "before", "now"):
        if not str(entry.get(key) or "").strip():
            raise ChangesError(f"{where}: {key} is missing")
    try:
        day = date.fromisoformat(str(entry["on"]))
    except ValueError as error:
        raise ChangesError(f"{where}: {entry['on']} is no date such as 2026-11-29") from error
    return Change(
        on=day,
        before=str(entry["before"]).strip(),
        now=str(entry["now"]).strip(),
        topics=tuple(str(slug) for slug in entry.get("topics") or ()),
        source=str(entry.get("source") or ""),
    )
