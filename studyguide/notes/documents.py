"""Turns files into topics: a file with front matter is one topic, any other Markdown becomes a tree of them."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from studyguide.notes.blocks import Line, Structure, body_and_marks, structured
from studyguide.notes.cards import CardSource, read_cards
from studyguide.notes.comments import without_comments
from studyguide.notes.directory import NO_ANCHORS
from studyguide.notes.errors import NoteError
from studyguide.notes.front_matter import FrontMatter, Source, Term, split
from studyguide.notes.notices import KINDS, Notices
from studyguide.notes.other_tools import is_drawing_file, translated
from studyguide.notes.outline import Section, outlined
from studyguide.notes.slugs import distinct, github_anchors, slugify
from studyguide.notes.source import read_old_text, read_text
from studyguide.notes.titles import DATE, INDEX_NAMES, names_of_day, plain_title, title_of_file

CATEGORY_FILE = "_category.md"
SHORT_NAME = re.compile(r"(?<!\s)\s++[-–—(]|[:(,]")
HTML_ANCHOR = re.compile(r"<a\s+(?:name|id)=[\"']?([^\"'\s>]{1,200})", re.IGNORECASE)
MAX_TITLE = 300
ANCHOR_PREFIX = "s-"
Rank = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class NoteTopic:
    """A topic as its file says it.

    `marks` are of the body's lines (see studyguide.notes.blocks). `parent` is a slug; `rank` sorts brothers; `line` is
    its heading's, `body_line` that of the body's first words. `definitions` is Markdown of the rest of the file that
    the body refers to. `anchors` are the names under which links to the file mean the topic, each with the heading's
    id on the page ("" for the page itself).
    `is_page` is a topic that is a whole file.
    """

    slug: str
    title: str
    body: str
    path: str
    line: int
    body_line: int = 0
    marks: bytes = b""
    parent: str = ""
    kind: Literal["category", "topic"] = "topic"
    rank: Rank = ()
    summary: str = ""
    method_step: str = ""
    aliases: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    terms: tuple[Term, ...] = ()
    cards: tuple[CardSource, ...] = ()
    definitions: str = ""
    anchors: Mapping[str, str] = field(default_factory=lambda: NO_ANCHORS)
    is_declared: bool = False
    is_page: bool = False


@dataclass(frozen=True, kw_only=True)
class _File:
    path: str
    text: str
    front: FrontMatter | None
    first_line: int


def read_documents(
    files: Iterable[tuple[str, bytes]], *, taken: Mapping[str, str] | None = None, notices: Notices | None = None
) -> list[NoteTopic]:
    """All topics of the files (path and content each), with slugs distinct over all of them and from those `taken`,
    which are mapped to where they stand.

    A file that cannot be read is left out with a notice; when notices are strict, that is a NoteError.
    """
    notices = notices or Notices(is_strict=True)
    topics: list[NoteTopic] = []
    where = dict(taken or {})
    for path, raw in files:
        try:
            file = _read(path, raw, notices)
            found = [] if file is None else _topics(file, where, notices)
        except NoteError as error:
            notices.refuse("file", error)
            continue
        where |= {topic.slug: f"{topic.path}:{topic.line}" for topic in found}
        topics += found
    return topics if notices.is_strict else _in_folders(topics, where)


def _read(path: str, raw: bytes, notices: Notices) -> _File | None:
    """The text of a file and its front matter; None for a draft."""
    try:
        text = read_text(raw, path=path)
    except NoteError as error:
        if notices.is_strict or "UTF-8" not in error.message:
            raise
        text = read_old_text(raw, path=path)
        notices.add("encoding", f"{error.message}; read as Windows-1252", path=path, line=error.line)
    if not notices.is_strict:
        text, count = without_comments(text)
        if count:
            said = "a comment (%% … %%) is" if count == 1 else f"{count} comments (%% … %%) are"
            notices.add("comment", f"{said} left out", path=path, count=count)
        if is_drawing_file(text):
            notices.add("drawing", "a drawing of Excalidraw is left out; export it as SVG to bring it", path=path)
            return None
    if not text.strip():
        notices.add("empty-file", "there is nothing in the file", path=path)
        return None
    front, body, first_line = split(text, path=path, notices=notices)
    if front is not None and front.is_draft:
        notices.add("draft", "a draft is left out", path=path)
        return None
    if not notices.is_strict:
        body = _without_tools(body, path, first_line, notices)
    return _File(path=path, text=body, front=front, first_line=first_line)


def _without_tools(body: str, path: str, first_line: int, notices: Notices) -> str:
    """The body without constructs of other tools, and remarks on what was removed."""
    plain = translated(body, is_mdx=path.lower().endswith(".mdx"))
    for kind, count in plain.changed.items():
        words = KINDS[kind][1 if count == 1 else 2]
        message = f"{count} {words}"
        notices.add(kind, message, path=path, line=plain.lines[kind] + first_line - 1, count=count)
    return plain.text


def _topics(file: _File, taken: MutableMapping[str, str], notices: Notices) -> list[NoteTopic]:
    structure = structured(file.text, first_line=file.first_line)
    if structure.open_fence:
        message = "the fence is never closed" + ("" if notices.is_strict else ": the rest of the file is code")
        notices.add("open-fence", message, path=file.path, line=structure.open_fence)
    if file.front is not None:
        return [_declared(file, file.front, structure, taken, notices)]
    return _outlined(file, structure, taken, notices)


def _declared(
    file: _File, front: FrontMatter, structure: Structure, taken: Mapping[str, str], notices: Notices
) -> NoteTopic:
    path = file.path
    lines, cards = _without_cards(structure.lines, path=path, notices=notices)
    title, headings = front.title, structure.headings
    first = next((line for line in lines if line.text.strip()), None)
    if first is not None and first.heading_level == 1 and (not title or plain_title(first.text) == title):
        title = title or plain_title(first.text)  # the page has its title already
        lines = lines[lines.index(first) + 1 :]
        headings = headings[1:]
    title = _bounded(title or title_of_file(path), path, first.number if first else 1, notices)
    is_category = PurePosixPath(path).name == CATEGORY_FILE
    slug = front.slug or slugify(title)
    if slug in taken:
        free = distinct(slug, parent=slugify(PurePosixPath(path).parent.name or "note"), taken=taken)
        # Whose topic it is nobody is told: it may be of somebody's private notes.
        why = f"is taken by {taken[slug]}" if taken[slug] else "is not free"
        said = "" if notices.is_strict else f"; this topic has {free!r}"
        notices.add("address", f"slug {slug!r} {why}{said}", path=path, line=2)
        slug = free
    body, marks = body_and_marks(lines)
    line = next((line.number for line in lines if line.text), lines[0].number if lines else file.first_line)
    return NoteTopic(
        slug=slug,
        title=title,
        body=body,
        marks=marks,
        path=path,
        line=line,
        body_line=line,
        parent="" if is_category else front.category,
        kind="category" if is_category or not body.strip() else "topic",
        rank=(front.order, *natural(path), title),
        summary=front.summary,
        method_step=front.method_step,
        aliases=front.aliases,
        prerequisites=front.prerequisites,
        related=front.related,
        tags=front.tags,
        addresses=front.addresses,
        sources=front.sources,
        terms=front.terms,
        cards=tuple(cards),
        anchors=_page_anchors(headings) | dict.fromkeys({*github_anchors([title]), slugify(title)}, ""),
        is_declared=bool(front.title or front.slug),
        is_page=True,
    )


def _page_anchors(headings: Sequence[str]) -> dict[str, str]:
    """The names under which links mean a heading of a page, with the id that it has there."""
    titles = [plain_title(heading) for heading in headings]
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for heading, title, github in zip(headings, titles, github_anchors(titles), strict=True):
        inside = distinct(ANCHOR_PREFIX + slugify(title), parent="", taken=taken)
        taken.add(inside)
        for name in (github, slugify(title), *HTML_ANCHOR.findall(heading)):
            anchors.setdefault(name, inside)
    return anchors


def _without_cards(lines: list[Line], *, path: str, notices: Notices) -> tuple[list[Line], list[CardSource]]:
    """Takes the ```cards fences out of a body and reads them; one that cannot be read stays as code."""
    kept: list[Line] = []
    cards: list[CardSource] = []
    inside: list[Line] | None = None
    for line in lines:
        mark = line.text.strip() if line.is_code else ""
        if inside is None and mark == "```cards":
            inside = [line]
        elif inside is None:
            kept.append(line)
        elif mark == "```":
            try:
                source = "\n".join(each.text for each in inside[1:])
                cards += read_cards(source, path=path, first_line=inside[0].number + 1) if inside[1:] else []
            except NoteError as error:
                notices.refuse("cards", error)
                kept += [*inside, line]
            inside = None
        else:
            inside.append(line)
    return kept + (inside or []), cards


