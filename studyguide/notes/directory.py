"""All topics by every name under which text may mean them."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from studyguide.notes.slugs import slugify


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A topic as links see it. `anchor` is its heading's anchor in the document at `path`; declared names are those of
    front matter, which their author meant as names."""

    slug: str
    title: str
    aliases: tuple[str, ...] = ()
    path: str = ""
    anchor: str = ""
    is_declared: bool = False


class Directory:
    """Answers what a wiki link, a relative link or an anchor means."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.slug: entry for entry in entries}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._documents: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            for name in (entry.title, *entry.aliases):
                self._names[_folded(name)].add(entry.slug)
            self._documents[entry.path].append(entry)

    def named(self, name: str) -> str | None:
        """The slug that a wiki link's target means: a slug, a title or an alias that only one topic has."""
        if name in self.entries:
            return name
        slugs = self._names.get(_folded(name), set())
        return next(iter(slugs)) if len(slugs) == 1 else None

    def linked(self, href: str, *, from_path: str) -> str | None:
        """The slug that a relative Markdown link or #anchor means, or None when it leads elsewhere."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            return None
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(from_path), unquote(parts.path))) if parts.path else ""
        )
        entries = self._documents.get(path or from_path, [])
        if parts.fragment:
            wanted = slugify(unquote(parts.fragment).replace("-", " "))
            return next((entry.slug for entry in entries if entry.anchor == wanted), None)
        return entries[0].slug if path and entries else None

    def names(self) -> dict[str, set[str]]:
        """Every folded name with the topics that bear it."""
        return self._names


def is_internal(href: str) -> bool:
    """Whether a link means something within the notes: a Markdown file or an anchor."""
    parts = urlsplit(href)
    is_relative = not parts.scheme and not parts.netloc and not parts.path.startswith("/")
    return is_relative and (parts.path.endswith((".md", ".markdown")) or (not parts.path and bool(parts.fragment)))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
