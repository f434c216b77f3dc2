"""Keeps Python-Markdown linear on hostile text: how far it looks for the end of a link, a footnote's name or a tag.

Without a bound each of 10,000 open brackets looks through all that follows, which takes minutes for 50 kB.
"""

from __future__ import annotations

import re
from typing import Any

import markdown
from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor

LONGEST_TEXT = 1_000
LONGEST_ADDRESS = 1_000
LONGEST_TAG = 2_000
DEEPEST_BRACKETS = 20
BRACKET = re.compile(r"[\[\]]")
FOOTNOTE = re.compile(r"\[\^([^\]\[]{1,200})\]")
# By the names and priorities under which Python-Markdown registers them.
LINKS = {
    "reference": 170,
    "link": 160,
    "image_link": 150,
    "image_reference": 140,
    "short_reference": 130,
    "short_image_ref": 125,
}


class _BoundedLink(LinkInlineProcessor):
    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 - Python-Markdown's name
        depth = 1
        for found in BRACKET.finditer(data, index, index + LONGEST_TEXT):
            depth += 1 if found.group() == "[" else -1
            if depth == 0:
                return data[index : found.start()], found.end(), True
            if depth > DEEPEST_BRACKETS:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        href, title, length, is_link = super().getLink(data[index : index + LONGEST_ADDRESS], 0)
        return href, title, index + length, is_link


class _BoundedExtractor(HTMLExtractor):
    def parse_starttag(self, i: int) -> int:
        if self.rawdata.find(">", i, i + LONGEST_TAG) < 0:
            self.handle_data(self.rawdata[i])
            return i + 1
        return super().parse_starttag(i)


class _BoundedHtml(HtmlBlockPreprocessor):
    def run(self, lines: list[str]) -> list[str]:
        extractor = _BoundedExtractor(self.md)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


def make_bounded(md: markdown.Markdown) -> None:
    """Puts processors with bounds in the place of the original ones."""
    patterns: Any = md.inlinePatterns
    for name, priority in LINKS.items():
        original = patterns[name]
        bounded: Any = type(f"Bounded{type(original).__name__}", (_BoundedLink, type(original)), {})
        patterns.register(bounded(original.pattern, md), name, priority)
    patterns["footnote"].compiled_re = FOOTNOTE
    md.preprocessors.register(_BoundedHtml(md), "html_block", 20)
