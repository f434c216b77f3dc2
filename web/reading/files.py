"""Files named on a command line, single or as a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def named_files(paths: Iterable[Path], suffixes: tuple[str, ...]) -> dict[Path, str]:
    """Files with the names to call them by: within a folder, all with a suffix, relative to it; else the file's own.

    FileNotFoundError with the path as its `filename` when there is no such file or folder.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in suffixes and each.is_file())
            found |= {each: each.relative_to(path).as_posix() for each in inside}
        elif path.is_file():
            found[path] = path.name
        else:
            raise FileNotFoundError(2, "There is no such file or folder", str(path))
    return found
