"""How we set up Python-Markdown: the extensions, our wiki links, and our fences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from studyguide.notes.errors import FenceError

WIKI = (
    r"\[\[(?P<target>[^\]\[|#\\\n]{0,200})(?:#(?P<anchor>[^\]\[|\\\n]{1,200}))?(?:\\?\|(?P<label>[^\]\n]{1,300}))?\]\]"
)
# Stand where trusted HTML comes after sanitising; readers' text cannot hold these characters (see source.NOT_TEXT).
SLOT_OPEN, SLOT_CLOSE = "\ue000", "\ue001"


@dataclass
class Slots:
    """Trusted HTML that waits outside while the rest is sanitised, and the first fence that could not be read: the
    library would pass over an error and show the fence as code."""

    html: list[str] = field(default_factory=list)
    refused: FenceError | None = None

    def keep(self, html: str) -> str:
        self.html.append(html)
        return f"{SLOT_OPEN}{len(self.html) - 1}{SLOT_CLOSE}"

    def fill(self, text: str) -> str:
        block = re.sub(f"<p>{SLOT_OPEN}(\\d+){SLOT_CLOSE}</p>", self._html, text)
        return re.sub(f"{SLOT_OPEN}(\\d+){SLOT_CLOSE}", self._html, block)

    def _html(self, found: re.Match[str]) -> str:
        return self.html[int(found.group(1))]


class WikiLinks(InlineProcessor):
    """Turns [[target#anchor|label]] into <a data-wiki=...>, which the linker resolves later."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        link = Element("a")
        link.set("data-wiki", m["target"].strip())
        if m["anchor"]:
            link.set("data-anchor", m["anchor"].strip())
        link.text = (m["label"] or m["target"] or m["anchor"] or "").strip()
        if not m["label"]:
            link.set("data-bare", "")
        return link, m.start(0), m.end(0)


class NoteExtension(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        # Before escapes (180), because a table's cells write \| for the bar; after code (190).
        md.inlinePatterns.register(WikiLinks(WIKI, md), "wiki", 185)


Fence = Callable[[str], str]


def converter(fences: dict[str, Fence], slots: Slots) -> markdown.Markdown:
    """A converter whose ```name fences give the HTML that `fences[name]` makes of their text, kept in a slot."""

    def formatter(make: Fence) -> Callable[..., str]:
        def formatted(source: str, *_: Any, **__: Any) -> str:
            try:
                return f"<p>{slots.keep(make(source))}</p>"
            except FenceError as error:
                slots.refused = slots.refused or error
                return ""

        return formatted

    custom = [{"name": name, "class": name, "format": formatter(make)} for name, make in fences.items()]
    return markdown.Markdown(
        extensions=[
            "abbr",
            "admonition",
            "def_list",
            "footnotes",
            "sane_lists",
            "tables",
            "pymdownx.superfences",
            "pymdownx.highlight",
            "pymdownx.tasklist",
            "pymdownx.tilde",
            "pymdownx.betterem",
            NoteExtension(),
        ],
        extension_configs={
            "pymdownx.superfences": {"custom_fences": custom},
            "pymdownx.highlight": {"css_class": "highlight", "guess_lang": False, "anchor_linenums": False},
            "pymdownx.tilde": {"subscript": False},
        },
        output_format="html",
    )
