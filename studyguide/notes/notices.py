"""What an import has to say about notes: each remark with its kind, file and line, and all of them summed by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from studyguide.notes.errors import NoteError

Weight = Literal["left out", "changed", "broken", "remark"]
# Every kind of remark: how much it matters, and how a sum of it is said.
KINDS: dict[str, tuple[Weight, str]] = {
    "file": ("left out", "files that cannot be read"),
    "hidden": ("left out", "files in hidden folders"),
    "other-file": ("left out", "files that are not Markdown"),
    "draft": ("left out", "drafts"),
    "comment": ("left out", "comments (%% … %%)"),
    "open-comment": ("left out", "HTML comments that are never closed"),
    "picture-missing": ("left out", "pictures whose file is not there"),
    "picture-refused": ("left out", "pictures that cannot be read"),
    "media": ("left out", "other embedded files"),
    "cards": ("left out", "```cards fences that cannot be read, shown as code"),
    "front-matter": ("changed", "front matter that is no YAML, read line by line"),
    "unknown-key": ("changed", "keys of front matter that are not used"),
    "encoding": ("changed", "files read as Windows-1252"),
    "address": ("changed", "addresses that were taken, made distinct"),
    "title": ("changed", "titles made shorter"),
    "value": ("changed", "values of front matter that are not what was expected"),
    "picture-remote": ("changed", "pictures of other hosts, kept as links"),
    "fence": ("changed", "fences of ours that cannot be read, shown as code"),
    "open-fence": ("changed", "blocks of code that are never closed"),
    "category": ("changed", "categories that lie within themselves"),
    "link": ("broken", "broken links"),
    "named-topic": ("broken", "prerequisites and related topics that do not exist"),
    "same-title": ("remark", "titles that stand more than once"),
    "empty": ("remark", "topics without text"),
}
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
            words=KINDS[kind][1],
            count=sum(each.count for each in group),
            places=tuple(group[:MOST_PLACES]),
            place_count=len(group),
        )
        for kind, group in by_kind.items()
    ]
    return sorted(sums, key=lambda each: (ORDER.index(each.weight), -each.count, each.kind))
