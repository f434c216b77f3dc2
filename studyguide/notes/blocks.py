"""The two things that must be known of Markdown before it is rendered: which lines are code, and which are headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from studyguide.notes.errors import NoteError

FENCE = re.compile(r"^(?P<indent>\s*)(?:(?:[-*+]|\d+[.)])\s+)*(?P<mark>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
ATX = re.compile(r"^ {0,3}(?P<hashes>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*$")
SETEXT_ENDS = ("=", "-", " ", "\t")
SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
LONGEST_PARAGRAPH = 100_000
STARTS_OTHER_BLOCK = re.compile(r"^\s*([-*+>|#]|\d+[.)]\s|$)")


class Line(NamedTuple):  # every line of all notes becomes one, and a frozen dataclass takes three times as long
    """A line, numbered from 1 in its file; `heading_level` is 0 unless it is a heading, whose words are `text`."""

    number: int
    text: str
    is_code: bool = False
    heading_level: int = 0


def may_fence(line: str) -> bool:
    """Most lines have no such mark, and finding that out is many times quicker than the pattern."""
    return "```" in line or "~~~" in line


def fence_of(line: str) -> re.Match[str] | None:
    """What opens or closes a block of code in this line."""
    return FENCE.match(line) if may_fence(line) else None


def scanned(text: str, *, path: str, first_line: int = 1) -> list[Line]:
    """All lines of a body; NoteError when a fence is never closed. The underline of a setext heading is dropped."""
    lines: list[Line] = []
    open_mark, open_at = "", 0
    for number, raw in enumerate(text.split("\n"), start=first_line):
        fence = fence_of(raw)
        if open_mark:
            lines.append(Line(number=number, text=raw, is_code=True))
            if fence and fence["mark"].startswith(open_mark) and not fence["info"].strip():
                open_mark = ""
        elif fence:
            open_mark, open_at = fence["mark"], number
            lines.append(Line(number=number, text=raw, is_code=True))
        elif "#" in raw[:4] and (atx := ATX.match(raw)):
            lines.append(Line(number=number, text=atx["title"], heading_level=len(atx["hashes"])))
        elif raw[-1:] in SETEXT_ENDS and (level := _setext_level(raw, lines)) > 0:
            before = lines.pop()
            lines.append(Line(number=before.number, text=before.text.strip(), heading_level=level))
        else:
            lines.append(Line(number=number, text=raw))
    if open_mark:
        raise NoteError(f"the fence {open_mark} is never closed", path=path, line=open_at)
    _refuse_endless(lines, path=path)
    return lines


def _refuse_endless(lines: list[Line], *, path: str) -> None:
    """Python-Markdown's time grows with the square of a paragraph; nobody writes one of this length."""
    length = 0
    for line in lines:
        length = 0 if line.is_code or not line.text or line.text.isspace() else length + len(line.text) + 1
        if length > LONGEST_PARAGRAPH:
            message = f"a paragraph may have {LONGEST_PARAGRAPH:,} characters, and this one goes on: leave a line blank"
            raise NoteError(message, path=path, line=line.number)


def _setext_level(raw: str, lines: list[Line]) -> int:
    """1 or 2 when `raw` underlines a one-line paragraph above it, else 0."""
    if not lines or not SETEXT.match(raw):
        return 0
    above = lines[-1]
    is_paragraph = not above.is_code and not above.heading_level and not STARTS_OTHER_BLOCK.match(above.text)
    stands_alone = len(lines) < 2 or not lines[-2].text.strip() or lines[-2].heading_level > 0
    if not (is_paragraph and stands_alone) or above.text.startswith("    "):
        return 0
    return 1 if raw.strip().startswith("=") else 2


def body_text(lines: list[Line]) -> Iterator[str]:
    """The lines as Markdown again."""
    for line in lines:
        yield f"{'#' * line.heading_level} {line.text}" if line.heading_level else line.text
