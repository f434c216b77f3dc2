"""Python-Markdown's inline processor, asking of a text only the patterns that could be in it.

Trying every pattern on every text was the largest part of an import (`python -m benchmarks notes`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

# A pattern by its registered name, and the characters of which it needs one; others are always tried.
NEEDS = {
    "backtick": "`",
    "wiki": "[",
    "escape": "\\",
    "footnote": "[",
    "reference": "[",
    "link": "[",
    "image_link": "!",
    "image_reference": "!",
    "short_reference": "[",
    "short_image_ref": "!",
    "autolink": "<",
    "automail": "<",
    "linebreak": "\n",
    "html": "<",
    "entity": "&",
    "delimiter": "~*_",
}


class QuickInline(InlineProcessor):
    """Overrides one private method of the pinned library; a test holds its output to that of the original."""

    @cached_property
    def _needs(self) -> list[tuple[int, Any, str]]:
        patterns = self.inlinePatterns
        needed = {patterns.get_index_for_name(name): marks for name, marks in NEEDS.items() if name in patterns}
        return [(index, pattern, needed.get(index, "")) for index, pattern in enumerate(patterns)]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply: Any = getattr(self, "_InlineProcessor__applyPattern")  # noqa: B009 - the name is mangled here
        for index, pattern, needed in self._needs[patternIndex:]:
            if needed and not any(mark in data for mark in needed):
                continue
            matched, start = True, 0
            while matched:
                data, matched, start = apply(pattern, data, index, start)
        return data


def make_quick(md: markdown.Markdown) -> None:
    """Puts the quick processor in the place of the original."""
    md.treeprocessors.register(QuickInline(md), "inline", 20)
