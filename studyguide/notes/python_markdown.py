"""How we set up Python-Markdown, in whose dialect the notes that come with the site and those of MkDocs are written:
admonitions, folds and tabs by indentation, abbreviations, definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from studyguide.notes.code import code_html
from studyguide.notes.errors import FenceError
from studyguide.notes.slots import Slots

WIKI = (
    r"\[\[(?P<target>[^\]\[|#\\\n]{0,200})(?:#(?P<anchor>[^\]\[|\\\n]{1,200}))?(?:\\?\|(?P<label>[^\]\n]{1,300}))?\]\]"
)


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


def converter(fences: Mapping[str, Fence], slots: Slots) -> markdown.Markdown:
    """A converter whose ```name fences give the HTML that `fences[name]` makes of their text, kept in a slot."""

    def formatter(make: Fence) -> Callable[..., str]:
        def formatted(source: str, *_: Any, **__: Any) -> str:
            try:
                return slots.keep_block(make(source))
            except FenceError as error:  # the library would skip it
                slots.refused.append(error)
                return slots.keep_block(code_html(source))

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
            "pymdownx.details",
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
