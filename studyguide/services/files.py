"""Reads the files that an import names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from studyguide.notes.errors import NoteError

SUFFIXES = (".md", ".markdown")


def note_files(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Markdown files with their paths, folders in full; a path within a folder is relative to it.

    NoteError when there is no such file or nothing to read.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
            found |= {each: each.relative_to(path).as_posix() for each in inside}
        elif path.is_file():
            found[path] = path.name
        else:
            raise NoteError("there is no such file or folder", path=str(path), line=1)
    if not found:
        raise NoteError("expected at least one Markdown file (.md)", path=", ".join(map(str, paths)), line=1)
    return [(name, path.read_bytes()) for path, name in found.items()]
