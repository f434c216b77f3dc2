"""Reads the files that an import names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from studyguide.notes.errors import NoteError
from web.files import named_files

SUFFIXES = (".md", ".markdown")


def note_files(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Markdown files with their paths, folders in full; a path within a folder is relative to it.

    NoteError when there is no such file or nothing to read.
    """
    given = list(paths)
    try:
        found = named_files(given, SUFFIXES)
    except FileNotFoundError as error:
        raise NoteError("there is no such file or folder", path=str(error.filename), line=1) from error
    if not found:
        raise NoteError("expected at least one Markdown file (.md)", path=", ".join(map(str, given)), line=1)
    return [(name, path.read_bytes()) for path, name in found.items()]
