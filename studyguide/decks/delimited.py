"""Reads delimited text as Anki writes it: lines of fields, preceded by lines that describe them (`#separator:tab`)."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field, replace

from studyguide.decks.apkg import source_id_of
from studyguide.decks.clozes import OPENING, Hole, asked, parsed
from studyguide.decks.incoming import MAX_DECK, Incoming, IncomingCard, tags_in, uid_of
from studyguide.decks.markdown_of import escaped, markdown_of, media_count, sound_count
from studyguide.decks.problems import MAX_CARDS, MAX_TEXT, DeckError
from studyguide.decks.text_forms import BACKS, FRONTS, read_pairs, sides_of
from web.sent.typed import without_halves

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
COLUMN = re.compile(r"(guid|notetype|deck|tags) column", re.IGNORECASE)
HOLE = re.compile(r"\{\{(?:c\d{1,3}::)?[^{}]+\}\}")
NUMBERED = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3})*)::")
KEPT = re.compile(r"&lt;(/?)(sup|sub)>", re.IGNORECASE)
EXCEL = re.compile(r"sep=([,;|\t])\r?\n")
HEADS = frozenset({"separator", "html", "deck", "notetype", "tags", "columns"})
FEWEST_SPLIT = 0.5
MAX_COLUMNS = 50
MAX_SHOWN_GAPS = 50_000  # of one note: each number is a card that shows all gaps


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
    """DeckError when the text cannot be read as questions and answers."""
    text, is_old = _decoded(raw)
    heads, body, first_line = _heads(text)
    found = Incoming(format="text")
    if is_old:
        found.notes.append("The file is not UTF-8 and was read as Windows-1252.")
    is_json = body.lstrip()[:1] == "[" and read_pairs(body) is not None
    delimiter = "" if is_json else heads.separator or _guessed(body)
    if not delimiter:
        return _in_another_form(body, heads, found)
    rows = _rows(body, delimiter, found)
    names = _names(rows[0][1]) if rows and not heads.columns and not heads.is_html else None
    for line, row in rows[1:] if names else rows:
        if any(cell.strip() for cell in row):
            told = replace(heads, tags=(*heads.tags, *_tags_in(row, names))) if names else heads
            _take(_in_order(row, names) if names else row, told, found, line=first_line + line - 1)
    if not found.cards and not found.left_out:
        raise DeckError("The file has no lines with a question and an answer.")
    return found


def _rows(body: str, delimiter: str, found: Incoming) -> list[tuple[int, list[str]]]:
    """The fields of each line with the line's number. Quotes that do not match are taken as they stand."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True, quoting=quoting)
        rows = []
        try:
            for row in reader:
                rows.append((reader.line_num, row))
        except csv.Error as error:
            found.notes.append(f"Line {reader.line_num}: {error}; quotes were read as they stand.")
            continue
        return rows
    raise DeckError(f"The file cannot be read as fields between {_name(delimiter)}.")


def _in_another_form(body: str, heads: _Heads, found: Incoming) -> Incoming:
    read = read_pairs(body)
    if read is None:
        for number, line in enumerate(body.split("\n"), start=1):
            if line.strip():
                found.leave_out(f"line {number}: {line.strip()}", "it needs a question and an answer")
        if not found.left_out:
            raise DeckError("The file has no lines with a question and an answer.")
        return found
    found.format, pairs = read
    for at, front, back in pairs:
        _take([front, back], heads, found, line=at)
    return found


def _names(row: list[str]) -> list[str] | None:
    """The names of the columns, when the first line is a heading and no card."""
    names = [cell.strip().casefold() for cell in row]
    known = {*FRONTS, *BACKS} - {"q", "a"} | {"tags", "deck", "hint", "extra", "notes", "id", ""}
    return names if len(names) > 1 and set(names) <= known and {*names} & {*FRONTS} and {*names} & {*BACKS} else None


def _in_order(row: list[str], names: list[str]) -> list[str]:
    """The columns in order: the question, the answer, then the rest; tags and ids are not part of a card's text."""
    cells = dict(zip(names, row, strict=False))
    if sides := sides_of(cells.get("content", "")):
        return list(sides)  # a table of Mochi, where the name only says which card it is
    fronts = [cells[name] for name in names if name in FRONTS and name in cells]
    backs = [cells[name] for name in names if name in BACKS and name in cells]
    more = [cells[name] for name in ("hint", "extra", "notes") if name in cells]
    return [*fronts, *backs, *more]


def _tags_in(row: list[str], names: list[str]) -> list[str]:
    return [tag for name, cell in zip(names, row, strict=False) if name == "tags" for tag in tags_in(cell)]


def _decoded(raw: bytes) -> tuple[str, bool]:
    """The text, and whether it had to be read as Windows-1252."""
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" in text:
            break
        return text.replace("\r\n", "\n"), encoding == "cp1252"
    raise DeckError("The file is neither text nor an Anki package.")


def _heads(text: str) -> tuple[_Heads, str, int]:
    """What the header lines say, the remaining text, and the line number where it begins."""
    heads, place, line = _Heads(), 0, 1
    if excel := EXCEL.match(text):
        heads.separator = excel[1]
        return heads, text[excel.end() :], 2
    while text.startswith("#", place):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        key, colon, value = text[place + 1 : end].rstrip("\r").partition(":")
        name = key.strip().lower()
        if not colon or not (name in HEADS or COLUMN.fullmatch(name)):
            break  # a line that begins with # and is none of these is a card, such as "#define in C?"
        _head(heads, name, value, line)
        place, line = end + 1, line + 1
    return heads, text[place:], line


