"""Works on a note's tree between parsing and writing: anchors, links resolved and found, the sentences around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element

from studyguide.notes.autolink import Autolinker
from studyguide.notes.directory import Directory, is_internal
from studyguide.notes.figures import Said
from studyguide.notes.slugs import distinct, slugify

LinkKind = Literal["wiki", "relative", "automatic"]
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NO_AUTOLINKS = frozenset({"a", "code", "pre", "kbd", "samp", "abbr", "script", "style", *HEADINGS})
SENTENCE_HOLDERS = ("p", "li", "td", "th", "dd", "dt")
BLOCKS = frozenset({"ul", "ol", "dl", "table", "div", "blockquote", "pre", "details", *SENTENCE_HOLDERS})
SENTENCE_END = re.compile(r"[.!?](?:[)\"'”’])?\s+")
STASH_MARK = "\x02"
STASHED = re.compile(f"{STASH_MARK}[^\x03]*\x03")
ANCHOR_PREFIX = "s-"
MAX_SENTENCE = 400


@dataclass(frozen=True, kw_only=True)
class FoundLink:
    """A link to another topic, with the sentence around it in three pieces of plain text."""

    target: str
    anchor: str
    kind: LinkKind
    before: str
    label: str
    after: str


@dataclass(frozen=True, kw_only=True)
class OutlineEntry:
    level: int
    title: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a note must know of the others to link to them; `figures` are what is said of figures, by their names (see
    studyguide.notes.figures); `unlinked` are topics that are not linked by their name (the note itself and what it lies
    under)."""

    directory: Directory
    autolinker: Autolinker
    slug: str = ""
    path: str = ""
    figures: Mapping[str, Said] = field(default_factory=dict)
    unlinked: frozenset[str] = frozenset()


@dataclass
class Linked:
    """What was found on the way."""

    outline: list[OutlineEntry] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def address(slug: str, anchor: str = "") -> str:
    return f"/topics/{slug}/" + (f"#{ANCHOR_PREFIX}{slugify(anchor)}" if anchor else "")


def link_tree(root: Element, around: Surroundings) -> Linked:
    """Changes the tree in place."""
    found = Linked()
    _anchor_headings(root, found)
    targets: dict[int, tuple[str, str, LinkKind]] = {}
    for link in list(root.iter("a")):
        _resolve(link, around, found, targets)
    written = {slug for slug, _, _ in targets.values()}
    skip = set(around.unlinked) | {around.slug} | written
    _autolink(root, around.autolinker, skip, targets)
    for holder in root.iter():
        if holder.tag in SENTENCE_HOLDERS:
            found.links += _sentences(holder, targets)
    return found


def _anchor_headings(root: Element, found: Linked) -> None:
    taken: set[str] = set()
    for heading in root.iter():
        if heading.tag not in HEADINGS:
            continue
        title = STASHED.sub("", "".join(heading.itertext())).strip()
        anchor = distinct(ANCHOR_PREFIX + slugify(title), parent="", taken=taken)
        taken.add(anchor)
        heading.set("id", anchor)
        found.outline.append(OutlineEntry(level=int(heading.tag[1]), title=title, anchor=anchor))


def _resolve(link: Element, around: Surroundings, found: Linked, targets: dict[int, tuple[str, str, LinkKind]]) -> None:
    wiki = link.attrib.pop("data-wiki", None)
    anchor = link.attrib.pop("data-anchor", "")
    is_bare = link.attrib.pop("data-bare", None) is not None
    if wiki is None:
        href = link.get("href", "")
        slug = around.directory.linked(href, from_path=around.path)
        if slug:
            _point(link, slug, "")
            targets[id(link)] = (slug, "", "relative")
        elif is_internal(href):
            found.broken.append(href)
    elif wiki.startswith("figure:"):
        _figure(link, wiki.removeprefix("figure:"), anchor, around, found)
    elif not wiki and anchor:
        link.set("href", f"#{ANCHOR_PREFIX}{slugify(anchor)}")
    elif slug := around.directory.named(wiki):
        if is_bare and slug == wiki:
            link.text = around.directory.entries[slug].title
        _point(link, slug, anchor)
        targets[id(link)] = (slug, anchor, "wiki")
    else:
        _unlink(link)
        found.broken.append(f"[[{wiki}]]")


