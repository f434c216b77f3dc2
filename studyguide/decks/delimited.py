"""Text with separators as Anki writes it: lines of fields, and before them what they mean (`#separator:tab`)."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field

from studyguide.decks.apkg import source_id_of
from studyguide.decks.incoming import Incoming, IncomingCard, uid_of
from studyguide.decks.markdown_of import escaped, markdown_of, media_count
from studyguide.decks.problems import MAX_CARDS, MAX_TEXT, DeckError

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
COLUMN = re.compile(r"(guid|notetype|deck|tags) column", re.IGNORECASE)
HOLE = re.compile(r"\{\{(?:c\d{1,3}::)?[^{}]+\}\}")
MAX_COLUMNS = 50


@dataclass(kw_only=True)
class _Heads:
    """What the lines before the first note say. Columns are numbered from 1, as in the file."""

    separator: str = ""
    is_html: bool = False
    deck: str = ""
    tags: tuple[str, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    note_type: str = ""


def read_delimited(raw: bytes) -> Incoming:
    """DeckError when the text cannot be read as lines of fields."""
    text = _decoded(raw)
    heads, body, first_line = _heads(text)
    delimiter = heads.separator or _guessed(body)
    found = Incoming(format="text")
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                _take(row, heads, found, line=first_line + reader.line_num - 1)
    except csv.Error as error:
        line = first_line + max(0, reader.line_num - 1)
        raise DeckError(f"Line {line} cannot be read as fields between {_name(delimiter)}: {error}.") from error
    if not found.cards and not found.left_out:
        raise DeckError("The file has no lines with a question and an answer.")
    return found


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" in text:
            raise DeckError("The file is neither text nor an Anki package.")
        return text
    raise DeckError("The file is neither text in UTF-8 nor an Anki package.")


def _heads(text: str) -> tuple[_Heads, str, int]:
    """What the heads say, the rest, and the number of the line with which the rest begins."""
    heads, place, line = _Heads(), 0, 1
    while text.startswith("#", place):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        key, colon, value = text[place + 1 : end].rstrip("\r").partition(":")
        if colon:
            _head(heads, key.strip().lower(), value, line)
        place, line = end + 1, line + 1
    return heads, text[place:], line


def _head(heads: _Heads, key: str, value: str, line: int) -> None:
    if key == "separator":
        name = value.strip().lower()
        heads.separator = SEPARATORS.get(name, "\t" if value == "\t" else value.strip())
        if len(heads.separator) != 1 or heads.separator in '"#\r\n':
            raise DeckError(f"Line {line}: the separator must be one of {', '.join(SEPARATORS)}, not {value[:20]!r}.")
    elif key == "html":
        heads.is_html = value.strip().lower() == "true"
    elif key == "deck":
        heads.deck = value.strip()[:200]
    elif key == "notetype":
        heads.note_type = value.strip()
    elif key == "tags":
        heads.tags = tuple(value.split())
    elif found := COLUMN.fullmatch(key):
        if not value.strip().isdigit() or not 1 <= int(value) <= MAX_COLUMNS:
            raise DeckError(f"Line {line}: the number of a column is expected after {key!r}.")
        heads.columns[found[1].lower()] = int(value)


def _guessed(body: str) -> str:
    first = body[:5_000].split("\n", 1)[0]
    return "\t" if "\t" in first else max(",;|", key=first.count)


def _name(delimiter: str) -> str:
    return next((f"{name}s" for name, each in SEPARATORS.items() if each == delimiter), repr(delimiter))


def _take(row: list[str], heads: _Heads, found: Incoming, *, line: int) -> None:
    if len(found.cards) + found.left_out_count >= MAX_CARDS:
        raise DeckError(f"The file has more than {MAX_CARDS:,} cards; send it in parts.")
    if len(row) > MAX_COLUMNS or any(len(cell) > MAX_TEXT for cell in row):
        raise DeckError(f"Line {line} has more than {MAX_COLUMNS} fields, or one of more than {MAX_TEXT:,} characters.")
    cells = [cell for number, cell in enumerate(row, start=1) if number not in heads.columns.values()]
    texts = [markdown_of(cell) if heads.is_html else escaped(cell.strip()) for cell in cells]
    what = f"line {line}: {texts[0] if texts else ''}"
    if heads.is_html:
        found.media_count += sum(media_count(cell) for cell in cells)
    more = "\n\n".join(text for text in texts[1:] if text)
    is_cloze = bool(texts and HOLE.search(cells[0])) and ("{{c" in cells[0] or "cloze" in heads.note_type.lower())
    if not texts or not texts[0] or (not more and not is_cloze):
        found.leave_out(what, "it needs a question and an answer")
        return
    content = {"text": texts[0], "back": more} if is_cloze else {"front": texts[0], "back": more}
    guid = _column(row, heads, "guid")
    card = IncomingCard(
        source_id=source_id_of(guid, 0) if guid else hashlib.sha256(cells[0].strip().encode()).hexdigest(),
        kind="cloze" if is_cloze else "question",
        content=content,
        deck=_column(row, heads, "deck") or heads.deck,
        tags=(*heads.tags, *_column(row, heads, "tags").split()),
        uid=uid_of(guid),
    )
    found.take(card, what=what)


def _column(row: list[str], heads: _Heads, name: str) -> str:
    number = heads.columns.get(name, 0)
    return row[number - 1].strip() if 0 < number <= len(row) else ""
