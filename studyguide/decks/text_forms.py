"""Questions and answers in plain text as other tools write them: RemNote, Mochi, lists of terms, Q and A, JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from web.reading.json_text import JsonTextError, read_json

QUESTION = re.compile(r"\s*+(?:Q|Question|Front)\s*+[:.)]\s*+(.*)", re.IGNORECASE)
ANSWER = re.compile(r"\s*+(?:A|Answer|Back)\s*+[:.)]\s*+(.*)", re.IGNORECASE)
RULE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
BETWEEN = (re.compile(r"(?<!\s)\s*+(?:::|>>|;;)\s*+"), re.compile(r"(?<!\s)\s++[-–—=]\s++"), re.compile(r":\s+"))
HEADING = re.compile(r"^#{1,6}[ \t]+")
POINT = re.compile(r"(?P<indent>[ \t]*)[-*•][ \t]+(?P<words>\S.*)")
MARK = re.compile(r"(?<![ \t])[ \t]*+(>>>|<<<|>>|<<|<>|::|;;|==)(?:[ \t]++|$)")
HOLE = re.compile(r"\{\{[^{}\n]{1,500}\}\}")
NUMBERED = re.compile(r"\{\{c\d")
NO_NUMBER = re.compile(r"\{\{(?!c\d)")
FRONTS = ("front", "question", "term", "prompt", "q", "name", "word")
BACKS = ("back", "answer", "definition", "a", "content", "meaning")
FEWEST_ALIKE = 0.6
Pair = tuple[int, str, str]
Point = tuple[int, str, str, str]


def read_pairs(text: str) -> tuple[str, list[Pair]] | None:
    """The name of the format, and the lines, questions and answers; None when the text has none of these formats.

    A line that the format does not cover has an empty answer, so that it can be reported as left out.
    """
    for name, read in FORMS:
        pairs = read(text)
        if any(front and (back or NUMBERED.search(front)) for _, front, back in pairs):
            return name, pairs
    return None


def _json(text: str) -> list[Pair]:
    if text.lstrip()[:1] not in ("[", "{"):
        return []
    try:
        loaded = read_json(text)
    except JsonTextError:
        return []
    entries = loaded if isinstance(loaded, list) else next((v for v in loaded.values() if isinstance(v, list)), [])
    found = []
    for number, entry in enumerate(entries, start=1):
        front, back = _of_entry(entry)
        found.append((number, front or str(entry)[:100], back if front else ""))
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
        if front:
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
        elif line.strip():
            found.append((number, line.strip(), ""))
    finish()
    return found


def _mochi(text: str) -> list[Pair]:
    """A card of Mochi."""
    sides = sides_of(text)
    return [(1, *sides)] if sides else []


def sides_of(text: str) -> tuple[str, str] | None:
    """The question and the answer of a text in which a line of --- parts them; None of another text."""
    sides = [HEADING.sub("", side.strip()) for side in RULE.split(text)]
    if len(sides) < 2 or not all(sides[:2]):
        return None
    return sides[0], "\n\n".join(filter(None, sides[1:]))


def _remnote(text: str) -> list[Pair]:
    """An outline of RemNote: `>>`, `<<`, `<>`, `::`, `==` and `;;` part question and answer, `>>>` or a mark at the end
    asks for the points below it, {{a part}} is a hole. A descriptor (`;;`) is asked together with what it describes."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    points = [(number, point) for number, line in lines if (point := _point(line))]
    asking = [number for number, (_, front, mark, _) in points if mark or HOLE.search(front)]
    if not asking or len(points) < FEWEST_ALIKE * len(lines):
        return []
    found: list[Pair] = [(number, line.strip(), "") for number, line in lines if not _point(line)]
    above: list[tuple[int, str, bool]] = []  # depth, words, and whether the points below are its answer
    for index, (number, (depth, front, mark, back)) in enumerate(points):
        while above and above[-1][0] >= depth:
            above.pop()
        is_answer = any(each[2] for each in above)
        has_below = index + 1 < len(points) and points[index + 1][1][0] > depth
        asks_below = bool(mark) and not back and has_below
        above.append((depth, front, asks_below))
        if is_answer:
            continue
        if asks_below:
            back = "\n".join(f"- {words}" for words in _below(points, index))
        if HOLE.search(front) and not mark:
            found.append((number, _with_numbered_holes(front), ""))
        elif mark == "<<":
            found.append((number, back, front))
        elif mark and back:
            context = next((words for _, words, _ in reversed(above[:-1])), "") if mark == ";;" else ""
            found.append((number, f"{context}: {front}" if context else front, back))
        elif not has_below:
            found.append((number, front, ""))
    return found


def _below(points: Sequence[tuple[int, Point]], index: int) -> Iterator[str]:
    """The words of the points that lie below one."""
    depth = points[index][1][0]
    for at in range(index + 1, len(points)):
        inner, words, *_ = points[at][1]
        if inner <= depth:
            return
        yield words


def _point(line: str) -> Point | None:
    """Depth, words before the mark, the mark and the words after it of a line of an outline; None for other lines."""
    found = POINT.fullmatch(line.rstrip())
    if found is None:
        return None
    depth = len(found["indent"].replace("\t", "    "))
    parts = MARK.split(found["words"], maxsplit=1)
    if len(parts) < 3 or not parts[0].strip():
        return depth, found["words"].strip(), "", ""
    return depth, parts[0].strip(), parts[1], parts[2].strip()


def _with_numbered_holes(words: str) -> str:
    """`{{a part}}` as Anki writes it, each part a card of its own: `{{c1::a part}}`."""
    numbers = count(1)
    return NO_NUMBER.sub(lambda _: f"{{{{c{next(numbers)}::", words)


def _lines(text: str) -> list[Pair]:
    """`term :: definition`, `term - definition`, `term: definition`, or a {{hole}}: what most lines have in common."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    pairs = [_split(number, line) for number, line in lines]
    asking = [front for _, front, back in pairs if back or NUMBERED.search(front)]
    return pairs if len(asking) >= FEWEST_ALIKE * len(lines) else []


def _split(number: int, line: str) -> Pair:
    """The line at the first of the signs that parts it; with no answer when none does."""
    words = line.lstrip("-*• ").strip()
    if HOLE.search(words):
        return number, _with_numbered_holes(words), ""
    for between in BETWEEN:
        front, back, *_ = [*between.split(words, maxsplit=1), ""]
        if front.strip() and back.strip():
            return number, front.strip(), back.strip()
    return number, words, ""


FORMS: tuple[tuple[str, Callable[[str], list[Pair]]], ...] = (
    ("JSON", _json),
    ("questions and answers", _questions_and_answers),
    ("Mochi", _mochi),
    ("RemNote", _remnote),
    ("lines of terms", _lines),
)
