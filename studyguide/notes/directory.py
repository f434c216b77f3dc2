"""All topics by every name that a text may use for them: titles, aliases, files, paths, folders and anchors."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from studyguide.notes.slugs import github_anchors, slugify
from studyguide.notes.titles import INDEX_NAMES
from web.reading.addresses import address_parts

SUFFIXES = (".md", ".markdown", ".mdx", ".html")
SITE = ("/topics/", "/calculators/", "/labs/", "/designs/", "/scenarios/", "/cards/", "/paths/", "/methods/")
NO_ANCHORS: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A topic as links see it.

    `path` is its document. `anchors` are the names under which links to that document mean this topic, each with the
    heading's id on its page ("" for the page itself). Declared names are those of front matter, which their author
    meant as names. `addresses` are those of the page in the tool that it was written for. Topics that are not `ours`
    belong to another body of notes: written links reach them, names in running text only if `may_autolink`.
    """

    slug: str
    title: str
    aliases: tuple[str, ...] = ()
    path: str = ""
    anchors: Mapping[str, str] = field(default_factory=lambda: NO_ANCHORS)
    addresses: tuple[str, ...] = ()
    is_declared: bool = False
    is_ours: bool = True
    may_autolink: bool = True


@dataclass(frozen=True)
class Target:
    """A topic, and the id of a heading on its page ("" for the page). `title` is what a link without words says."""

    slug: str
    anchor: str = ""
    title: str = ""


