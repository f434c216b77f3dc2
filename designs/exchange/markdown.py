"""The whole design as one Markdown document, with the diagram as a Mermaid flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designs.document.schema import Document
from designs.exchange import mermaid
from designs.exchange.names import one_line
from designs.exchange.sections import Block, Drawing, Items, Paragraph, Section, Table, report

# An underscore inside a word starts no emphasis.
SPECIAL = re.compile(r"([\\`*\[\]<>|#~&$]|(?<![^\W_])_|_(?![^\W_]))")
# Characters that would start a list, a rule or a heading at the start of a line.
LEADING = re.compile(r"^([-+=]|\d{1,9}(?=[.)]))")
TICKS = re.compile(r"`{3,}")


def write(document: Document) -> str:
    parts = [f"# {escaped(document.meta.title or 'Untitled design')}"]
    for section in report(document):
        parts += _section(section, 2, document)
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """A person's text, escaped, on one line."""
    line = SPECIAL.sub(r"\\\1", one_line(text))
    return LEADING.sub(lambda found: f"\\{found[0]}" if not found[0][0].isdigit() else f"{found[0]}\\", line)


def _section(section: Section, level: int, document: Document) -> Iterator[str]:
    yield f"{'#' * level} {escaped(section.title)}"
    for block in section.blocks:
        yield _block(block, document)
    for part in section.parts:
        yield from _section(part, level + 1, document)


def _block(block: Block, document: Document) -> str:
    if isinstance(block, Paragraph):
        return escaped(block.text)
    if isinstance(block, Items):
        return "\n".join(f"- {escaped(item)}" for item in block.items_shown)
    if isinstance(block, Table):
        return _table(block)
    assert isinstance(block, Drawing)  # noqa: S101  there is no other kind of block
    text = mermaid.write(document)
    fence = "`" * max([3, *(len(found) + 1 for found in TICKS.findall(text))])
    return f"{fence}mermaid\n{text}{fence}"


def _table(table: Table) -> str:
    rows = ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in table.rows]
    head = "| " + " | ".join(escaped(name) for name in table.head) + " |"
    return "\n".join([head, "|" + " --- |" * len(table.head), *rows])
