"""Works on a note's tree after sanitising: anchors, links resolved and found, pictures, the sentences around links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from unicodedata import bidirectional

from lxml import html as lxml_html

from studyguide.notes.autolink import Autolinker
from studyguide.notes.directory import Directory, Target, is_internal
from studyguide.notes.documents import ANCHOR_PREFIX
from studyguide.notes.figures import Said
from studyguide.notes.images import SUFFIXES, Picture, PictureRefusedError, Pictures, is_data
from studyguide.notes.slots import without_slots
from studyguide.notes.slugs import distinct, slugify
from web.reading.addresses import address_parts

LinkKind = Literal["wiki", "relative", "automatic"]
Element = Any  # an lxml object; its type stubs are incomplete
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NO_AUTOLINKS = frozenset({"a", "code", "pre", "kbd", "samp", "abbr", "script", "style", "summary", *HEADINGS})
SENTENCE_HOLDERS = ("p", "li", "td", "th", "dd", "dt")
BLOCKS = frozenset({"ul", "ol", "dl", "table", "div", "blockquote", "pre", "details", *SENTENCE_HOLDERS})
SENTENCE_END = re.compile(r"[.!?](?:[)\"'”’])?\s+")
MAX_SENTENCE = 400
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
DIRECTED = ("p", "li", "td", "th", "dd", "dt", "ul", "ol", "table", "blockquote", "summary", *HEADINGS)
SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?")
PARSER = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)


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
    """What rendering a note needs to know of the others: `figures` are the sentences about figures by their names (see
    studyguide.notes.figures); `unlinked` are topics whose names become no links (the note itself and its parents)."""

    directory: Directory
    autolinker: Autolinker
    slug: str = ""
    path: str = ""
    figures: Mapping[str, Said] = field(default_factory=dict)
    pictures: Pictures = field(default_factory=Pictures)
    unlinked: frozenset[str] = frozenset()


@dataclass
class Linked:
    """What was found on the way. `remarks` are kinds (see studyguide.notes.notices), the words as they stand in the
    note, and what to say of them."""

    outline: list[OutlineEntry] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def address(slug: str, anchor: str = "") -> str:
    return f"/topics/{slug}/" + (f"#{anchor}" if anchor else "")


def linked_html(html: str, around: Surroundings, *, offset: int = 0) -> tuple[str, Linked]:
    """Sanitised HTML with its links and pictures resolved, and what was found; `offset` lowers headings."""
    root = lxml_html.fragment_fromstring(html, create_parent="div", parser=PARSER)
    if offset:
        for heading in root.iter(*HEADINGS):
            heading.tag = f"h{min(6, int(heading.tag[1]) + offset)}"
    found = link_tree(root, around)
    whole = lxml_html.tostring(root, encoding="unicode", with_tail=False)
    return whole.removeprefix("<div>").removesuffix("</div>"), found


def link_tree(root: Element, around: Surroundings) -> Linked:
    """Changes the tree in place."""
    found = Linked()
    _anchor_headings(root, found)
    targets: dict[Element, tuple[str, str, LinkKind]] = {}
    for link in list(root.iter("a")):
        _resolve(link, around, found, targets)
    for picture in list(root.iter("img")):
        _show(picture, around, found)
    written = {slug for slug, _, _ in targets.values()}
    skip = set(around.unlinked) | {around.slug} | written
    _autolink(root, around.autolinker, skip, targets)
    for holder in root.iter(*SENTENCE_HOLDERS):
        found.links += _sentences(holder, targets)
    if RIGHT_TO_LEFT.search("".join(root.itertext())):
        _set_directions(root)
    return found


def _set_directions(root: Element) -> None:
    """Gives each block the direction of most of its letters; a list or table as a whole, so that its marks and columns
    follow.

    `dir="auto"` would not do, because it ignores text in elements that have a direction themselves.
    """
    for element in root.iter(*DIRECTED):
        kinds = Counter(map(bidirectional, without_slots("".join(element.itertext()))))
        right, left = kinds["R"] + kinds["AL"], kinds["L"]
        if right or left:
            element.set("dir", "rtl" if right > left else "ltr")


def _anchor_headings(root: Element, found: Linked) -> None:
    taken: set[str] = set()
    for heading in root.iter(*HEADINGS):
        title = " ".join(without_slots("".join(heading.itertext())).split())
        anchor = distinct(ANCHOR_PREFIX + slugify(title), parent="", taken=taken)
        taken.add(anchor)
        heading.set("id", anchor)
        found.outline.append(OutlineEntry(level=int(heading.tag[1]), title=title, anchor=anchor))


def _resolve(
    link: Element, around: Surroundings, found: Linked, targets: dict[Element, tuple[str, str, LinkKind]]
) -> None:
    if "href" not in link.attrib:
        link.attrib.pop("rel", None)
    wiki = link.attrib.pop("data-wiki", None)
    anchor = link.attrib.pop("data-anchor", "")
    is_bare = link.attrib.pop("data-bare", None) is not None
    is_embedded = link.attrib.pop("data-embed", None) is not None
    if wiki is None:
        _resolve_written(link, around, found, targets)
    elif wiki.startswith("figure:"):
        _figure(link, wiki.removeprefix("figure:"), anchor, around, found)
    elif is_embedded and not wiki.endswith((".md", ".markdown")) and "." in wiki.rpartition("/")[2]:
        _embed(link, wiki, is_bare=is_bare)
    elif target := around.directory.wiki(wiki, anchor, from_path=around.path, slug=around.slug):
        if is_bare and (anchor or target.slug == wiki or is_embedded):
            link.text = target.title or around.directory.entries[target.slug].title
        inside = target.anchor or (ANCHOR_PREFIX + slugify(anchor) if anchor and _is_page(target, around) else "")
        _point(link, target.slug, inside)
        if target.slug != around.slug:
            targets[link] = (target.slug, anchor, "wiki")
    else:
        _unlink(link)
        found.broken.append(f"[[{wiki}]]")


def _point(link: Element, slug: str, anchor: str) -> None:
    link.attrib.pop("rel", None)
    link.set("href", address(slug, anchor))
    link.set("class", "topic-link")


def _is_page(target: Target, around: Surroundings) -> bool:
    """Whether parts of the topic are headings on its page, though we do not know them: topics of other notes."""
    return not around.directory.entries[target.slug].anchors


def _resolve_written(
    link: Element, around: Surroundings, found: Linked, targets: dict[Element, tuple[str, str, LinkKind]]
) -> None:
    href = link.get("href", "")
    try:
        target = around.directory.linked(href, from_path=around.path)
        is_ours = is_internal(href)
    except ValueError:  # such as http://[
        target, is_ours = None, True
    if target:
        _point(link, target.slug, target.anchor)
        if target.slug != around.slug:
            targets[link] = (target.slug, target.anchor, "relative")
    elif is_ours:
        path = around.pictures.find(href, from_path=around.path)
        picture = _picture(path, around, found, href) if path else None
        if picture:
            link.set("href", picture.address)
        else:
            _unlink(link, "This file is not among the notes")
            found.broken.append(href)


def _figure(link: Element, slug: str, anchor: str, around: Surroundings, found: Linked) -> None:
    """A named figure: its value in the text, its source on hover, and the way to all that is known of it."""
    name = f"{slug}#{slugify(anchor)}" if anchor else slug
    if name not in around.figures:
        found.broken.append(f"[[figure:{name}]]")
        _unlink(link, "There is no such figure")
        return
    said = around.figures[name]
    link.attrib.pop("rel", None)
    link.set("href", f"/calculators/figures/#figure-{slug}")
    link.set("class", "figure")
    link.set("title", said.source)
    link.text = said.value


def _unlink(link: Element, why: str = "There is no such topic yet") -> None:
    link.tag = "span"
    link.attrib.clear()
    link.set("class", "broken-link")
    link.set("title", why)


def _embed(link: Element, name: str, *, is_bare: bool) -> None:
    """An embedded file becomes a picture, which `_show` then looks for; `|300` is its width."""
    words = "" if is_bare else (link.text or "")
    size = SIZE.fullmatch(words)
    link.text = None
    link.attrib.pop("rel", None)
    link.tag = "img"
    link.set("src", name)
    link.set("alt", "" if size else words)
    if size:
        link.set("width", size[1])


def _show(picture: Element, around: Surroundings, found: Linked) -> None:
    """A picture of the notes is shown from here; one of another host becomes a link; one that is not there says so."""
    source = picture.attrib.pop("src", "")
    alt = " ".join((picture.get("alt") or "").split())
    name = source.partition("?")[0].rpartition("/")[2][:100]
    if source.startswith(("/topics/images/", "/static/")):
        picture.set("src", source)
        return
    if source.startswith("//") or (address_parts(source).scheme and not is_data(source)):
        found.remarks.append(("picture-remote", source, f"the picture {source[:200]} is of another host"))
        _as_link(picture, source, alt or f"Picture at {address_parts(source).netloc or source[:60]}")
        return
    path = "" if is_data(source) else around.pictures.find(source, from_path=around.path)
    if path is None:
        kind = "picture-missing" if "." + name.lower().rpartition(".")[2] in SUFFIXES else "media"
        is_file = kind == "media"
        why = f"{source[:200]!r} is not a picture and is left out" if is_file else f"there is no file {source[:200]!r}"
        found.remarks.append((kind, source, why))
        _as_note(
            picture, f"[Picture not found: {alt or name}]" if kind == "picture-missing" else f"[File: {alt or name}]"
        )
        return
    shown = _picture(path, around, found, source)
    if shown is None:
        _as_note(picture, f"[Picture left out: {alt or name}]")
        return
    picture.set("src", shown.address)
    picture.set("alt", alt or name.rpartition(".")[0].replace("-", " ").replace("_", " ") if path else alt)
    picture.set("loading", "lazy")
    width = picture.get("width", "")
    if width.isdecimal() and shown.width:
        picture.set("height", str(round(shown.height * int(width) / shown.width)))
    elif shown.width and shown.height:
        picture.set("width", str(shown.width))
        picture.set("height", str(shown.height))


def _picture(path: str, around: Surroundings, found: Linked, source: str) -> Picture | None:
    """The picture at the path, or that which its address holds; None with a remark when it is none."""
    try:
        picture = around.pictures.at(path) if path else around.pictures.from_data(source)
    except PictureRefusedError as error:
        found.remarks.append(("picture-refused", source[:60], f"{path or 'a picture in the text'}: {error}"))
        return None
    found.pictures.append(picture.digest)
    return picture


def _as_link(picture: Element, href: str, words: str) -> None:
    parent = picture.getparent()
    is_linked = any(each.tag == "a" for each in picture.iterancestors())
    picture.attrib.clear()
    picture.tag = "span" if is_linked or parent is None else "a"
    if picture.tag == "a":
        picture.set("href", href if not href.startswith("//") else f"https:{href}")
        picture.set("rel", "noreferrer noopener")
    picture.text = words


def _as_note(picture: Element, words: str) -> None:
    picture.attrib.clear()
    picture.tag = "span"
    picture.set("class", "broken-link")
    picture.text = words


def _autolink(
    root: Element, autolinker: Autolinker, skip: set[str], targets: dict[Element, tuple[str, str, LinkKind]]
) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in NO_AUTOLINKS or "admonition-title" in element.get("class", ""):
            continue
        children = list(element)
        if element.text and not element.text.isspace():
            _link_text(element, None, element.text, autolinker, skip, targets)
        for child in children:
            if child.tail and not child.tail.isspace():
                _link_text(element, child, child.tail, autolinker, skip, targets)
        waiting += reversed(children)


def _link_text(
    parent: Element,
    after: Element | None,
    text: str,
    autolinker: Autolinker,
    skip: set[str],
    targets: dict[Element, tuple[str, str, LinkKind]],
) -> None:
    """Splits the text before the children (or after one child) at the names found in it."""
    if not autolinker.may_mention(text):
        return
    last, previous = 0, after
    for mention in autolinker.mentions(text, skip=skip):
        _set_text(parent, previous, text[last : mention.start])
        link = parent.makeelement("a")
        link.text = text[mention.start : mention.stop]
        _point(link, mention.slug, "")
        targets[link] = (mention.slug, "", "automatic")
        parent.insert(0 if previous is None else parent.index(previous) + 1, link)
        previous, last = link, mention.stop
    if last:
        _set_text(parent, previous, text[last:])


def _set_text(parent: Element, previous: Element | None, text: str) -> None:
    if previous is None:
        parent.text = text
    else:
        previous.tail = text


def _sentences(holder: Element, targets: dict[Element, tuple[str, str, LinkKind]]) -> list[FoundLink]:
    if next(holder.iter("a"), None) is None:
        return []
    pieces = list(_inline_pieces(holder))
    text = "".join(piece for piece, _ in pieces)
    links, offset = [], 0
    for piece, link in pieces:
        if link is not None and link in targets:
            slug, anchor, kind = targets[link]
            before, after = _around(text, offset, offset + len(piece))
            links.append(FoundLink(target=slug, anchor=anchor, kind=kind, before=before, label=piece, after=after))
        offset += len(piece)
    return links


def _inline_pieces(element: Element, link: Element | None = None) -> Iterator[tuple[str, Element | None]]:
    """Text of a block without the blocks inside it; pieces of a link come with the link."""
    if element.tag == "a":
        yield without_slots("".join(element.itertext())), element
        return
    if element.text:
        yield without_slots(element.text), link
    for child in element:
        if child.tag not in BLOCKS:
            yield from _inline_pieces(child, link)
        if child.tail:
            yield without_slots(child.tail), link


def _around(text: str, start: int, stop: int) -> tuple[str, str]:
    """The rest of the sentence on both sides of text[start:stop]."""
    begins = [end.end() for end in SENTENCE_END.finditer(text, 0, start)]
    ends = SENTENCE_END.search(text, stop)
    first = max(begins[-1] if begins else 0, start - MAX_SENTENCE)
    last = min(ends.start() + 1 if ends else len(text), stop + MAX_SENTENCE)
    return " ".join(text[first:start].split(" ")).lstrip(), text[stop:last].rstrip()
