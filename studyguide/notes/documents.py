"""From files to topics: a file with front matter is one topic, any other Markdown becomes a tree of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from studyguide.notes.blocks import Line, body_text, scanned
from studyguide.notes.cards import CardSource, read_cards
from studyguide.notes.errors import NoteError
from studyguide.notes.front_matter import FrontMatter, Source, split
from studyguide.notes.outline import Section, outlined
from studyguide.notes.slugs import distinct, slugify
from studyguide.notes.source import read_text

CATEGORY_FILE = "_category.md"
SHORT_NAME = re.compile(r"\s+[-–—(]|[:(,]")


@dataclass(frozen=True, kw_only=True)
class NoteTopic:
    """A topic as its file says it. `parent` is a slug; `order` counts within its file; `line` is its heading's."""

    slug: str
    title: str
    body: str
    path: str
    line: int
    parent: str = ""
    kind: Literal["category", "topic"] = "topic"
    order: int = 0
    summary: str = ""
    method_step: str = ""
    aliases: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    cards: tuple[CardSource, ...] = ()
    is_declared: bool = False


def read_documents(files: Iterable[tuple[str, bytes]], *, taken: Mapping[str, str] | None = None) -> list[NoteTopic]:
    """All topics of the files (path and content each), with slugs distinct over all of them and from those `taken`,
    which are mapped to where they stand.

    NoteError at the first file that cannot be read, or when two files claim one slug.
    """
    topics: list[NoteTopic] = []
    taken = dict(taken or {})
    for path, raw in files:
        text = read_text(raw, path=path)
        front, body, first_line = split(text, path=path)
        if front is not None:
            found = [_declared(front, body, path=path, first_line=first_line)]
            if front.slug in taken:
                raise NoteError(f"slug {front.slug!r} is taken by {taken[front.slug]}", path=path, line=2)
        else:
            found = _outlined(body, path=path, taken=set(taken))
        taken |= {topic.slug: f"{topic.path}:{topic.line}" for topic in found}
        topics += found
    return topics


def _declared(front: FrontMatter, body: str, *, path: str, first_line: int) -> NoteTopic:
    lines, cards = _without_cards(scanned(body, path=path, first_line=first_line), path=path)
    is_category = PurePosixPath(path).name == CATEGORY_FILE
    text = "\n".join(body_text(lines))
    blank_lines = len(text) - len(text.lstrip("\n"))
    return NoteTopic(
        slug=front.slug,
        title=front.title,
        body=text.strip("\n"),
        path=path,
        line=first_line + blank_lines,
        parent="" if is_category else front.category,
        kind="category" if is_category else "topic",
        order=front.order,
        summary=front.summary,
        method_step=front.method_step,
        aliases=front.aliases,
        prerequisites=front.prerequisites,
        related=front.related,
        sources=front.sources,
        cards=tuple(cards),
        is_declared=True,
    )


def _without_cards(lines: list[Line], *, path: str) -> tuple[list[Line], list[CardSource]]:
    """Takes the ```cards fences out of a body and reads them."""
    kept: list[Line] = []
    cards: list[CardSource] = []
    inside: list[Line] | None = None
    for line in lines:
        mark = line.text.strip() if line.is_code else ""
        if inside is None and mark == "```cards":
            inside = []
        elif inside is None:
            kept.append(line)
        elif mark == "```":
            if inside:
                cards += read_cards("\n".join(each.text for each in inside), path=path, first_line=inside[0].number)
            inside = None
        else:
            inside.append(line)
    return kept, cards


def _outlined(text: str, *, path: str, taken: set[str]) -> list[NoteTopic]:
    title = PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Notes"
    topics: list[NoteTopic] = []

    def add(section: Section, parent: str) -> None:
        slug = distinct(section.slug, parent=parent or slugify(title), taken=taken)
        taken.add(slug)
        lines, cards = _without_cards(scanned(section.body, path=path, first_line=section.line + 1), path=path)
        topics.append(
            NoteTopic(
                slug=slug,
                title=_plain(section.title),
                body="\n".join(body_text(lines)).strip("\n") if cards else section.body,
                path=path,
                line=section.line,
                parent=parent,
                kind="category" if section.is_category else "topic",
                order=len(topics),
                aliases=_short_names(_plain(section.title)),
                cards=tuple(cards),
            )
        )
        for child in section.children:
            add(child, slug)

    for section in outlined(text, path=path, title=title):
        add(section, "")
    return topics


def _plain(title: str) -> str:
    """A heading without its marks: code quotes, emphasis, a closing colon."""
    return title.replace("`", "").replace("**", "").strip(" *_").removesuffix(":") or "Untitled"


def _short_names(title: str) -> tuple[str, ...]:
    """What people call a topic whose heading goes on: "Sharding" for "Sharding - partitioning over databases"."""
    short = SHORT_NAME.split(title)[0].strip()
    return (short,) if short and short != title else ()
