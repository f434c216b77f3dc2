"""Binds many files of notes into one book: known slugs, reading order, links between topics, rendered pages and
warnings."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from studyguide.notes.autolink import Autolinker
from studyguide.notes.blocks import CODE
from studyguide.notes.directory import Directory, Entry
from studyguide.notes.documents import NoteTopic, natural, read_documents
from studyguide.notes.errors import FenceError
from studyguide.notes.figures import Said
from studyguide.notes.images import Picture, Pictures
from studyguide.notes.linking import Surroundings
from studyguide.notes.notices import NoteWarning, Notices
from studyguide.notes.renames import Known, with_known_slugs
from studyguide.notes.render import Dialect, Rendered, renderer
from studyguide.notes.slugs import distinct, slugify

FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,100})\]:")
SHOWN_FOOTNOTE = re.compile(r' id="fn:([^"]+)"')
NO_WORD = re.compile(r"[^\w-]")
HIDDEN_FROM_HASH = frozenset(
    {"line", "body_line", "path", "rank", "body", "marks", "anchors"}
)  # nobody sees them on the page


@dataclass(frozen=True, kw_only=True)
class Page:
    """A topic ready to be stored. `order` is its place in reading order, `content_hash` changes with what is seen."""

    note: NoteTopic
    rendered: Rendered
    order: int
    content_hash: str
    source_hash: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """`pictures` are those that pages show, by their digest."""

    pages: list[Page]
    warnings: list[NoteWarning]
    directory: Directory
    pictures: Mapping[str, Picture]


def bind(
    files: Iterable[tuple[str, bytes]],
    *,
    known: Sequence[Known] = (),
    others: Sequence[Entry] = (),
    reserved: Collection[str] = (),
    space: str = "",
    figures: Mapping[str, Said] | None = None,
    pictures: Pictures | None = None,
    dialect: Dialect = "commonmark",
    is_strict: bool = False,
) -> Book:
    """Reads and renders all files. `known` are topics of the same notes from an earlier import, `others` those of other
    notes, to which links may lead; `reserved` are further slugs that are taken. With a `space` all slugs begin with it,
    and none is taken.

    What cannot be read is left out, and the book's warnings say so; when strict, the first such thing is a NoteError.
    """
    notices = Notices(is_strict=is_strict)
    pictures = pictures or Pictures()
    taken = {} if space else {**{entry.slug: entry.path for entry in others}, **dict.fromkeys(reserved, "")}
    topics = read_documents(files, taken=taken, notices=notices)
    if space:
        topics = _in_space(topics, space)
    topics = with_known_slugs(topics, known)
    topics = _without_equal_cards(_with_categories(topics, taken, notices, space=space), notices)
    directory = Directory([*map(_entry, topics), *others])
    linker = Autolinker(directory)
    _remark_on_the_tree(topics, directory, notices)
    pages = []
    for order, topic in enumerate(_in_reading_order([_joined(topic, directory) for topic in topics])):
        around = Surroundings(
            directory=directory,
            autolinker=linker,
            slug=topic.slug,
            path=topic.path,
            figures=figures or {},
            pictures=pictures,
        )
        rendered = renderer(dialect).render(
            topic.body, around, title=topic.title, offset=_offset(topic.body), definitions=topic.definitions
        )
        _remark_on(topic, rendered, notices)
        pages.append(_page(topic, rendered, order))
    _remark_on_footnotes(pages, notices)
    warnings = sorted(notices.found, key=lambda warning: (natural(warning.path), warning.line))
    return Book(pages=pages, warnings=warnings, directory=directory, pictures=pictures.shown)


def _in_space(topics: Sequence[NoteTopic], space: str) -> list[NoteTopic]:
    """The topics with slugs that begin with `space`; links by the plain slug still lead to them."""
    slugs = {topic.slug: space + topic.slug for topic in topics}
    return [
        replace(
            topic,
            slug=slugs[topic.slug],
            parent=slugs.get(topic.parent) or slugs.get(slugify(topic.parent)) or topic.parent if topic.parent else "",
            addresses=(*topic.addresses, topic.slug),
        )
        for topic in topics
    ]


def _without_equal_cards(topics: Sequence[NoteTopic], notices: Notices) -> list[NoteTopic]:
    """Drops cards with a repeated id: an id identifies a card in all topics of the notes."""
    first_of: dict[str, NoteTopic] = {}
    kept = []
    for topic in topics:
        cards = []
        for card in topic.cards:
            first = first_of.setdefault(card.id, topic)
            if first is topic:
                cards.append(card)
            else:
                message = f"card id {card.id!r} also stands in {first.path}, topic {first.slug!r}"
                notices.add("cards", message, path=topic.path, line=card.line)
        kept.append(topic if len(cards) == len(topic.cards) else replace(topic, cards=tuple(cards)))
    return kept


def _entry(topic: NoteTopic) -> Entry:
    return Entry(
        slug=topic.slug,
        title=topic.title,
        aliases=topic.aliases,
        path=topic.path,
        anchors=topic.anchors,
        addresses=topic.addresses,
        is_declared=topic.is_declared,
    )


def _with_categories(
    topics: Sequence[NoteTopic], taken: Mapping[str, str], notices: Notices, *, space: str
) -> list[NoteTopic]:
    """Adds a category for each that topics name and no file describes; categories that lie within each other go to the
    top."""
    slugs = {topic.slug for topic in topics}
    named: dict[str, NoteTopic] = {}
    for topic in topics:
        if topic.parent and topic.parent not in slugs and slugify(topic.parent) not in slugs:
            named.setdefault(topic.parent, topic)
    used = {*slugs, *taken}
    slug_of: dict[str, str] = {}
    for name in named:
        slug_of[name] = distinct(space + slugify(name), parent="notes", taken=used)
        used.add(slug_of[name])
    made = [
        NoteTopic(
            slug=slug_of[name], title=name.replace("-", " ").capitalize(), body="", path=first.path, line=first.line,
            kind="category", rank=(len(topics), *natural(name)), is_declared=True,
        )
        for name, first in named.items()
    ]  # fmt: skip
    placed = [
        topic
        if not topic.parent or topic.parent in slugs
        else replace(topic, parent=slug_of.get(topic.parent, slugify(topic.parent)))
        for topic in (*topics, *made)
    ]
    parents = {topic.slug: topic.parent for topic in placed}
    return [_out_of_circles(topic, parents, notices) for topic in placed]


def _joined(topic: NoteTopic, directory: Directory) -> NoteTopic:
    """The topic with the slugs of what it names as prerequisites and related."""
    if not topic.prerequisites and not topic.related:
        return topic
    found = {name: directory.named(name, from_path=topic.path) for name in (*topic.prerequisites, *topic.related)}
    return replace(
        topic,
        prerequisites=tuple(slug for name in topic.prerequisites if (slug := found[name])),
        related=tuple(slug for name in topic.related if (slug := found[name])),
    )


def _out_of_circles(topic: NoteTopic, parents: dict[str, str], notices: Notices) -> NoteTopic:
    seen, above = {topic.slug}, topic.parent
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above, "")
    if above != topic.slug:
        return topic
    notices.add("category", f"category {topic.parent!r} contains itself", path=topic.path, line=topic.line)
    parents[topic.slug] = ""
    return replace(topic, parent="")


def _in_reading_order(topics: Sequence[NoteTopic]) -> list[NoteTopic]:
    """Topics depth first; siblings by their order, then by file and place in the file."""
    below: dict[str, list[NoteTopic]] = defaultdict(list)
    by_slug = {topic.slug: topic for topic in topics}
    for topic in topics:
        below[topic.parent].append(topic)
    ordered: list[NoteTopic] = []
    waiting = [""]
    while waiting:
        slug = waiting.pop()
        if slug:
            ordered.append(by_slug[slug])
        waiting += [topic.slug for topic in sorted(below[slug], key=lambda topic: topic.rank, reverse=True)]
    return ordered


def _offset(body: str) -> int:
    """Headings of a body start below the page's own title."""
    return 1 if body.startswith("# ") or "\n# " in body else 0


