"""The plain words of a heading, and a title from the name of a file."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import PurePosixPath

from markdown_it import MarkdownIt

WIKI = re.compile(r"!?\[\[([^\[\]|\n]{0,200}+)(?:\|([^\[\]\n]{1,300}+))?\]\]")
ATTRIBUTES = re.compile(r"(?<!\s)\s*+\{\s*+[:#.][^{}\n]{0,200}+\}\s*+$")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
SHORTCODE = re.compile(r":[a-z0-9_+-]+:$")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
DAY_OF_LOGSEQ = re.compile(r"(\d{4})_(\d\d)_(\d\d)")
ID_OF_NOTION = re.compile(r"(?<=\S) [0-9a-f]{32}\Z")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INDEX_NAMES = frozenset({"readme", "index", "_index", "_category"})


def plain_title(heading: str) -> str:
    """The heading without its markup: code quotes, emphasis, links, HTML, attributes, a closing colon."""
    text = WIKI.sub(lambda found: found[2] or found[1], ATTRIBUTES.sub("", heading))
    if any(sign in text for sign in "`*_[<\\&~!"):
        text = TAG.sub("", _words(text))
    text = " ".join(text.split())
    if text.endswith(":") and not SHORTCODE.search(text):
        text = text[:-1].rstrip()
    return text or "Untitled"


def _words(text: str) -> str:
    (block,) = _inline().parseInline(text)
    return "".join(
        token.content
        if token.type in ("text", "code_inline", "html_inline", "image")
        else " " * bool(token.markup == "\n")
        for token in block.children or ()
    )


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("strikethrough")


def names_of_day(title: str) -> tuple[str, ...]:
    """What Logseq calls the page of a day, by which its links find it: Jan 5th, 2024."""
    try:
        day = date.fromisoformat(title) if DATE.fullmatch(title) else None
    except ValueError:
        day = None
    if day is None:
        return ()
    end = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return (f"{MONTHS[day.month - 1]} {day.day}{end}, {day.year}",)


def title_of_file(path: str) -> str:
    """A file's name in words: `load-shedding.md` is "Load shedding", while `gRPC.md` and dates stay as they are."""
    whole = PurePosixPath(path)
    name = whole.stem
    if name.casefold() in INDEX_NAMES and whole.parent.name:
        name = whole.parent.name
    name = ID_OF_NOTION.sub("", DAY_OF_LOGSEQ.sub(r"\1-\2-\3", name))
    if "___" in name:  # a page within another, of Logseq
        return name.replace("___", "/")
    if DATE.match(name) or any(c.isupper() for c in name):
        return name.replace("_", " ").strip() if not DATE.match(name) else name
    return name.replace("-", " ").replace("_", " ").strip().capitalize() or "Notes"
