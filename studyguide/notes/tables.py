"""Tables of notes: each scrolls in a box of its own, and one that a phone cannot hold is stacked there.

A stacked table carries on each cell the name of its column, so that a style sheet can show each row as a block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

TABLE_OPEN = '<div class="scroll-x" role="group" aria-label="Table" tabindex="0">'
TABLE = re.compile(r"<table(?: [^<>]*+)?>")
# The corner of a table heads nothing; as a header a screen reader would announce it, without a word to say.
EMPTY_HEADER = re.compile(r"<th([^<>]*+)>\s*+</th>")
SCOPE = re.compile(r' scope="[^"]*"')
# As Markdown makes them: one row of headers, then rows of cells.
PLAIN = re.compile(
    r"<table>\s*+<thead>\s*+<tr>((?:(?!</?(?:table|tr)\b).)*+)</tr>\s*+</thead>"
    r"\s*+<tbody>((?:(?!</?(?:table|thead|tbody)\b).)*+)</tbody>\s*+</table>",
    re.DOTALL,
)
CELL = re.compile(r"<t([hd])\b([^<>]*+)>((?:(?!</?t[hdr]\b).)*+)</t\1>", re.DOTALL)
TAG = re.compile(r"<[^<>]+>")
OWN_ATTRIBUTES = re.compile(r"(<(?:table|thead|tbody|tr|th|td)\b)([^<>]*+)(?=>)")
OWN_ATTRIBUTE = re.compile(r' (?:role|data-label|class)="[^"]*"')
# In letters: what a phone shows side by side at a readable size, how far a column of sentences may shrink, what stands
# between two columns, and from where on a cell has a row of its own.
PHONE, COLUMN, GAP, SENTENCE = 46, 13, 2, 44

Cell = tuple[str, str]
"""The attributes of a cell, and what it holds."""


def with_tables_mended(html: str) -> str:
    """Tables scroll in a box of their own or are stacked, and header cells that are empty are no header cells."""
    if "<table" not in html:
        return html
    html = PLAIN.sub(_stacked_if_wide, html)
    html = TABLE.sub(lambda found: TABLE_OPEN + found[0], html).replace("</table>", "</table></div>")
    return EMPTY_HEADER.sub(lambda found: f"<td{SCOPE.sub('', found[1])}></td>", html)


def unstacked(html: str) -> str:
    """The same table without what only our style sheets read."""
    return OWN_ATTRIBUTES.sub(lambda found: found[1] + OWN_ATTRIBUTE.sub("", found[2]), html)


def _stacked_if_wide(found: re.Match[str]) -> str:
    head = [(cell[2], cell[3]) for cell in CELL.finditer(found[1])]
    rows = [[(cell[2], cell[3]) for cell in CELL.finditer(row)] for row in found[2].split("</tr>")[:-1]]
    if len(head) < 3 or any(len(row) != len(head) for row in rows) or not is_wide([_texts(head), *map(_texts, rows)]):
        return found[0]
    names = _texts(head)
    columns = "".join(_header(cell) for cell in head)
    body = "".join(f'<tr role="row">{_row(row, names)}</tr>\n' for row in rows)
    return (
        f'<table class="stacked" role="table">\n<thead role="rowgroup">\n<tr role="row">{columns}</tr>\n</thead>\n'
        f'<tbody role="rowgroup">\n{body}</tbody>\n</table>'
    )


def is_wide(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a phone cannot show these texts side by side: each column needs its longest word, and one of sentences
    some room to wrap in."""
    needed = 0
    for column in zip(*rows, strict=True):
        longest_word = max((len(word) for text in column for word in text.split()), default=0)
        needed += max(longest_word, min(COLUMN, max(map(len, column)))) + GAP
    return needed - GAP > PHONE


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [" ".join(unescape(TAG.sub("", inside)).split(" ")).strip() for _, inside in cells]


def _header(cell: Cell) -> str:
    attributes, inside = cell
    if not inside.strip():
        return f'<td role="cell"{SCOPE.sub("", attributes)}></td>'
    return f'<th role="columnheader"{attributes}>{inside}</th>'


def _row(cells: Sequence[Cell], names: Sequence[str]) -> str:
    (attributes, inside), *others = cells
    made = f'<td role="rowheader"{attributes}>{inside}</td>'
    for name, (attributes, inside) in zip(names[1:], others, strict=True):
        label = f' data-label="{escape(name)}"' if name else ""
        wide = ' class="wide"' if len(TAG.sub("", inside)) > SENTENCE else ""
        made += f'<td role="cell"{label}{wide}{attributes}>{inside}</td>'
    return made