def _head(heads: _Heads, key: str, value: str, line: int) -> None:
    if key == "separator":
        name = value.strip().lower()
        word = re.match("[a-z]*", name)
        heads.separator = SEPARATORS.get(word[0] if word else "", "\t" if value == "\t" else value.strip())
        if len(heads.separator) != 1 or heads.separator in '"#\r\n':
            raise DeckError(f"Line {line}: the separator must be one of {', '.join(SEPARATORS)}, not {value[:20]!r}.")
    elif key == "html":
        heads.is_html = value.strip().lower() == "true"
    elif key == "deck":
        heads.deck = value.strip()[:MAX_DECK]
    elif key == "notetype":
        heads.note_type = value.strip()
    elif key == "tags":
        heads.tags = tags_in(value)
    elif found := COLUMN.fullmatch(key):
        if not value.strip().isdigit() or not 1 <= int(value) <= MAX_COLUMNS:
            raise DeckError(f"Line {line}: the number of a column is expected after {key!r}.")
        heads.columns[found[1].lower()] = int(value)


def _guessed(body: str) -> str:
    """The separator that gives most of the first lines more than one field, and the same number of them; or none."""
    lines = [line for line in body[:50_000].split("\n") if line.strip()][:20]
    best, most = "", 0.0
    for delimiter in "\t;,|":
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        split = [count for count in counts if count > 1]
        if not split:
            continue
        alike = max(split.count(count) for count in split) / len(counts)
        if alike > most:
            best, most = delimiter, alike
    return best if most >= FEWEST_SPLIT else ""


def _name(delimiter: str) -> str:
    return next((f"{name}s" for name, each in SEPARATORS.items() if each == delimiter), repr(delimiter))


def _take(row: list[str], heads: _Heads, found: Incoming, *, line: int) -> None:
    if len(found.cards) + found.left_out_count >= MAX_CARDS:
        raise DeckError(f"The file has more than {MAX_CARDS:,} cards; send it in parts.")
    if len(row) > MAX_COLUMNS or any(len(cell) > MAX_TEXT for cell in row):
        raise DeckError(f"Line {line} has more than {MAX_COLUMNS} fields, or one of more than {MAX_TEXT:,} characters.")
    cells = [cell for number, cell in enumerate(row, start=1) if number not in heads.columns.values()]
    if heads.is_html:
        found.media_count += sum(media_count(cell) for cell in cells)
    what = f"line {line}: {cells[0].strip() if cells else ''}"
    first = cells[0] if cells else ""
    if any(without_halves(cell) != cell for cell in cells):
        found.leave_out(without_halves(what), "it holds half a character (an unpaired surrogate)")
        return
    named = "{{c" in first or "cloze" in heads.note_type.lower()
    is_cloze = (bool(HOLE.search(first)) and named) or any(isinstance(part, Hole) for part in parsed(first).parts)
    texts = [_text(cell, heads) for cell in cells]
    more = "\n\n".join(text for text in texts[1:] if text)
    if not texts or not texts[0] or (not more and not is_cloze):
        is_sound = heads.is_html and any(sound_count(cell) for cell in cells[1:])
        found.leave_out(what, "its answer is only a sound" if is_sound else "it needs a question and an answer")
        return
    if is_cloze and (shown := _shown_gaps(first)) > MAX_SHOWN_GAPS:
        found.leave_out(what, f"its cards would show {shown:,} gaps; {MAX_SHOWN_GAPS:,} are read")
        return
    guid = _column(row, heads, "guid")
    for ordinal, content in enumerate(_contents(first, texts[0], more, is_cloze=is_cloze)):
        known = guid or hashlib.sha256(first.strip().encode()).hexdigest()
        card = IncomingCard(
            source_id=source_id_of(known, ordinal),
            kind="cloze" if is_cloze else "question",
            content=content,
            deck=_column(row, heads, "deck")[:MAX_DECK] or heads.deck,
            tags=(*heads.tags, *tags_in(_column(row, heads, "tags"))),
            uid=uid_of(guid) if not ordinal else "",
        )
        found.take(card, what=what)


def _text(cell: str, heads: _Heads) -> str:
    return markdown_of(cell) if heads.is_html else _with_formatting(cell.strip())


def _with_formatting(text: str) -> str:
    """Plain words; only what Quizlet and people write for powers and indices is kept as such."""
    return KEPT.sub(lambda found: f"<{found[1]}{found[2].lower()}>", escaped(text))


def _contents(raw: str, text: str, more: str, *, is_cloze: bool) -> list[dict[str, str]]:
    """One card, or one for each number of holes, as Anki makes them."""
    if not is_cloze:
        return [{"front": text, "back": more}]
    numbers = _numbers(raw)
    if not numbers:
        return [{"text": text, "back": more}]
    made = (asked(text, number) for number in numbers)
    return [{"text": holes, "back": more} for holes, count in made if count]


def _numbers(raw: str) -> list[int]:
    return sorted({int(each) for found in NUMBERED.findall(raw) for each in found.split(",")})


def _shown_gaps(raw: str) -> int:
    """How many gaps all cards of a note show together."""
    return len(_numbers(raw)) * len(OPENING.findall(raw))


def _column(row: list[str], heads: _Heads, name: str) -> str:
    number = heads.columns.get(name, 0)
    return row[number - 1].strip() if 0 < number <= len(row) else ""
