"""The plain words of a heading, and a title from the name of a file."""

from __future__ import annotations

import re
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


def title_of_file(path: str) -> str:
    """A file's name in words: `load-shedding.md` is "Load shedding", while `gRPC.md` and dates stay as they are."""
    whole = PurePosixPath(path)
    name = whole.stem
    if name.casefold() in INDEX_NAMES and whole.parent.name:
        name = whole.parent.name
    name = ID_OF_NOTION.sub("", DAY_OF_LOGSEQ.sub(r"\1-\2-\3", name))
    if DATE.match(name) or any(c.isupper() for c in name):
        return name.replace("_", " ").strip() if not DATE.match(name) else name
    return name.replace("-", " ").replace("_", " ").strip().capitalize() or "Notes"
