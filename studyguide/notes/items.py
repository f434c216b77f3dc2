"""Reads a topic's Markdown as people see its structure: paragraphs, and list items with what hangs below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from studyguide.notes.blocks import marked_lines, structured

ITEM = re.compile(r"^(?P<indent>\s*)(?:(?P<bullet>[-*+])|(?P<number>\d{1,3})[.)])\s+(?:\[[ xX]\]\s+)?(?P<text>.*)$")
DEFINITION = re.compile(r"^:\s+(?P<text>.+)$")
NOT_PROSE = re.compile(r"^\s*(?:[|>]|!!!|\?\?\?|:::|<|\[[^\]]+\]:)|^\s*(?:[-*_]\s*){3,}$")
# A line that begins with a marked term and its meaning is a paragraph, whatever Markdown makes of it.
NEXT_TERM = re.compile(r"^(?:`[^`]+`|\*\*[^*]+\*\*)\s*(?::|\s[-–—])\s")
TAB = 4
MAX_DEPTH = 20  # items further in stand beside those of this depth


@dataclass(kw_only=True)
class Block:
    """A paragraph or a list item on one line. `lead` is the text that announces it: the paragraph, item or heading
    before the list. `number` is an ordered item's."""

    text: str
    is_item: bool = False
    number: int | None = None
    lead: str = ""
    heading: str = ""
    definition: str = ""
    children: list[Block] = field(default_factory=list)

    def walk(self) -> Iterator[Block]:
        yield self
        for child in self.children:
            yield from child.walk()


def read_blocks(body: str, marks: bytes | None = None) -> list[Block]:
    """The top blocks in their order; code, tables, quotes and HTML are passed over. `marks` are those of
    studyguide.notes.blocks, which are found anew when nobody kept them."""
    lines = structured(body).lines if marks is None else marked_lines(body, marks)
    reader = _Reader()
    for line in lines:
        if line.heading_level:
            reader.head(line.text)
        elif line.is_code or not line.text.strip() or NOT_PROSE.match(line.text):
            reader.pause(is_blank=not line.is_code and not line.text.strip())
        else:
            reader.read(line.text)
    return reader.blocks


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._stack: list[tuple[int, Block]] = []
        self._open: Block | None = None
        self._heading = ""
        self._lead = ""

    def head(self, title: str) -> None:
        self._stack, self._open = [], None
        self._heading, self._lead = title, title

    def pause(self, *, is_blank: bool) -> None:
        self._open = None
        if not is_blank:
            self._stack, self._lead = [], self._heading

    def read(self, raw: str) -> None:
        item = ITEM.match(raw)
        if item:
            self._item(item)
        elif (definition := DEFINITION.match(raw)) and self.blocks and not self.blocks[-1].is_item:
            self.blocks[-1].definition = definition["text"].strip()
        elif self._open is not None and not NEXT_TERM.match(raw):
            self._open.text += " " + raw.strip()
            self._lead = self._open.text if not self._open.is_item else self._lead
        else:
            self._paragraph(raw)

    def _paragraph(self, raw: str) -> None:
        indent = _width(raw)
        if self._stack and indent > self._stack[-1][0]:  # a further paragraph of the item above: not its first sentence
            return
        self._stack = []
        self._open = Block(text=raw.strip(), heading=self._heading, lead=self._heading)
        self._lead = self._open.text
        self.blocks.append(self._open)

    def _item(self, item: re.Match[str]) -> None:
        indent = _width(item["indent"])
        while self._stack and (self._stack[-1][0] >= indent or len(self._stack) == MAX_DEPTH):
            self._stack.pop()
        parent = self._stack[-1][1] if self._stack else None
        block = Block(
            text=item["text"].strip(),
            is_item=True,
            number=int(item["number"]) if item["number"] else None,
            lead=parent.text if parent else self._lead,
            heading=self._heading,
        )
        (parent.children if parent else self.blocks).append(block)
        self._stack.append((indent, block))
        self._open = block


def _width(raw: str) -> int:
    expanded = raw.expandtabs(TAB)
    return len(expanded) - len(expanded.lstrip())
