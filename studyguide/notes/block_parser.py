"""Python-Markdown's block parser, asking of a block only the processors that could be for it.

Most blocks are a paragraph or a list, and went through tests for all that they are not: a third of the parsing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.blockparser import BlockParser
from markdown.extensions.tables import TableProcessor
from pymdownx.superfences import SuperFencesBlockPreprocessor

from studyguide.notes.blocks import may_fence

INDENT = "    "
# A processor by its registered name, and the marks of which a block for it has one; others are always asked.
NEEDS = {
    "admonition": ("!!!", INDENT),
    "indent": (INDENT,),
    "defindent": (INDENT,),
    "code": (INDENT,),
    "table": ("|",),
    "hashheader": ("#",),
    "setextheader": ("\n",),
    "deflist": (":",),
    "quote": (">",),
    "footnote": ("[^",),
    "abbr": ("*[",),
    "reference": ("]:",),
}


class QuickBlocks(BlockParser):
    """Takes over the processors of the original; a test holds its output to that of the original."""

    def __init__(self, original: BlockParser) -> None:
        super().__init__(original.md)
        self.state, self.blockprocessors = original.state, original.blockprocessors
        for processor in self.blockprocessors:
            processor.parser = self

    @cached_property
    def _asked(self) -> list[tuple[Any, tuple[str, ...]]]:
        processors = self.blockprocessors
        needs = {processors.get_index_for_name(name): marks for name, marks in NEEDS.items() if name in processors}
        return [(processor, needs.get(index, ())) for index, processor in enumerate(processors)]

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802 - Python-Markdown's name
        while blocks:
            block = blocks[0]
            for processor, marks in self._asked:
                for mark in marks:
                    if mark in block:
                        break
                else:
                    if marks:
                        continue
                if processor.test(parent, block) and processor.run(parent, blocks) is not False:
                    break


class QuickTables(TableProcessor):
    """Looks for bars that do not divide cells only in rows that could have one."""

    def _split(self, row: str) -> list[str]:
        whole: Any = super()
        cells: list[str] = whole._split(row) if "`" in row or "\\" in row else row.split("|")
        return cells


class QuickFences(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Measures the indent only of lines that could open a fence."""

    def parse_whitespace(self, line: str) -> str:
        if may_fence(line):
            return str(super().parse_whitespace(line))
        self.ws_len = self.ws_virtual_len = 0
        return ""


def make_blocks_quick(md: markdown.Markdown) -> None:
    """Puts the quick parser in the place of the original, and what is quicker in that of two of its processors."""
    md.preprocessors["fenced_code_block"].__class__ = QuickFences  # the same object, which its extension holds too
    processors: Any = md.parser.blockprocessors
    processors.register(QuickTables(md.parser, processors["table"].config), "table", 75)
    md.parser = QuickBlocks(md.parser)
