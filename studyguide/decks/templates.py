"""Anki's templates: fields in double braces, with filters, and sections that depend on whether a field is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

from studyguide.decks.problems import MAX_TEXT, DeckError

PIECE = re.compile(r"\{\{([^{}]{1,200})\}\}")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
CLOZE_FIELD = re.compile(r"\{\{(?:[^{}:]{1,40}:){0,4}cloze:(?:[^{}:]{1,40}:){0,4}([^{}:]{1,120})\}\}")
TAG = re.compile(r"<[^<>]*>")
READING = re.compile(r" ?([^ >\[\]]{1,100}+)\[([^\[\]]{1,100}+)\]")  # such as 漢字[かんじ]
READINGS = {"furigana": r"\1 (\2)", "kanji": r"\1", "kana": r"\2"}
MOST_PIECES = 25_000  # fields and texts between them in one template
SILENT = frozenset({"tts", "tts-voices"})  # filters that show nothing


def filled(template: str, fields: Mapping[str, str], *, is_answer: bool = False) -> str:
    """The template with its fields, no longer than MAX_TEXT. A field to type is empty in the question, and in the
    answer what should have been typed."""
    pieces = _pieces(template)
    full: dict[str, bool] = {}
    texts: dict[str, str] = {}
    shown: list[str] = []
    sections: list[tuple[str, bool]] = []
    size = 0
    for index, piece in enumerate(pieces):
        if index % 2 and _is_section(piece.strip(), sections, fields, full):
            continue
        if not all(is_shown for _, is_shown in sections):
            continue
        if index % 2 and piece not in texts:
            texts[piece] = _field(piece.strip(), fields, is_answer=is_answer)
        text = texts[piece] if index % 2 else piece
        size += len(text)
        if size > MAX_TEXT:
            break
        shown.append(text)
    return "".join(shown)


@lru_cache(maxsize=64)  # a deck shows all of its cards by a few
def _pieces(template: str) -> list[str]:
    """Text and names of fields in turn."""
    pieces = PIECE.split(COMMENT.sub("", template))
    if len(pieces) > MOST_PIECES:
        raise DeckError(f"A template in the package has more than {MOST_PIECES:,} parts.")
    return pieces


def _is_section(name: str, sections: list[tuple[str, bool]], fields: Mapping[str, str], full: dict[str, bool]) -> bool:
    """Whether the piece begins or ends a section; `full` keeps which fields say something."""
    mark, rest = name[:1], name[1:].strip()
    if mark in ("#", "^"):
        if rest not in full:
            text = fields.get(rest, "")
            full[rest] = bool(unescape(TAG.sub("", text)).strip()) or "<img" in text
        sections.append((rest, full[rest] == (mark == "#")))
    elif mark == "/":
        if sections:
            sections.pop()
    else:
        return False
    return True


def _field(name: str, fields: Mapping[str, str], *, is_answer: bool) -> str:
    filters, _, field = name.rpartition(":")
    names = {each.strip().split(" ")[0] for each in filters.split(":")}
    if names & SILENT or ("type" in names and not is_answer):
        return ""
    text = fields.get(field.strip(), "")
    for name in names & READINGS.keys():
        text = READING.sub(READINGS[name], text)
    return text


def cloze_field(template: str) -> str | None:
    """The field whose holes a cloze template uses."""
    found = CLOZE_FIELD.search(template)
    return found[1].strip() if found else None
