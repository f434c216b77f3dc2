"""Remembers from which files something was made, so that a later start need not make it again.

A stamp covers files by name, size and time of change. For content in the database it also holds the database's own
revision, so that another database, or one that has changed since, does not count as done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

SUFFIXES = {".py", ".md", ".yaml", ".txt", ".css", ".js", ".svg", ".json", ".ico"}


def digest_of(folders: Iterable[Path]) -> str:
    """Changes when a file of the folders is added, removed, written or renamed."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file()):
            state = path.stat()
            found.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def is_stamped(name: str, *facts: object) -> bool:
    """Whether the stamp of this name was set with the same facts."""
    try:
        return bool(json.loads(_path(name).read_text()) == [str(fact) for fact in facts])
    except (OSError, ValueError):
        return False


def stamp(name: str, *facts: object) -> None:
    _path(name).write_text(json.dumps([str(fact) for fact in facts]))


def _path(name: str) -> Path:
    return Path(settings.VAR_DIR) / f"{name}.stamp"
