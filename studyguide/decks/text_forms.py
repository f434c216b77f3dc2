"""Questions and answers in plain text as other tools write them: RemNote, Mochi, lists of terms, Q and A, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

QUESTION = re.compile(r"\s*+(?:Q|Question|Front)\s*+[:.)]\s*+(.*)", re.IGNORECASE)
ANSWER = re.compile(r"\s*+(?:A|Answer|Back)\s*+[:.)]\s*+(.*)", re.IGNORECASE)
RULE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
BETWEEN = (re.compile(r"(?<!\s)\s*+(?:::|>>|;;)\s*+"), re.compile(r"(?<!\s)\s++[-–—=]\s++"), re.compile(r":\s+"))
FRONTS = ("front", "question", "term", "prompt", "q", "name", "word")
BACKS = ("back", "answer", "definition", "a", "content", "meaning")
FEWEST_ALIKE = 0.6
Pair = tuple[int, str, str]


def read_pairs(text: str) -> tuple[str, list[Pair]] | None:
    """What the form is called, and the lines, questions and answers; None when the text has none of these forms."""
    for name, read in FORMS:
        if pairs := read(text):
            return name, pairs
    return None


def _json(text: str) -> list[Pair]:
    if text.lstrip()[:1] not in ("[", "{"):
        return []
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return []
    entries = loaded if isinstance(loaded, list) else next((v for v in loaded.values() if isinstance(v, list)), [])
    found = []
    for number, entry in enumerate(entries, start=1):
        front, back = _of_entry(entry)
        if front and back:
            found.append((number, front, back))
    return found


def _of_entry(entry: Any) -> tuple[str, str]:
    if isinstance(entry, list) and len(entry) >= 2:
        return str(entry[0]), str(entry[1])
    if not isinstance(entry, dict):
        return "", ""
    folded = {str(key).casefold(): value for key, value in entry.items()}
    front, back = (next((folded[name] for name in names if folded.get(name)), "") for names in (FRONTS, BACKS))
    return str(front), str(back)


def _questions_and_answers(text: str) -> list[Pair]:
    """Lines that begin with Q: and A:, each going on until the next."""
    found: list[Pair] = []
    front: list[str] = []
    back: list[str] = []
    at, part = 0, front

    def finish() -> None:
        if front and back:
            found.append((at, "\n".join(front).strip(), "\n".join(back).strip()))

    for number, line in enumerate(text.split("\n"), start=1):
        if question := QUESTION.fullmatch(line):
            finish()
            front, back, at = [question[1]], [], number
            part = front
        elif (answer := ANSWER.fullmatch(line)) and front:
            back.append(answer[1])
            part = back
        elif front:
            part.append(line)
    finish()
    return [pair for pair in found if pair[1] and pair[2]]


def _mochi(text: str) -> list[Pair]:
    """A card of Mochi: its sides apart by a line of ---."""
    sides = [side.strip() for side in RULE.split(text)]
    if len(sides) < 2 or not all(sides[:2]):
        return []
    return [(1, sides[0], "\n\n".join(filter(None, sides[1:])))]


def _lines(text: str) -> list[Pair]:
    """`term :: definition`, `term - definition`, `term: definition`: what most lines have in common."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for between in BETWEEN:
        pairs = list(_split(lines, between))
        if lines and len(pairs) >= FEWEST_ALIKE * len(lines):
            return pairs
    return []


def _split(lines: list[tuple[int, str]], between: re.Pattern[str]) -> Iterator[Pair]:
    for number, line in lines:
        front, back, *_ = [*between.split(line.lstrip("-*• "), maxsplit=1), ""]
        if front.strip() and back.strip():
            yield number, front.strip(), back.strip()


FORMS: tuple[tuple[str, Callable[[str], list[Pair]]], ...] = (
    ("JSON", _json),
    ("questions and answers", _questions_and_answers),
    ("Mochi", _mochi),
    ("lines of terms", _lines),
)
