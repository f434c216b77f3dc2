"""Files of people as plain tables: CSV in the encodings and separators of spreadsheets, and Excel workbooks. PURE."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from openpyxl import load_workbook

MOST_BYTES = 2_000_000
MOST_UNPACKED_BYTES = 5_000_000  # read in a second or two; 5,000 people with ten columns take four
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_LETTERS = 200
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# If two separate the lines equally well, the earlier one is taken, because names contain commas.
SEPARATORS = "\t;|,"
LINES_TO_JUDGE_BY = 40
# Invisible characters that make two equal names different.
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f]")
WEB_PAGE = re.compile(r"\s*(<!doctype|<html|<head|<body|<table|<\?xml)", re.IGNORECASE)
CONTENT_TYPES = "[Content_Types].xml"
PART_NAME = re.compile(rb'PartName="/([^"]+)"')
# Namespaces that Excel writes when asked for `Strict Open XML`, and the usual ones.
STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}
Row = tuple[str, ...]


class RosterFileError(ValueError):
    """The file cannot be read as a table; says what it is and what to do, for the person who chose it."""


def read_table(raw: bytes, remarks: list[str] | None = None) -> list[tuple[int, Row]]:
    """(line in the file, cells) of each row that is not empty. What had to be put right is added to `remarks`."""
    told = remarks if remarks is not None else []
    if len(raw) > MOST_BYTES:
        raise RosterFileError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if raw.startswith(ZIP):
        rows = _workbook(raw, told)
    elif raw.startswith(OLD_EXCEL):
        raise RosterFileError(
            "This is a workbook in the old format of Excel (.xls). Save it as .xlsx or as CSV, and choose that."
        )
    else:
        rows = _separated(_decoded(raw), told)
    found = [(line, row) for line, row in rows if any(row)]
    if not found:
        raise RosterFileError("The file is empty. Choose one with a line for each student.")
    if len(found) > MOST_ROWS:
        raise RosterFileError(
            f"The file has more than {MOST_ROWS:,} lines. Leave only the students of this class in it."
        )
    return found


def _decoded(raw: bytes) -> str:
    """UTF-8 and UTF-16 by their marks, UTF-8 by its form, and else the code page of Western Windows."""
    encoding = _utf16(raw)
    if encoding:
        try:
            text = raw.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            raise RosterFileError("The file begins as UTF-16 and is cut off. Save it again as CSV UTF-8.") from None
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise RosterFileError("The file is not text. Choose a CSV file or an Excel workbook (.xlsx).")
    if WEB_PAGE.match(text):
        raise RosterFileError(
            "This is a web page or XML, whatever its name ends with. Open it in Excel and save it as .xlsx or as CSV."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf16(raw: bytes) -> str:
    """UTF-16 by its mark, or without one by the zeros that are every second byte of Western text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = raw[:400]
    half = len(start) // 2
    if half >= 4 and start[1::2].count(0) > 0.7 * half and not start[0::2].count(0):
        return "utf-16-le"
    if half >= 4 and start[0::2].count(0) > 0.7 * half and not start[1::2].count(0):
        return "utf-16-be"
    return ""


def _separated(text: str, remarks: list[str]) -> list[tuple[int, Row]]:
    lines = text.split("\n")
    first_line = 1
    said = re.match(r'\s*"?sep=(.)"?\s*$', lines[0], re.IGNORECASE)
    if said:
        lines, first_line = lines[1:], 2
    separator = said[1] if said else _separator(lines)
    if separator in ('"', " ") or len(separator.encode()) != 1:
        separator = ","
    found: list[tuple[int, Row]] = []
    try:
        for line, cells in _records(lines, separator, first_line, remarks):
            found.append((line, _tidied(cells)))
            if len(found) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        raise RosterFileError(f"The file is not a CSV file: {error}.") from None
    return found


def _separator(lines: Sequence[str]) -> str:
    """The separator that splits most lines into the same number of cells; text in quotes is not split."""
    sample = [line for line in lines if line.strip()][:LINES_TO_JUDGE_BY]

    def fits(separator: str) -> tuple[int, int]:
        widths = Counter(len(_cells(line, separator)) for line in sample)
        widths.pop(1, None)
        if not widths:
            return 0, 0
        width, many = max(widths.items(), key=lambda each: (each[1], each[0]))
        return many, width

    best = max(SEPARATORS, key=fits)
    return best if fits(best) != (0, 0) else ","


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


