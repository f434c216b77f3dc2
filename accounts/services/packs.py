"""Reads the ZIP of an account's export within limits, reports what became of its files, and reads times as it writes
them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.utils.dateparse import parse_datetime

MOST_FILES = 20_000
MOST_BYTES = 500_000_000  # unpacked
LARGEST_FILE = 150_000_000
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


class PackError(ValueError):
    """What is wrong with an export, in words for the person who sent it."""


@dataclass
class Brought:
    """`counts` are (how many, of what) that are new; `remarks` say what did not come, and why."""

    counts: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def count(self, number: int, noun: str, rest: str = "") -> None:
        if number:
            self.counts.append((number, f"{noun}{'s' * (number != 1)} {rest}".strip()))


class Pack:
    """The files of an export. PackError when it is none, or too large."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
            entries = self._archive.infolist()
        except UNREADABLE as error:
            raise PackError("The file is not a readable ZIP archive.") from error
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise PackError(f"The archive has more than {MOST_FILES:,} files or {MOST_BYTES // 1_000_000} MB.")
        self._sizes = {entry.filename: entry.file_size for entry in entries}
        if "account.json" not in self._sizes:
            raise PackError("The archive is not an export of an account: it has no account.json.")

    def has(self, name: str) -> bool:
        return name in self._sizes

    def under(self, folder: str, ending: str) -> list[str]:
        return sorted(name for name in self._sizes if name.startswith(f"{folder}/") and name.endswith(ending))

    def entry_count(self, name: str) -> int:
        """How many files a folder (`name/`) has, or how many things a JSON file lists; 0 when there is none."""
        if name.endswith("/"):
            return len(self.under(name.rstrip("/"), ".json"))
        try:
            listed = self.json(name) if self.has(name) else []
        except PackError:
            return 0
        return len(listed) if isinstance(listed, list | dict) else 0

    def raw(self, name: str) -> bytes:
        if self._sizes[name] > LARGEST_FILE:
            raise PackError(f"{name} has more than {LARGEST_FILE // 1_000_000} MB.")
        try:
            with self._archive.open(name) as inside:
                return inside.read(LARGEST_FILE)
        except UNREADABLE as error:
            raise PackError(f"{name} in the archive is broken.") from error

    def json(self, name: str) -> Any:
        try:
            return json.load(io.BytesIO(self.raw(name)))
        except (ValueError, RecursionError) as error:
            raise PackError(f"{name} is not JSON: {str(error)[:100]}.") from error


def moment(value: Any) -> datetime | None:
    """A moment with its time zone, as an export writes it; None for anything else."""
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def moment_until(value: Any, now: datetime) -> datetime:
    """As `moment`, and never after `now`, which stands for anything else too."""
    return min(moment(value) or now, now)
