"""From a note's Markdown to HTML that may be shown to anybody, with its outline, links and plain text.

Two parsers read two dialects. `commonmark` (markdown-it-py) is for notes from anywhere: CommonMark with the tables,
tasks and callouts of GitHub and Obsidian, in time linear in the text. `markdown` (Python-Markdown) is for notes
written for it: those that come with the site, and those of MkDocs. All that comes after the parser is the same.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Literal
from urllib.parse import quote

from studyguide.notes import commonmark, python_markdown
from studyguide.notes.errors import FenceError
from studyguide.notes.fences import calculator_html, figures_html, lab_html, mermaid_html
from studyguide.notes.linking import FoundLink, OutlineEntry, Surroundings, linked_html
from studyguide.notes.sanitise import Sanitiser
from studyguide.notes.slots import Slots
from studyguide.notes.tables import with_tables_mended

Dialect = Literal["commonmark", "markdown"]
TAG = re.compile(r"<[^<>]+>")
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|dd|dt|pre|figcaption|summary)>|<br>")
DRAWING = re.compile(r"<svg[^<]*+(?:<(?!/svg>)[^<]*+)*+(?:</svg>|\Z)")  # twice as quick as <svg.*?</svg>


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """`broken` are links without a target; `remarks` are (kind, words of the note, message); `pictures` are digests."""

    html: str
    plain_text: str
    outline: list[OutlineEntry]
    links: list[FoundLink]
    broken: list[str]
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    refused: list[FenceError] = field(default_factory=list)


class Renderer:
    """Renders many notes, one after another, with one set-up of a parser."""

    def __init__(self, dialect: Dialect = "commonmark") -> None:
        self._slots, self._sanitiser = Slots(), Sanitiser()
        self._topic = self._slug = ""
        self._drawings = 0
        fences: dict[str, Callable[[str], str]] = {
            "mermaid": self._mermaid,
            "calculator": calculator_html,
            "lab": lab_html,
            "figures": figures_html,
        }
        self._convert = _CONVERTERS[dialect](fences, self._slots)

    def render(
        self, text: str, around: Surroundings, *, title: str = "", offset: int = 0, definitions: str = ""
    ) -> Rendered:
        """`title` names drawings for those who cannot see them; `offset` lowers headings (h1 becomes h2 with 1);
        `definitions` is Markdown that the text refers to and that shows nothing itself."""
        self._slots.clear()
        self._topic, self._slug, self._drawings = title, around.slug, 0
        clean = self._sanitiser.clean(self._convert(f"{text}\n\n{definitions}" if definitions else text))
        linked, found = linked_html(clean, around, offset=offset)
        html = with_code_in_reach(with_tables_mended(self._slots.fill(linked)))
        return Rendered(
            html=html.strip(),
            plain_text=plain_text(html),
            outline=found.outline,
            links=found.links,
            broken=found.broken,
            remarks=found.remarks,
            pictures=found.pictures,
            refused=list(self._slots.refused),
        )

    def _mermaid(self, source: str) -> str:
        """Drawings are counted, since each has an address of its own; those of cards have none."""
        self._drawings += 1
        large = f"/topics/{quote(self._slug)}/drawings/{self._drawings}/" if self._slug else ""
        return mermaid_html(source, topic=self._topic, large=large)


def _commonmark(fences: dict[str, Callable[[str], str]], slots: Slots) -> Callable[[str], str]:
    parser = commonmark.converter(fences, slots)
    return lambda text: parser.render(text, {})


def _markdown(fences: dict[str, Callable[[str], str]], slots: Slots) -> Callable[[str], str]:
    parser = python_markdown.converter(fences, slots)
    return lambda text: parser.reset().convert(text)


_CONVERTERS = {"commonmark": _commonmark, "markdown": _markdown}


def with_code_in_reach(html: str) -> str:
    """Code may be wider than the page, so the keyboard must reach it to scroll it."""
    return html.replace("<pre>", '<pre tabindex="0">')


_KEPT = threading.local()


def renderer(dialect: Dialect = "commonmark") -> Renderer:
    """This thread's own renderer, created once; a parser keeps state while it works."""
    kept: dict[Dialect, Renderer] = _KEPT.__dict__.setdefault("renderers", {})
    if dialect not in kept:
        kept[dialect] = Renderer(dialect)
    return kept[dialect]


def plain_text(html: str) -> str:
    """Words only, for search and for excerpts; drawings are left out."""
    return plain_words(BLOCK_END.sub(" ", DRAWING.sub(" ", html)) if "<" in html else html)


def plain_words(html: str) -> str:
    """The same of HTML that is less than a block."""
    return " ".join(unescape(TAG.sub("", html) if "<" in html else html).split())