class Directory:
    """Answers what a wiki link, a relative link or an anchor means."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.slug: entry for entry in entries}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._documents: dict[str, list[Entry]] = defaultdict(list)
        self._addresses: dict[str, str] = {}
        for entry in self.entries.values():
            for name in (entry.title, *entry.aliases):
                self._names[_folded(name)].add(entry.slug)
            if entry.is_ours and entry.path:
                self._documents[entry.path].append(entry)
                for address in entry.addresses:
                    self._addresses.setdefault(_bare(address), entry.slug)
        self._paths: dict[str, str] = {}
        self._stems: dict[str, list[str]] = defaultdict(list)
        for path in self._documents:
            self._paths.setdefault(_without_suffix(path).casefold(), path)
            self._stems[_stem(path)].append(path)

    def named(self, name: str, *, from_path: str = "") -> str | None:
        """The slug that a wiki link's target means: a file, a path, a slug, or a title or alias that one topic has."""
        if path := self._file(name, from_path):
            return self._documents[path][0].slug
        if name in self.entries and self.entries[name].is_ours:
            return name
        if address := self._addresses.get(_bare(name)):
            return address
        if name in self.entries:
            return name
        slugs = self._names.get(_folded(name), set())
        ours = {slug for slug in slugs if self.entries[slug].is_ours}
        found = ours or slugs
        if len(found) == 1:
            return next(iter(found))
        firsts = [slug for slug in found if self._is_first(self.entries[slug])]
        return firsts[0] if len(firsts) == 1 else None

    def wiki(self, name: str, anchor: str, *, from_path: str, slug: str) -> Target | None:
        """What [[name#anchor]] means in a topic; a part that is not there leads to the page."""
        if not name:
            part = self._part(from_path, anchor)
            return part or Target(slug, "", self.entries[slug].title if slug in self.entries else "")
        found = self.named(name, from_path=from_path)
        if found is None:
            return None
        entry = self.entries[found]
        if not anchor:
            return Target(found, "", entry.title)
        if self._is_first(entry) and (part := self._part(entry.path, anchor)):
            return part
        return Target(found, "" if not entry.is_ours else _within(entry, anchor), entry.title)

    def linked(self, href: str, *, from_path: str) -> Target | None:
        """What a relative Markdown link or #anchor means, or None when it leads elsewhere."""
        parts = address_parts(href)
        if parts.scheme or parts.netloc or href.startswith(SITE):
            return None
        path = from_path
        if parts.path:
            found = self._relative(unquote(parts.path), from_path)
            if found is None:
                slug = self._addresses.get(_bare(parts.path))
                return Target(slug, "", self.entries[slug].title) if slug else None
            path = found
        if parts.fragment:
            part = self._anchored(path, unquote(parts.fragment))
            if part or not parts.path:
                return part
        entries = self._documents.get(path, [])
        return Target(entries[0].slug, "", entries[0].title) if entries and parts.path else None

    def names(self) -> dict[str, set[str]]:
        """Every folded name with the topics that bear it."""
        return self._names

    def _is_first(self, entry: Entry) -> bool:
        """Whether the topic is what its file is about."""
        return entry.is_ours and self._documents.get(entry.path, [None])[0] is entry

    def _relative(self, written: str, from_path: str) -> str | None:
        """The document that a relative path means: the file, the file without its suffix, or the folder's own page."""
        base = "" if written.startswith("/") else posixpath.dirname(from_path)
        whole = posixpath.normpath(posixpath.join(base, written.lstrip("/"))).removeprefix("./")
        stem = _without_suffix(whole).casefold()
        if stem in self._paths:
            return self._paths[stem]
        for name in (*sorted(INDEX_NAMES), posixpath.basename(whole).casefold()):
            inside = f"{stem}/{name}" if whole not in (".", "") else name  # Hugo's two.md may be two/index.md
            if inside in self._paths:
                return self._paths[inside]
        return self._anywhere(written.lstrip("/"))

    def _anywhere(self, written: str) -> str | None:
        """The one file whose path ends so: Hugo's `ref` and Obsidian's shortest links leave folders out."""
        if not written.lower().endswith(SUFFIXES) or ".." in written:
            return None
        stem = _without_suffix(posixpath.normpath(written)).casefold()
        if stem in INDEX_NAMES:
            return None  # each folder has one
        ends = [path for path in self._stems.get(posixpath.basename(stem), ()) if _ends_with(path, stem)]
        return ends[0] if len(ends) == 1 else None

    def _file(self, name: str, from_path: str) -> str | None:
        """The document that a wiki link names by its file's name or path; of several the nearest."""
        plain = name.strip().replace("\\", "/").strip("/")
        if not plain:
            return None
        stem = _without_suffix(plain).casefold()
        if "/" in plain:
            here = posixpath.normpath(posixpath.join(posixpath.dirname(from_path), stem)).casefold()
            if found := self._paths.get(here) or self._paths.get(stem.removeprefix("./")):
                return found
            ends = [path for path in self._stems.get(posixpath.basename(stem), ()) if _ends_with(path, stem)]
            return _nearest(ends, from_path)
        return _nearest(self._stems.get(stem, []), from_path)

    def _part(self, path: str, anchor: str) -> Target | None:
        """A heading of a document by its words; of `A#B` the last."""
        name = anchor.rpartition("#")[2].strip()
        if name.startswith("^"):
            return None  # a block: the link goes to its page
        return self._anchored(path, name)

    def _anchored(self, path: str, anchor: str) -> Target | None:
        wanted = [anchor, anchor.lower(), *github_anchors([anchor]), slugify(anchor.replace("-", " "))]
        for name in dict.fromkeys(wanted):
            for entry in self._documents.get(path, ()):
                if name in entry.anchors:
                    inside = entry.anchors[name]
                    return Target(entry.slug, inside, anchor if inside else entry.title)
        return None


def is_internal(href: str) -> bool:
    """Whether a link means a file or part of the notes, so that it is broken when there is none."""
    parts = address_parts(href)
    if parts.scheme or parts.netloc or href.startswith(SITE) or parts.fragment.startswith(("fn:", "fnref:")):
        return False
    return bool(parts.path) or bool(parts.fragment)


def _within(entry: Entry, anchor: str) -> str:
    wanted = slugify(anchor.rpartition("#")[2])
    return next((inside for name, inside in entry.anchors.items() if slugify(name) == wanted), "")


def _nearest(paths: list[str], from_path: str) -> str | None:
    """The path in the same folder, else the one with the fewest folders."""
    folder = posixpath.dirname(from_path)
    return min(paths, key=lambda path: (posixpath.dirname(path) != folder, path.count("/"), path), default=None)


def _ends_with(path: str, stem: str) -> bool:
    whole = _without_suffix(path).casefold()
    return whole == stem or whole.endswith("/" + stem)


def _without_suffix(path: str) -> str:
    return next((path[: -len(suffix)] for suffix in SUFFIXES if path.lower().endswith(suffix)), path)


def _stem(path: str) -> str:
    return posixpath.basename(_without_suffix(path)).casefold()


def _bare(address: str) -> str:
    return unquote(address).strip().strip("/").casefold()


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
