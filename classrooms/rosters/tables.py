"""Files of people as plain tables: CSV in the encodings and separators of spreadsheets, and Excel workbooks. PURE."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 2_000_000
MOST_UNPACKED_BYTES = 40_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_LETTERS = 200
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SEPARATORS = ",;\t|"
Row = tuple[str, ...]


class RosterFileError(ValueError):
    """The file cannot be read as a table; says what it is and what to do, for the person who chose it."""


def read_table(raw: bytes) -> list[tuple[int, Row]]:
    """(line in the file, cells) of each row that is not empty."""
    if len(raw) > MOST_BYTES:
        raise RosterFileError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if raw.startswith(ZIP):
        rows = _workbook(raw)
    elif raw.startswith(OLD_EXCEL):
        raise RosterFileError("This is a workbook of an old Excel (.xls). Save it as .xlsx or as CSV, and choose that.")
    else:
        rows = _separated(_decoded(raw))
    found = [(line, row) for line, row in rows if any(row)]
    if not found:
        raise RosterFileError("The file is empty. Choose one with a line for each student.")
    if len(found) > MOST_ROWS:
        raise RosterFileError(f"The file has more than {MOST_ROWS:,} lines.")
    return found


def _decoded(raw: bytes) -> str:
    """UTF-8 and UTF-16 by their marks, UTF-8 by its form, and else the code page of Western Windows."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise RosterFileError("The file begins as UTF-16 and is cut off. Save it again as CSV UTF-8.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise RosterFileError("The file is not text. Choose a CSV file or an Excel workbook (.xlsx).")
    return text


def _separated(text: str) -> list[tuple[int, Row]]:
    lines = [line for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    separator = max(SEPARATORS, key=first.count) if any(each in first for each in SEPARATORS) else ","
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [(reader.line_num, _tidied(row)) for row in islice(reader, MOST_ROWS + 2)]
    except csv.Error as error:
        raise RosterFileError(f"The file is not a CSV file: {error}, line {reader.line_num}.") from None


def _workbook(raw: bytes) -> list[tuple[int, Row]]:
    """The first sheet that holds something."""
    unreadable = (
        "This is a packed file, and no Excel workbook that can be read. Open it in Excel and save it as CSV UTF-8."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise RosterFileError("The workbook is too large. Save the sheet with the students as CSV.")
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, RosterFileError):
            raise
        raise RosterFileError(unreadable) from None
    for sheet in book.worksheets:
        rows = enumerate(islice(sheet.iter_rows(values_only=True), MOST_ROWS + 2), 1)
        found = [(line, _tidied("" if cell is None else _said(cell) for cell in row)) for line, row in rows]
        if any(any(row) for _, row in found):
            return found
    raise RosterFileError("The workbook is empty.")


def _said(cell: object) -> str:
    """Numbers of students are no sums: 1001.0 is 1001."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _tidied(cells: Iterable[str]) -> Row:
    return tuple(" ".join(cell.split())[:MOST_LETTERS] for cell in islice(cells, MOST_COLUMNS))
