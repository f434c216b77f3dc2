"""Many files of notes bound into one: known slugs, reading order, links between all, rendered pages and warnings."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from studyguide.notes.autolink import Autolinker
from studyguide.notes.directory import Directory, Entry
from studyguide.notes.documents import NoteTopic, read_documents
from studyguide.notes.errors import FenceError, NoteError
from studyguide.notes.figures import Said
from studyguide.notes.linking import Surroundings
from studyguide.notes.renames import Known, with_known_slugs
from studyguide.notes.render import Rendered, renderer
from studyguide.notes.slugs import slugify

MAX_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class NoteWarning:
    """Something that a reader of the notes would want mended; the import goes on."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


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
    pages: list[Page]
    warnings: list[NoteWarning]
    directory: Directory


def bind(
    files: Iterable[tuple[str, bytes]],
    *,
    known: Sequence[Known] = (),
    others: Sequence[Entry] = (),
    figures: Mapping[str, Said] | None = None,
) -> Book:
    """Reads and renders all files. `known` are topics of the same notes from an earlier import, `others` those of other
    notes, to which links may lead and whose slugs are taken. NoteError at the first thing that cannot be read."""
    taken = {entry.slug: entry.path or "other notes" for entry in others}
    topics = _with_categories(with_known_slugs(read_documents(files, taken=taken), known))
    for topic in topics:
        if len(topic.title) > MAX_TITLE:
            message = f"a title may have {MAX_TITLE} characters, this one has {len(topic.title):,}"
            raise NoteError(message, path=topic.path, line=topic.line)
    _refuse_equal_ids(topics)
    directory = Directory([*map(_entry, topics), *others])
    linker = Autolinker(directory, texts=[topic.body for topic in topics])
    warnings, pages = _of_the_tree(topics, directory), []
    for order, topic in enumerate(_in_reading_order(topics)):
        around = Surroundings(
            directory=directory, autolinker=linker, slug=topic.slug, path=topic.path, figures=figures or {}
        )
        try:
            rendered = renderer().render(topic.body, around, title=topic.title, offset=_offset(topic.body))
        except FenceError as error:
            line = _line_of(topic, error.source.strip()) + error.line - 1
            raise NoteError(error.message, path=topic.path, line=line) from error
        warnings += [_broken(topic, target) for target in rendered.broken]
        pages.append(_page(topic, rendered, order))
    warnings.sort(key=lambda warning: (warning.path, warning.line))
    return Book(pages=pages, warnings=warnings, directory=directory)


def _refuse_equal_ids(topics: Sequence[NoteTopic]) -> None:
    """A card is known by its id, in whichever topic of the notes it stands; so each id stands once."""
    first_of: dict[str, NoteTopic] = {}
    for topic in topics:
        for card in topic.cards:
            first = first_of.setdefault(card.id, topic)
            if first is not topic:
                message = f"card id {card.id!r} also stands in {first.path}, topic {first.slug!r}"
                raise NoteError(message, path=topic.path, line=card.line)


def _entry(topic: NoteTopic) -> Entry:
    return Entry(
        slug=topic.slug,
        title=topic.title,
        aliases=topic.aliases,
        path=topic.path,
        anchor=slugify(topic.title),
        is_declared=topic.is_declared,
    )


def _with_categories(topics: Sequence[NoteTopic]) -> list[NoteTopic]:
    """Adds a category for each that topics name and no file describes."""
    slugs = {topic.slug for topic in topics}
    named: dict[str, NoteTopic] = {}
    for topic in topics:
        if topic.parent and slugify(topic.parent) not in slugs:
            named.setdefault(topic.parent, topic)
    made = [
        NoteTopic(
            slug=slugify(name), title=name.replace("-", " ").capitalize(), body="", path=first.path, line=first.line,
            kind="category", order=len(topics), is_declared=True,
        )
        for name, first in named.items()
    ]  # fmt: skip
    return [replace(topic, parent=slugify(topic.parent)) if topic.parent else topic for topic in (*topics, *made)]


def _in_reading_order(topics: Sequence[NoteTopic]) -> list[NoteTopic]:
    """Depth first; brothers by their order, then by title. NoteError when categories lie within each other."""
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
        children = sorted(below[slug], key=lambda topic: (topic.order, topic.title))
        waiting += [topic.slug for topic in reversed(children)]
    if len(ordered) < len(topics):
        found = {topic.slug for topic in ordered}
        lost = next(topic for topic in topics if topic.slug not in found)
        raise NoteError(f"category {lost.parent!r} lies within itself", path=lost.path, line=lost.line)
    return ordered


def _offset(body: str) -> int:
    """Headings of a body start below the page's own title."""
    return 1 if body.startswith("# ") or "\n# " in body else 0


def _of_the_tree(topics: Sequence[NoteTopic], directory: Directory) -> list[NoteWarning]:
    """Empty pages, titles that stand twice, and named topics that do not exist."""
    parents = {topic.parent for topic in topics}
    first_of: dict[str, NoteTopic] = {}
    warnings = []
    for topic in topics:
        if not topic.body.strip() and topic.slug not in parents:
            warnings.append(_warning(topic, f"{topic.title!r} has no text and nothing below it"))
        first = first_of.setdefault(topic.title.casefold(), topic)
        if first is not topic:
            message = f"the title {topic.title!r} also stands at {first.path}:{first.line}; this one is {topic.slug!r}"
            warnings.append(_warning(topic, message))
        for field in ("prerequisites", "related"):
            unknown = [slug for slug in getattr(topic, field) if slug not in directory.entries]
            warnings += [_warning(topic, f"{field} names {slug!r}, and there is no such topic") for slug in unknown]
    return warnings


def _broken(topic: NoteTopic, target: str) -> NoteWarning:
    line = _line_of(topic, target.removeprefix("[[").removesuffix("]]"))
    return NoteWarning(path=topic.path, line=line, message=f"broken link {target}")


def _line_of(topic: NoteTopic, words: str) -> int:
    """Where the words stand in the file; an outlined topic's body begins below its heading."""
    before = topic.body.split(words, 1)[0] if words and words in topic.body else ""
    return topic.line + before.count("\n") + (0 if topic.is_declared else 1)


def _warning(topic: NoteTopic, message: str) -> NoteWarning:
    return NoteWarning(path=topic.path, line=topic.line, message=message)


def _page(topic: NoteTopic, rendered: Rendered, order: int) -> Page:
    seen = {key: value for key, value in vars(topic).items() if key not in ("line", "path", "order", "body")}
    return Page(
        note=topic,
        rendered=rendered,
        order=order,
        content_hash=_digest(json.dumps([seen, rendered], default=vars)),
        source_hash=_digest(topic.body),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
