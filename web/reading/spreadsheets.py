"""CSV that a spreadsheet opens without running anything that somebody typed. PURE.

A cell that begins like a formula (also after blanks or line breaks) gets an apostrophe in front, which makes it text
for spreadsheets; numbers stay numbers. OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
FORMULA = re.compile(r"^[\s\u00a0\u200b\ufeff]*[=+\-@|%\t\r＝＋－＠]")
NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?%?")


def safe_cell(value: Cell) -> Cell:
    """The value as a cell may hold it."""
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    return f"'{value}" if FORMULA.match(value) else value


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV in the form of RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([["" if cell is None else safe_cell(cell) for cell in row] for row in rows])
    return out.getvalue()