def _remark_on_the_tree(topics: Sequence[NoteTopic], directory: Directory, notices: Notices) -> None:
    """Empty pages, titles that stand twice, and named topics that do not exist."""
    parents = {topic.parent for topic in topics}
    first_of: dict[str, NoteTopic] = {}
    for topic in topics:

        def add(kind: str, message: str, topic: NoteTopic = topic) -> None:
            notices.add(kind, message, path=topic.path, line=topic.line)

        if not topic.body.strip() and topic.slug not in parents:
            add("empty", f"{topic.title!r} has no text and nothing below it")
        first = first_of.setdefault(topic.title.casefold(), topic)
        if first is not topic:
            message = f"the title {topic.title!r} also stands at {first.path}:{first.line}; this one is {topic.slug!r}"
            add("same-title", message)
        for field in ("prerequisites", "related"):
            for name in getattr(topic, field):
                if not directory.named(name, from_path=topic.path):
                    add("named-topic", f"{field} names {name!r}, and there is no such topic")


def _remark_on(topic: NoteTopic, rendered: Rendered, notices: Notices) -> None:
    for target in rendered.broken:
        line = _line_of(topic, target.removeprefix("[[").removesuffix("]]"))
        notices.add("link", f"broken link {target}", path=topic.path, line=line)
    for kind, words, message in rendered.remarks:
        notices.add(kind, message, path=topic.path, line=_line_of(topic, words))
    for error in rendered.refused:
        notices.add("fence", error.message, path=topic.path, line=_line_of_fence(topic, error))
    if "<!--" in topic.body and topic.body.rfind("<!--") > topic.body.rfind("-->"):
        line = _line_of(topic, topic.body[topic.body.rfind("<!--") :])
        notices.add("open-comment", "the comment that begins here is never closed", path=topic.path, line=line)


