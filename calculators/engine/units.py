"""One table of units. A word that is not in it counts things of that name: users, requests, messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from calculators.engine.dimensions import DIMENSIONLESS, Dimension, counted

SECOND = counted("s")
BYTE = counted("byte")
MONEY = counted("USD")
DAY_SECONDS = 86_400.0
YEAR_SECONDS = 365.25 * DAY_SECONDS  # the Julian year, so that five years are 1,826 days
MONTH_SECONDS = YEAR_SECONDS / 12
WORD = re.compile(r"[^\W\d_][\w]*|[%$µ€£]")
ONE_PER = re.compile(r"\s{0,9}1\s{0,9}(?=/)")
MAX_UNIT_LENGTH = 80


class UnitError(ValueError):
    """A unit that cannot be read; `position` counts from the start of the unit's text."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(message)
        self.message, self.position = message, position


@dataclass(frozen=True)
class Unit:
    """`factor` base units make one of this unit; `text` is how it is written."""

    text: str
    factor: float
    dimension: Dimension


def _table() -> Iterator[tuple[str, float, Dimension]]:
    for name, seconds in {
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0,
        "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": DAY_SECONDS, "day": DAY_SECONDS,
        "week": 7 * DAY_SECONDS,
        "month": MONTH_SECONDS, "yr": YEAR_SECONDS, "year": YEAR_SECONDS,
        "nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3,
    }.items():  # fmt: skip
        yield name, seconds, SECOND
    for power, letter in enumerate(("", "k", "M", "G", "T", "P", "E")):
        yield f"{letter}B", 1000.0**power, BYTE
        yield f"{letter}bit", 1000.0**power / 8, BYTE
        yield f"{letter}bps", 1000.0**power / 8, BYTE / SECOND
        if power:
            yield f"{letter.upper()}iB", 1024.0**power, BYTE
            yield f"{letter.upper()}ibit", 1024.0**power / 8, BYTE
    yield "KB", 1e3, BYTE
    yield "Kbit", 125.0, BYTE
    yield "Kbps", 125.0, BYTE / SECOND
    yield "byte", 1.0, BYTE
    yield "bit", 0.125, BYTE
    yield "USD", 1.0, MONEY
    yield "$", 1.0, MONEY
    yield "cent", 0.01, MONEY
    yield "%", 0.01, DIMENSIONLESS
    yield "percent", 0.01, DIMENSIONLESS
    yield "qps", 1.0, counted("query") / SECOND
    yield "rps", 1.0, counted("request") / SECOND


TABLE = {name: Unit(name, factor, dimension) for name, factor, dimension in _table()}
UNCLEAR = {
    "m": "min, month or M (million)",
    "mo": "month",
    **{f"{letter}b": f"{letter}bit or {letter}B" for letter in ("k", "K", "M", "G", "T", "P")},
    "b": "bit or B",
    "€": "USD",
    "EUR": "USD",
    "GBP": "USD",
}
IRREGULAR = {"queries": "query", "entries": "entry", "replies": "reply", "copies": "copy", "people": "person"}
ALREADY_SINGULAR = ("ss", "us", "is")


def singular(word: str) -> str:
    """The name under which things are counted: requests and request are one."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")) and not word.endswith("aches"):
        return word[:-2]
    if word.endswith("s") and len(word) > 2 and not word.endswith(ALREADY_SINGULAR):
        return word[:-1]
    return word


def plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith(("ch", "sh", "ss", "x")):
        return f"{word}es"
    return word if word.endswith("s") else f"{word}s"


def word_unit(word: str) -> Unit:
    """The unit that one word means; UnitError when it may mean two."""
    if word in UNCLEAR:
        raise UnitError(f"{word!r} is unclear: write {UNCLEAR[word]}")
    known = TABLE.get(word) or TABLE.get(singular(word)) or TABLE.get(singular(word.lower()))
    if known and (known.text == word or len(known.text) > 2):
        return Unit(word, known.factor, known.dimension)
    if known and word.endswith("s") and known.text == word[:-1]:
        return Unit(word, known.factor, known.dimension)
    return Unit(word, 1.0, counted(singular(word.lower())))


@lru_cache(maxsize=2_000)
def parse_unit(text: str) -> Unit:
    """Reads `GB`, `Gbit/s`, `writes per user per day`, `USD/GB/month`, `1/s`. Empty text is a plain number."""
    if match := ONE_PER.match(text):
        text = text[match.end() :]
    if len(text) > MAX_UNIT_LENGTH:
        raise UnitError(f"a unit may have {MAX_UNIT_LENGTH} characters")
    factor, dimension = 1.0, DIMENSIONLESS
    for divides, word, position in _words(text):
        try:
            unit = word_unit(word)
        except UnitError as error:
            raise UnitError(error.message, position=position) from error
        factor = factor / unit.factor if divides else factor * unit.factor
        dimension = dimension / unit.dimension if divides else dimension * unit.dimension
    return Unit(" ".join(text.split()), factor, dimension)


def _words(text: str) -> Iterator[tuple[bool, str, int]]:
    """Each word of a unit with whether it divides, and its position."""
    position, divides, wants_word = 0, False, True
    while position < len(text):
        if text[position].isspace():
            position += 1
        elif text[position] in "/*·":
            if wants_word and (text[position] != "/" or divides):
                raise UnitError("expected a unit here", position=position)
            divides, wants_word = text[position] == "/", True
            position += 1
        elif match := WORD.match(text, position):
            word = match.group()
            position = match.end()
            if word == "per":
                divides, wants_word = True, True
                continue
            yield divides, word, match.start()
            divides, wants_word = False, False
        else:
            raise UnitError(f"expected a unit, found {text[position]!r}", position=position)
    if wants_word and text.strip():
        raise UnitError("expected a unit at the end", position=len(text))
