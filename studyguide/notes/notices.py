"""The remarks of an import of notes: each with kind, file and line, and all of them counted by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from studyguide.notes.errors import NoteError

Weight = Literal["left out", "changed", "broken", "remark"]
# Every kind of remark: its weight, and its words in singular and plural.
KINDS: dict[str, tuple[Weight, str, str]] = {
    "file": ("left out", "file that cannot be read", "files that cannot be read"),
    "hidden": ("left out", "file in a hidden folder", "files in hidden folders"),
    "outside": ("left out", "file that leads out of the archive", "files that lead out of the archive"),
    "other-file": ("left out", "file that is not Markdown", "files that are not Markdown"),
    "empty-file": ("left out", "empty file", "empty files"),
    "draft": ("left out", "draft", "drafts"),
    "drawing": ("left out", "drawing of Excalidraw", "drawings of Excalidraw"),
    "comment": ("left out", "comment (%% … %%)", "comments (%% … %%)"),
    "open-comment": ("left out", "HTML comment that is never closed", "HTML comments that are never closed"),
    "component": ("left out", "component or import of MDX", "components and imports of MDX"),
    "short-code": ("left out", "short code or template tag", "short codes and template tags"),
    "footnote": ("left out", "footnote that no text refers to", "footnotes that no text refers to"),
    "attributes": ("left out", "class or size of a link or picture", "classes and sizes of links and pictures"),
    "script": ("left out", "script or style", "scripts and styles"),
    "picture-missing": ("left out", "picture whose file is not there", "pictures whose file is not there"),
    "picture-refused": ("left out", "picture that cannot be read", "pictures that cannot be read"),
    "media": ("left out", "embedded file that is no picture", "embedded files that are no pictures"),
    "cards": ("left out", "```cards fence that cannot be read", "```cards fences that cannot be read"),
    "front-matter": ("changed", "front matter that is no YAML", "front matters that are no YAML"),
    "unknown-key": ("changed", "key of front matter that is not used", "keys of front matter that are not used"),
    "encoding": ("changed", "file read as Windows-1252", "files read as Windows-1252"),
    "address": ("changed", "address that was taken, made distinct", "addresses that were taken, made distinct"),
    "title": ("changed", "title made shorter", "titles made shorter"),
    "value": ("changed", "value of front matter not as expected", "values of front matter not as expected"),
    "picture-remote": ("changed", "picture of another host, now a link", "pictures of other hosts, now links"),
    "player": ("changed", "embedded page or video, now a link", "embedded pages and videos, now links"),
    "fence": ("changed", "fence of ours that cannot be read", "fences of ours that cannot be read"),
    "open-fence": ("changed", "block of code that is never closed", "blocks of code that are never closed"),
    "category": ("changed", "category that contains itself", "categories that contain themselves"),
    "foreign-mark": ("changed", "mark of another tool, now text", "marks of other tools, now text"),
    "link": ("broken", "broken link", "broken links"),
    "named-topic": ("broken", "named topic that does not exist", "named topics that do not exist"),
    "same-title": ("remark", "title that occurs more than once", "titles that occur more than once"),
    "empty": ("remark", "topic without text", "topics without text"),
}  # fmt: skip
STRICT = frozenset(
    {
        "file", "cards", "front-matter", "unknown-key", "encoding", "address", "title", "value", "fence", "open-fence",
        "open-comment", "picture-missing", "picture-refused", "picture-remote", "category",
    }
)  # fmt: skip
"""Kinds that `--strict` refuses."""
MOST_PLACES = 5
ORDER: tuple[Weight, ...] = ("left out", "changed", "broken", "remark")


@dataclass(frozen=True, kw_only=True)
class NoteWarning:
    """Something that a reader of the notes would want to know; the import goes on. `count` things at one place."""

    kind: str
    path: str
    line: int
    message: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(kw_only=True)
class Notices:
    """Collects remarks; when strict, the first that matters is a NoteError."""

    is_strict: bool = False
    found: list[NoteWarning] = field(default_factory=list)

    def add(self, kind: str, message: str, *, path: str, line: int = 1, count: int = 1) -> None:
        if self.is_strict and kind in STRICT:
            raise NoteError(message, path=path, line=line)
        self.found.append(NoteWarning(kind=kind, path=path, line=line, message=message, count=count))

    def refuse(self, kind: str, error: NoteError) -> None:
        """Remembers an error as something left out; when strict, it is raised."""
        self.add(kind, error.message, path=error.path, line=error.line)


@dataclass(frozen=True, kw_only=True)
class Sum:
    """All remarks of one kind: how many, in words, and the first places."""

    kind: str
    weight: Weight
    words: str
    count: int
    places: tuple[NoteWarning, ...]
    place_count: int


def summed(warnings: Iterable[NoteWarning]) -> list[Sum]:
    """By weight, then the most frequent first."""
    by_kind: dict[str, list[NoteWarning]] = {}
    for warning in warnings:
        by_kind.setdefault(warning.kind, []).append(warning)
    sums = [
        Sum(
            kind=kind,
            weight=KINDS[kind][0],
            words=KINDS[kind][1 if (count := sum(each.count for each in group)) == 1 else 2],
            count=count,
            places=tuple(group[:MOST_PLACES]),
            place_count=len(group),
        )
        for kind, group in by_kind.items()
    ]
    return sorted(sums, key=lambda each: (ORDER.index(each.weight), -each.count, each.kind))
