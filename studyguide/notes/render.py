"""From a note's Markdown to HTML that may be shown to anybody, with its outline, links and plain text."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from html import unescape
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import Treeprocessor

from studyguide.notes.block_parser import make_blocks_quick
from studyguide.notes.bounds import make_bounded
from studyguide.notes.fences import calculator_html, lab_html, mermaid_html
from studyguide.notes.inline import make_inline_quick
from studyguide.notes.linking import FoundLink, Linked, OutlineEntry, Surroundings, link_tree
from studyguide.notes.lists import normalised
from studyguide.notes.markup import Fence, Slots, converter
from studyguide.notes.sanitise import Sanitiser

TAG = re.compile(r"<[^>]+>")
TABLE_OPEN = '<div class="scroll-x" role="group" aria-label="Table" tabindex="0"><table>'
# The corner of a table heads nothing; as a header a screen reader would announce it, without a word to say.
EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
SCOPE = re.compile(r' scope="[^"]*"')
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|dd|dt|pre|figcaption)>|<br>")
DRAWING = re.compile(r"<svg[^<]*(?:<(?!/svg>)[^<]*)*</svg>")  # twice as quick as <svg.*?</svg>


@dataclass(frozen=True, kw_only=True)
class Rendered:
    html: str
    plain_text: str
    outline: list[OutlineEntry]
    links: list[FoundLink]
    broken: list[str]


class Renderer:
    """Renders many notes, one after another, with one set-up of Python-Markdown. An error may leave that half-way, and
    `is_at_work` true."""

    def __init__(self) -> None:
        self.is_at_work = False
        self._slots, self._sanitiser = Slots(), Sanitiser()
        self._topic = ""
        fences: dict[str, Fence] = {
            "mermaid": lambda source: mermaid_html(source, topic=self._topic),
            "calculator": calculator_html,
            "lab": lab_html,
        }
        self._markdown = converter(fences, self._slots)
        make_bounded(self._markdown)
        make_inline_quick(self._markdown)
        make_blocks_quick(self._markdown)
        self._linker = _Linker(self._markdown)
        self._markdown.treeprocessors.register(self._linker, "topics", 5)

    def render(self, text: str, around: Surroundings, *, title: str = "", offset: int = 0) -> Rendered:
        """`title` names drawings for those who cannot see them; `offset` lowers headings (h1 becomes h2 with 1).

        Raises FenceError for a fence of ours that cannot be read.
        """
        self.is_at_work = True
        self._slots.html.clear()
        self._slots.refused = None
        self._topic = title
        self._linker.around, self._linker.found, self._linker.offset = around, Linked(), offset
        self._markdown.reset()
        raw = self._markdown.convert(normalised(text))
        self.is_at_work = False
        if self._slots.refused:
            raise self._slots.refused
        found = self._linker.found
        clean = self._sanitiser.clean(raw, ids={entry.anchor for entry in found.outline})
        html = with_tables_mended(self._slots.fill(clean))
        return Rendered(
            html=html, plain_text=plain_text(html), outline=found.outline, links=found.links, broken=found.broken
        )


def with_tables_mended(html: str) -> str:
    """Tables scroll in a box of their own, and header cells that are empty are no header cells."""
    html = html.replace("<table>", TABLE_OPEN).replace("</table>", "</table></div>")
    return EMPTY_HEADER.sub(lambda found: f"<td{SCOPE.sub('', found[1])}></td>", html)


_KEPT = threading.local()


def renderer() -> Renderer:
    """This thread's own, set up once: 2 ms less for an import and for every page that renders a card."""
    kept: Renderer | None = getattr(_KEPT, "renderer", None)
    if kept is None or kept.is_at_work:
        kept = _KEPT.renderer = Renderer()
    return kept


def plain_text(html: str) -> str:
    """Words only, for search and for excerpts; drawings are left out."""
    return plain_words(BLOCK_END.sub(" ", DRAWING.sub(" ", html)) if "<" in html else html)


def plain_words(html: str) -> str:
    """The same of HTML that is less than a block."""
    return " ".join(unescape(TAG.sub("", html) if "<" in html else html).split())


class _Linker(Treeprocessor):
    around: Surroundings
    found: Linked
    offset: int = 0

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)

    def run(self, root: Element) -> None:
        if self.offset:
            for element in root.iter():
                if re.fullmatch(r"h[1-6]", str(element.tag)):
                    element.tag = f"h{min(6, int(element.tag[1]) + self.offset)}"
        self.found = link_tree(root, self.around)
