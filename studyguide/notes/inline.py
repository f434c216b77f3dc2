"""Python-Markdown's inline processor, asking of a text only the patterns that could be in it.

Trying every pattern on every text was the largest part of an import (`python -m benchmarks notes`). What comes after
it is as sparing: escapes are put back only where there are any, and which elements are blocks is looked up once.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import InlineProcessor, UnescapeTreeprocessor
from markdown.util import STX, AtomicString
from pymdownx.delimiterprocessor import DelimiterProcessor

# A pattern by its registered name, and the marks of which it needs one; others are always tried.
NEEDS = {
    "backtick": ("`",),
    "wiki": ("[",),
    "escape": ("\\",),
    "footnote": ("[",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("!",),
    "image_reference": ("!",),
    "short_reference": ("[",),
    "short_image_ref": ("!",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "delimiter": ("~", "*", "_"),
}
# After a space or bracket and before a space or the end of a part of a sentence, with no other delimiter inside.
PLAIN_STRONG = re.compile(r"(?<![^\s(])\*\*([^\W_](?:[^*_~]*[^\W_])?)\*\*(?![^\s.,:;!?)])")
MARK = re.compile("|".join({re.escape(mark) for marks in NEEDS.values() for mark in marks}))


class QuickInline(InlineProcessor):
    """Overrides two private methods of the pinned library; a test holds its output to that of the original."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self._patterns_for = cache(self._patterns_with)  # few sets of marks ever occur

    @cached_property
    def _needs(self) -> list[tuple[int, Any, tuple[str, ...]]]:
        """Every pattern with its place among all and the marks that it needs."""
        patterns = self.inlinePatterns
        needs = {patterns.get_index_for_name(name): marks for name, marks in NEEDS.items() if name in patterns}
        return [(index, pattern, needs.get(index, ())) for index, pattern in enumerate(patterns)]

    def _patterns_with(self, marks: frozenset[str]) -> list[tuple[int, Any]]:
        """The patterns for a text with these marks."""
        return [(index, pattern) for index, pattern, needed in self._needs if not (needed and marks.isdisjoint(needed))]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply: Any = getattr(self, "_InlineProcessor__applyPattern")  # noqa: B009 - the name is mangled here
        for index, pattern in self._patterns_for(frozenset(MARK.findall(data))):
            matched, start = index >= patternIndex, 0
            while matched:
                data, matched, start = apply(pattern, data, index, start)
        return data

    def _InlineProcessor__processPlaceholders(  # noqa: N802
        self,
        data: str | None,
        parent: Any,
        isText: bool = True,  # noqa: N803, FBT001, FBT002 - the library's
    ) -> list[Any]:
        if data is None or STX in data:
            slow: Any = super()
            made: list[Any] = slow._InlineProcessor__processPlaceholders(data, parent, isText)
            return made
        where = "text" if isText else "tail"
        before = getattr(parent, where)
        setattr(parent, where, before + data if before else data)
        return []


class QuickDelimiters(DelimiterProcessor):  # type: ignore[misc]
    """Takes at once a **strong** part that leaves no doubt: most do, and pairing them was a third of all of this."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # noqa: N802 - Python-Markdown's name
        if not self.cache and self.remainder is None and (plain := PLAIN_STRONG.match(data, m.start())):
            strong = Element("strong")
            strong.text = plain[1]
            return strong, plain.start(), plain.end()
        return super().handleMatch(m, data)


class QuickUnescape(UnescapeTreeprocessor):
    def unescape(self, text: str) -> str:
        return super().unescape(text) if STX in text else text


def make_inline_quick(md: markdown.Markdown) -> None:
    """Puts the quick processors in the place of the original ones."""
    md.inlinePatterns["delimiter"].__class__ = QuickDelimiters  # the same object, which extensions added to
    md.treeprocessors.register(QuickInline(md), "inline", 20)
    md.treeprocessors.register(QuickUnescape(md), "unescape", 0)
    is_block_level: Any = lru_cache(maxsize=200)(md.is_block_level)
    md.is_block_level = is_block_level  # type: ignore[method-assign]
