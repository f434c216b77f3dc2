"""Finds what must be known of Markdown before it is rendered: which lines are code, which are headings, and what is
defined for the whole file (footnotes, link addresses, abbreviations). CommonMark decides where blocks begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from studyguide.notes.commonmark import structure_parser

FOLD = re.compile(r"<(/?)details\b", re.IGNORECASE)
REFERENCE = re.compile(r"\[([^\[\]\n]{1,200})\]")
CODE = 255
"""Marks a line of code among levels of headings."""


class Line(NamedTuple):  # every line of all notes becomes one, and a frozen dataclass takes three times as long
    """A line, numbered from 1 in its file; `heading_level` is 0 unless it is a heading, whose words are `text`."""

    number: int
    text: str
    is_code: bool = False
    heading_level: int = 0


@dataclass(frozen=True, kw_only=True)
class Structure:
    """`headings` are all headings in their order, with those in quotes, lists and folds, which start no section;
    `definitions` are Markdown by the label that text refers to (`^1` for a footnote); `open_fence` is the line where a
    block of code begins that nothing ends."""

    lines: list[Line]
    headings: list[str] = field(default_factory=list)
    definitions: Mapping[str, str] = field(default_factory=dict)
    abbreviations: str = ""
    open_fence: int = 0

    def needed_by(self, body: str) -> str:
        """The definitions of the file that a section refers to and does not hold itself."""
        if not self.definitions and not self.abbreviations:
            return ""
        named = {_label(found) for found in REFERENCE.findall(body)}
        kept = [text for label, text in self.definitions.items() if label in named and text not in body]
        if self.abbreviations and self.abbreviations not in body:
            kept.append(self.abbreviations)
        return "\n\n".join(kept)


def structured(text: str, *, first_line: int = 1) -> Structure:
    """The structure of a body whose first line has the number `first_line` in its file."""
    raw = text.split("\n")
    env: dict[str, dict[str, dict[str, list[int]]]] = {}
    tokens = _parser().parse(text, env)
    code = [False] * len(raw)
    heads: dict[int, Line] = {}
    gone: set[int] = set()
    headings: list[str] = []
    folds, open_fence = 0, 0
    definitions = _references(env, raw)
    for position, token in enumerate(tokens):
        if token.map is None:
            continue
        first, stop = token.map
        if token.type in ("fence", "code_block"):
            code[first:stop] = [True] * (min(stop, len(raw)) - first)
            if token.type == "fence" and token.level == 0 and _is_open(token, raw):
                open_fence = first + first_line
        elif token.type == "html_block":
            folds = max(0, folds + _opened(token.content))
        elif token.type == "heading_open":
            title = " ".join(tokens[position + 1].content.split())
            headings.append(title)
            if token.level == 0 and not folds and title:
                heads[first] = Line(first + first_line, title, heading_level=int(token.tag[1]))
                gone.update(range(first + 1, stop))
        elif token.type == "footnote_reference_open":
            definitions[_label("^" + token.meta["label"])] = "\n".join(raw[first:stop]).rstrip()
    lines = [
        heads.get(index) or Line(index + first_line, each, is_code=code[index])
        for index, each in enumerate(raw)
        if index not in gone
    ]
    meanings = env.get("abbreviations", {})
    abbreviations = "\n".join(f"*[{name}]: {meaning}" for name, (meaning, _) in meanings.items())
    return Structure(
        lines=lines,
        headings=headings,
        definitions=definitions,
        abbreviations=abbreviations,
        open_fence=open_fence,
    )


def body_text(lines: Sequence[Line]) -> Iterator[str]:
    """The lines as Markdown again."""
    for line in lines:
        yield f"{'#' * line.heading_level} {line.text}" if line.heading_level else line.text


def body_and_marks(lines: Sequence[Line]) -> tuple[str, bytes]:
    """The lines as Markdown without empty ones at both ends, and a byte for each of its lines: CODE, the level of a
    heading, or 0. With these, the blocks of the body need not be looked for again."""
    first, stop = 0, len(lines)
    while first < stop and not lines[first].text:
        first += 1
    while stop > first and not lines[stop - 1].text:
        stop -= 1
    kept = lines[first:stop]
    marks = bytes(line.heading_level or (CODE if line.is_code else 0) for line in kept)
    return "\n".join(body_text(kept)), marks


def marked_lines(body: str, marks: bytes) -> list[Line]:
    """The lines of a body again, numbered from 1."""
    return [
        Line(number, text[mark + 1 :], heading_level=mark) if 0 < mark < CODE else Line(number, text, mark == CODE)
        for number, (text, mark) in enumerate(zip(body.split("\n"), marks, strict=True), start=1)
    ]


@cache
def _parser() -> MarkdownIt:
    return structure_parser()


def _references(env: Mapping[str, Mapping[str, Mapping[str, list[int]]]], raw: list[str]) -> dict[str, str]:
    found = {}
    for label, reference in env.get("references", {}).items():
        first, stop = reference["map"]
        found[_label(label)] = "\n".join(raw[first:stop]).strip()
    return found


def _label(words: str) -> str:
    return " ".join(words.split()).casefold()


def _is_open(fence: Token, raw: list[str]) -> bool:
    first, stop = fence.map or (0, 0)
    last = raw[stop - 1].strip() if stop <= len(raw) else ""
    return stop - 1 == first or not (last.startswith(fence.markup) and not last.strip(fence.markup[0]))


def _opened(html: str) -> int:
    """How many <details> more are opened than closed."""
    if html.lstrip().startswith("<!--"):
        html = html.rpartition("-->")[2]
    return sum(-1 if closing else 1 for closing in FOLD.findall(html))