def _point(link: Element, slug: str, anchor: str) -> None:
    link.set("href", address(slug, anchor))
    link.set("class", "topic-link")


def _figure(link: Element, slug: str, anchor: str, around: Surroundings, found: Linked) -> None:
    """A named figure: its value in the text, its source on hover, and the way to all that is known of it."""
    name = f"{slug}#{slugify(anchor)}" if anchor else slug
    if name not in around.figures:
        found.broken.append(f"[[figure:{name}]]")
        _unlink(link, "There is no such figure")
        return
    said = around.figures[name]
    link.set("href", f"/calculators/figures/#figure-{slug}")
    link.set("class", "figure")
    link.set("title", said.source)
    link.text = said.value


def _unlink(link: Element, why: str = "There is no such topic yet") -> None:
    link.tag = "span"
    link.attrib.clear()
    link.set("class", "broken-link")
    link.set("title", why)


def _autolink(
    element: Element, autolinker: Autolinker, skip: set[str], targets: dict[int, tuple[str, str, LinkKind]]
) -> None:
    if element.tag in NO_AUTOLINKS or "admonition-title" in element.get("class", ""):
        return
    children = list(element)
    if element.text and not element.text.isspace():
        _link_text(element, None, element.text, autolinker, skip, targets)
    for child in children:
        _autolink(child, autolinker, skip, targets)
        if child.tail and not child.tail.isspace():
            _link_text(element, child, child.tail, autolinker, skip, targets)


def _link_text(
    parent: Element,
    after: Element | None,
    text: str,
    autolinker: Autolinker,
    skip: set[str],
    targets: dict[int, tuple[str, str, LinkKind]],
) -> None:
    """Splits the text before the children (or after one child) at the names found in it."""
    if STASH_MARK in text or not autolinker.may_mention(text):
        return
    last, previous = 0, after
    for mention in autolinker.mentions(text, skip=skip):
        _set_text(parent, previous, text[last : mention.start])
        link = Element("a")
        link.text = text[mention.start : mention.stop]
        _point(link, mention.slug, "")
        targets[id(link)] = (mention.slug, "", "automatic")
        parent.insert(0 if previous is None else list(parent).index(previous) + 1, link)
        previous, last = link, mention.stop
    if last:
        _set_text(parent, previous, text[last:])


def _set_text(parent: Element, previous: Element | None, text: str) -> None:
    if previous is None:
        parent.text = text
    else:
        previous.tail = text


def _sentences(holder: Element, targets: dict[int, tuple[str, str, LinkKind]]) -> list[FoundLink]:
    if next(holder.iter("a"), None) is None:
        return []
    pieces = list(_inline_pieces(holder))
    text = "".join(piece for piece, _ in pieces)
    links, offset = [], 0
    for piece, link in pieces:
        if link is not None and id(link) in targets:
            slug, anchor, kind = targets[id(link)]
            before, after = _around(text, offset, offset + len(piece))
            links.append(FoundLink(target=slug, anchor=anchor, kind=kind, before=before, label=piece, after=after))
        offset += len(piece)
    return links


def _inline_pieces(element: Element, link: Element | None = None) -> Iterator[tuple[str, Element | None]]:
    """Text of a block without the blocks inside it; pieces of a link come with the link."""
    if element.tag == "a":
        yield STASHED.sub("", "".join(element.itertext())), element
        return
    if element.text:
        yield STASHED.sub("", element.text), link
    for child in element:
        if child.tag not in BLOCKS:
            yield from _inline_pieces(child, link)
        if child.tail:
            yield STASHED.sub("", child.tail), link


def _around(text: str, start: int, stop: int) -> tuple[str, str]:
    """The rest of the sentence on both sides of text[start:stop]."""
    begins = [end.end() for end in SENTENCE_END.finditer(text, 0, start)]
    ends = SENTENCE_END.search(text, stop)
    first = max(begins[-1] if begins else 0, start - MAX_SENTENCE)
    last = min(ends.start() + 1 if ends else len(text), stop + MAX_SENTENCE)
    return " ".join(text[first:start].split(" ")).lstrip(), text[stop:last].rstrip()
