"""Reads the files that an import of notes names: Markdown, the pictures beside it, and what is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from studyguide.notes.documents import CATEGORY_FILE
from studyguide.notes.errors import NoteError
from studyguide.notes.images import SUFFIXES as PICTURE_SUFFIXES
from studyguide.notes.images import Pictures
from studyguide.notes.notices import NoteWarning
from studyguide.notes.render import Dialect
from web.reading.json_text import JsonTextError, read_json

SUFFIXES = (".md", ".markdown", ".mdx")
FOLDER_LABEL = "_category_.json"
MKDOCS = ("mkdocs.yml", "mkdocs.yaml")
DRAFTS = "_drafts"  # of Jekyll
NOT_NOTES = frozenset({"node_modules", "__pycache__", "__MACOSX"})
ALIKE = (".qmd", ".rmd", ".rst", ".adoc", ".org", ".txt", ".html", ".canvas", ".base", ".csv")
"""Files of text that somebody may expect to be notes; of others nothing is said."""


@dataclass(kw_only=True)
class NoteFiles:
    """`notes` are paths and contents. `pictures` give the bytes of a path when a note shows it. `is_mkdocs` is set when
    the settings of MkDocs lie beside them, `has_archive` when there is an archive among them."""

    notes: list[tuple[str, bytes]] = field(default_factory=list)
    pictures: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    warnings: list[NoteWarning] = field(default_factory=list)
    is_mkdocs: bool = False
    has_archive: bool = False

    @property
    def dialect(self) -> Dialect:
        """Notes of MkDocs are written for Python-Markdown."""
        return "markdown" if self.is_mkdocs else "commonmark"

    def add(self, path: str, read: Callable[[], bytes]) -> None:
        """Sorts a file in by its path; files in hidden folders (.git, .obsidian, .trash) and of tools are left out."""
        whole = PurePosixPath(path)
        suffix = whole.suffix.lower()
        if any(part.startswith(".") or part in NOT_NOTES for part in whole.parts):
            if suffix in SUFFIXES:
                self._say("hidden", path, "the file is in a folder that holds no notes")
        elif suffix in SUFFIXES and DRAFTS in whole.parts[:-1]:
            self._say("draft", path, "a draft is left out")
        elif suffix in SUFFIXES:
            self.notes.append((path, read()))
        elif path in MKDOCS:
            self.is_mkdocs = True
        elif whole.name == FOLDER_LABEL:
            self._label(path, read())
        elif suffix in PICTURE_SUFFIXES:
            self.pictures[path] = read
        elif suffix == ".zip":
            self.has_archive = True
            self._say("other-file", path, "an archive in the archive is not read; unpack it")
        elif suffix in ALIKE:
            self._say("other-file", path, f"{suffix} is not read as Markdown")

    def leave_outside(self, path: str) -> None:
        """A link, or a path out of the archive; of files that are no notes nothing is said."""
        if path.lower().endswith(SUFFIXES):
            self._say("outside", path, "links and paths out of the archive are not followed")

    def read_pictures(self) -> Pictures:
        return Pictures(self.pictures)

    def _label(self, path: str, raw: bytes) -> None:
        """A folder's name and place, as Docusaurus keeps them, become its category."""
        try:
            found = read_json(raw)
        except JsonTextError:
            found = None
        if not isinstance(found, dict):
            self._say("other-file", path, "expected an object with a label and a position")
            return
        head = {"title": found.get("label"), "order": found.get("position")}
        lines = [f"{key}: {json.dumps(value)}" for key, value in head.items() if isinstance(value, str | int | float)]
        if lines:
            own = PurePosixPath(path).with_name(CATEGORY_FILE).as_posix()
            self.notes.append((own, "\n".join(["---", *lines, "---", ""]).encode()))

    def _say(self, kind: str, path: str, message: str) -> None:
        self.warnings.append(NoteWarning(kind=kind, path=path, line=1, message=message))


def note_files(paths: Iterable[Path]) -> NoteFiles:
    """The named files, folders in full; a path within a folder is relative to it.

    NoteError when there is no such file or nothing to read.
    """
    given = list(paths)
    found = NoteFiles(is_mkdocs=any((path.resolve().parent / name).is_file() for path in given for name in MKDOCS))
    for path in given:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                if each.is_file() and not each.is_symlink():
                    found.add(each.relative_to(path).as_posix(), each.read_bytes)
        elif path.is_file():
            found.notes.append((path.name, path.read_bytes()))
        else:
            raise NoteError("there is no such file or folder", path=str(path), line=1)
    if not found.notes:
        raise NoteError("expected at least one Markdown file (.md)", path=", ".join(map(str, given)), line=1)
    return found