def _remark_on_footnotes(pages: Iterable[Page], notices: Notices) -> None:
    """A parser drops footnotes that nothing refers to. Where it takes for code what another tool shows as text, as in
    tabs of MkDocs, readers would miss them."""
    written: dict[str, dict[str, tuple[NoteTopic, str]]] = defaultdict(dict)
    shown: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        note = page.note
        if "[^" not in note.body:
            continue
        shown[note.path].update(SHOWN_FOOTNOTE.findall(page.rendered.html))
        for line, mark in zip(note.body.split("\n"), note.marks, strict=False):
            if mark != CODE and (found := FOOTNOTE.match(line)):
                written[note.path].setdefault(NO_WORD.sub("-", found[1]), (note, found[0]))
    for path, footnotes in written.items():
        for label, (note, words) in footnotes.items():
            if label not in shown[path]:
                name = words.strip().removesuffix(":")
                message = f"the footnote {name} is left out: no text refers to it (code and tabs do not count)"
                notices.add("footnote", message, path=path, line=_line_of(note, words))


def _line_of_fence(topic: NoteTopic, error: FenceError) -> int:
    return _line_of(topic, error.source.strip()) + error.line - 1


def _line_of(topic: NoteTopic, words: str) -> int:
    """Where the words stand in the file."""
    before = topic.body.split(words, 1)[0] if words and words in topic.body else ""
    return (topic.body_line or topic.line) + before.count("\n")


def _page(topic: NoteTopic, rendered: Rendered, order: int) -> Page:
    seen = {key: value for key, value in vars(topic).items() if key not in HIDDEN_FROM_HASH}
    return Page(
        note=topic,
        rendered=rendered,
        order=order,
        content_hash=_digest(json.dumps([seen, rendered], default=vars)),
        source_hash=_digest(topic.body),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