def _outlined(file: _File, structure: Structure, where: MutableMapping[str, str], notices: Notices) -> list[NoteTopic]:
    path, title = file.path, title_of_file(file.path)
    lines = structure.lines
    if DATE.fullmatch(title) and not any(line.heading_level == 1 for line in lines):
        # The notes of a day are that day's, whatever their first heading: many have the same ones.
        lines = [Line(file.first_line - 1, title, heading_level=1), *lines]
    sections = outlined(lines, title=title, first_line=file.first_line)
    named = _section_anchors(sections, structure.headings)
    taken = ChainMap[str, str]({}, where)  # without copying the slugs of all files for each
    topics: list[NoteTopic] = []

    def add(section: Section, parent: str) -> None:
        slug = distinct(section.slug, parent=parent or slugify(title), taken=taken)
        taken[slug] = path
        lines, cards = _without_cards(section.lines, path=path, notices=notices)
        body, marks = body_and_marks(lines)
        words = _bounded(plain_title(section.title), path, section.line, notices)
        topics.append(
            NoteTopic(
                slug=slug,
                title=words,
                body=body,
                marks=marks,
                path=path,
                line=section.line,
                body_line=next((each.number for each in lines if each.text), section.line),
                parent=parent,
                kind="category" if section.is_category else "topic",
                rank=(0, *natural(path), len(topics)),
                aliases=(*_short_names(words), *names_of_day(words)),
                cards=tuple(cards),
                definitions=structure.needed_by(body),
                anchors=named[section.line],
            )
        )
        for child in section.children:
            add(child, slug)

    for section in sections:
        add(section, "")
    return topics