def _records(
    lines: Sequence[str], separator: str, first_line: int, remarks: list[str]
) -> Iterable[tuple[int, list[str]]]:
    """(line of the record's end, cells). A quote may span lines; one that is never closed, or that would swallow a
    whole row, is taken as a typing error and only its quote mark is dropped."""
    width = 0
    at = 0
    odd = [at for at, line in enumerate(lines) if line.count('"') % 2]
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if line.count('"') % 2:
            later = bisect_right(odd, at)
            closes = odd[later] if later < len(odd) else None
            swallowed = width > 1 and end < len(lines) and len(_cells(lines[end], separator)) == width
            if closes is None or swallowed:
                remarks.append(
                    f"A quote in line {at + first_line} is not closed. It is left out, and the rest is read."
                )
                line = line.replace('"', "")
            else:
                end = closes + 1
                line = "\n".join(lines[at:end])
        cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=separator), [])
        width = width or (len(cells) if any(cells) else 0)
        yield end - 1 + first_line, cells
        at = end


def _workbook(raw: bytes, remarks: list[str]) -> list[tuple[int, Row]]:
    """The first sheet that has a row of two cells, else the first one that holds something."""
    filled = _sheets(raw)
    if not filled:
        raise RosterFileError("The workbook is empty.")
    tables = [name for name, rows in filled.items() if any(sum(map(bool, row)) > 1 for _, row in rows)]
    chosen = next(iter(tables or filled))
    if len(filled) > 1:
        others = ", ".join(f"“{name}”" for name in filled if name != chosen)
        remarks.append(
            f"The sheet “{chosen}” is read, and not {others}. To read another, save it as a file of its own."
        )
    return filled[chosen]


def _sheets(raw: bytes) -> dict[str, list[tuple[int, Row]]]:
    """(line, cells) of the rows of each sheet that holds something, by its name."""
    unreadable = "This is a packed file and not a readable Excel workbook. Open it in Excel and save it as CSV UTF-8."
    filled: dict[str, list[tuple[int, Row]]] = {}
    try:
        book = load_workbook(io.BytesIO(_as_excel_writes(raw)), read_only=True, data_only=True)
        for sheet in book.worksheets:
            # Some programs write `A1` for the size of every sheet, and then only that cell would be read.
            sheet.reset_dimensions()
            rows = enumerate(islice(sheet.iter_rows(values_only=True), MOST_ROWS + 2), 1)
            found = [(line, _tidied("" if cell is None else _said(cell) for cell in row)) for line, row in rows]
            if any(any(row) for _, row in found):
                filled[sheet.title] = found
    except RosterFileError:
        raise
    except Exception as error:  # openpyxl fails in many ways on files that it does not expect
        raise RosterFileError(unreadable) from error
    return filled


def _as_excel_writes(raw: bytes) -> bytes:
    """The workbook as openpyxl expects it: with the usual namespaces instead of those of `Strict Open XML`, slashes in
    the names of its parts, and these names in the case in which they are declared."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if sum(each.file_size for each in parts) > MOST_UNPACKED_BYTES:
            raise RosterFileError("The workbook is too large. Save the sheet with the students as CSV.")
        names = [each.filename for each in parts]
        if "content.xml" in names and CONTENT_TYPES not in names:
            raise RosterFileError(
                "This is a file of LibreOffice (OpenDocument). Save it as Excel workbook (.xlsx) or as CSV there."
            )
        declared = {
            each.decode(errors="replace").casefold(): each.decode(errors="replace")
            for each in PART_NAME.findall(archive.read(CONTENT_TYPES))
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as other:
            for each in parts:
                name = each.filename.replace("\\", "/")
                content = archive.read(each)
                for strict, usual in STRICT.items():
                    content = content.replace(strict, usual)
                other.writestr(declared.get(name.casefold(), name), content)
    return packed.getvalue()


def _said(cell: object) -> str:
    """Numbers of students are no sums: 1001.0 is 1001."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _tidied(cells: Iterable[str]) -> Row:
    return tuple(" ".join(UNSEEN.sub("", cell).split())[:MOST_LETTERS] for cell in islice(cells, MOST_COLUMNS))