def _section_anchors(sections: Sequence[Section], headings: Sequence[str]) -> dict[int, dict[str, str]]:
    """For each section (by its line) the names that mean it, with HTML anchors that stand before or in it."""
    anchors = github_anchors([plain_title(each) for each in headings])
    found: dict[int, dict[str, str]] = {}
    waiting: list[str] = []
    position = 0
    for section in (each for root in sections for each in root.walk()):
        names = [*waiting]
        at = _index(headings, section.title, position)
        if at is not None:  # else it is the text before the first heading
            names.append(anchors[at])
            position = at + 1
        names += [slugify(plain_title(section.title)), plain_title(section.title), *HTML_ANCHOR.findall(section.title)]
        inside = HTML_ANCHOR.findall(section.body)
        last = section.body.rstrip().rpartition("\n")[2]
        waiting = HTML_ANCHOR.findall(last) if last.lstrip().startswith("<a") else []
        names += [name for name in inside if name not in waiting]
        found[section.line] = dict.fromkeys(names, "")
    return found


def _index(headings: Sequence[str], title: str, start: int) -> int | None:
    return next((at for at in range(start, len(headings)) if headings[at] == title), None)


def _in_folders(topics: Sequence[NoteTopic], where: Mapping[str, str]) -> list[NoteTopic]:
    """Puts the topics of each folder below the folder's own page: its index, a page of its name in it or beside it,
    or a category that bears its name."""
    slugs = {topic.slug for topic in topics}
    taken = {*slugs, *where}
    pages: dict[str, str] = {}
    made: list[NoteTopic] = []
    folders = {each.as_posix() for topic in topics for each in PurePosixPath(topic.path).parents}
    for topic in topics:
        path = PurePosixPath(topic.path)
        folder = path.parent.as_posix()
        is_index = path.stem.casefold() in INDEX_NAMES or path.stem.casefold() == path.parent.name.casefold()
        if folder != "." and is_index and (not topic.parent or topic.parent not in slugs):
            pages.setdefault(folder, topic.slug)
    for topic in topics:
        # A page beside its folder, as Notion and Obsidian have them; the first of its topics holds the others.
        beside = PurePosixPath(topic.path).with_suffix("").as_posix()
        if beside in folders and (not topic.parent or topic.parent not in slugs):
            pages.setdefault(beside, topic.slug)

    def page_of(folder: str, first: NoteTopic) -> str:
        if folder in (".", ""):
            return ""
        if folder not in pages:
            path = PurePosixPath(folder)
            title = title_of_file(folder + "/index")
            slug = distinct(slugify(title), parent=slugify(path.parent.name or "folder"), taken=taken)
            taken.add(slug)
            slugs.add(slug)
            pages[folder] = slug
            made.append(
                NoteTopic(
                    slug=slug, title=title, body="", path=f"{folder}/{CATEGORY_FILE}", line=1, kind="category",
                    parent=page_of(path.parent.as_posix(), first), rank=(0, *natural(folder)),
                )
            )  # fmt: skip
        return pages[folder]

    placed = []
    for topic in topics:
        if topic.parent and (topic.parent in slugs or not topic.is_declared):
            placed.append(topic)
            continue
        folder = PurePosixPath(topic.path).parent.as_posix()
        own = topic.slug == pages.get(folder)  # the page lies in its folder, and not beside it
        parent = page_of(PurePosixPath(folder).parent.as_posix() if own else folder, topic)
        rank = (topic.rank[0], *natural(folder)) if own else topic.rank
        placed.append(replace(topic, parent=topic.parent or parent, rank=rank))
    return [*placed, *made]


def natural(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sorts paths as people number them: 2 before 10, and a folder's index first."""
    parts = PurePosixPath(path).parts
    return (tuple(piece for part in parts for piece in _pieces(part)),)


def _pieces(name: str) -> list[tuple[int, int, str]]:
    stem = PurePosixPath(name).stem if name.lower().endswith((".md", ".markdown", ".mdx")) else name
    if stem.casefold() in INDEX_NAMES:
        return [(-1, 0, "")]
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in re.findall(r"\d{1,18}|\D+", stem)
    ]


def _bounded(title: str, path: str, line: int, notices: Notices) -> str:
    if len(title) <= MAX_TITLE:
        return title
    message = f"a title may have {MAX_TITLE} characters, this one has {len(title):,}"
    notices.add("title", message, path=path, line=line)
    return title[: MAX_TITLE - 1] + "…"


def _short_names(title: str) -> tuple[str, ...]:
    """The short name of a topic with a long heading: "Sharding" for "Sharding - partitioning over databases"."""
    short = SHORT_NAME.split(title)[0].strip()
    return (short,) if short and short != title else ()
