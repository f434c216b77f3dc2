"""One table of units. A word that is not in it counts things of that name: users, requests, messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
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


# Queries, requests, transactions a second or minute: people use them for one another.
RATES = {"q": "query", "r": "request", "t": "transaction"}
RATE_WORDS = frozenset(f"{short}{per}" for short in RATES for per in ("ps", "pm"))
LONG_SCALES = ("", "kilo", "mega", "giga", "tera", "peta", "exa")


def _table() -> Iterator[tuple[str, float, Dimension]]:
    for name, seconds in {
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0,
        "m": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": DAY_SECONDS, "day": DAY_SECONDS,
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
            yield f"{LONG_SCALES[power]}byte", 1000.0**power, BYTE
            yield f"{LONG_SCALES[power]}bit", 1000.0**power / 8, BYTE
            yield f"{letter.upper()}iB", 1024.0**power, BYTE
            yield f"{letter.upper()}ibit", 1024.0**power / 8, BYTE
    for letter in "kmgt":
        yield f"{letter}bps", 1000.0 ** (" kmgt".index(letter)) / 8, BYTE / SECOND
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
    for short, thing in RATES.items():
        yield f"{short}ps", 1.0, counted(thing) / SECOND
        yield f"{short}pm", 1 / 60, counted(thing) / SECOND


TABLE = {name: Unit(name, factor, dimension) for name, factor, dimension in _table()}
UNCLEAR = {
    "mo": "month",
    **{f"{letter}b": f"{letter}bit or {letter}B" for letter in ("k", "K", "M", "G", "T", "P")},
    "b": "bit or B",
    "€": "USD",
    "EUR": "USD",
    "GBP": "USD",
    **{f"{letter}b": f"{letter.upper()}bit or {letter.upper()}B" for letter in ("m", "g", "t", "p")},
}
NO_UNITS = {
    **dict.fromkeys(("fortnight", "fortnights"), "2 weeks"),
    **dict.fromkeys(("quarter", "quarters"), "3 months"),
    **dict.fromkeys(("decade", "decades"), "10 years"),
    "hourly": "/hour",
    "daily": "/day",
    "weekly": "/week",
    "monthly": "/month",
    "yearly": "/year",
}
LONG_NAMES = sorted(name for name in TABLE if len(name) > 3 and name.islower())
# Names of counted things that look almost like a unit.
COUNTED = frozenset(
    {"mouth", "house", "date", "bite", "title", "record", "event", "client", "agent", "patient", "bits"}
)
SHORT_THINGS = {"req": "request", "msg": "message", "tx": "transaction", "txn": "transaction", "op": "operation"}
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
    """The unit that one word means; UnitError when it may mean two, or is spelt nearly like one."""
    if meant := UNCLEAR.get(word):
        raise UnitError(f"{word!r} is unclear: write {meant}")
    if meant := NO_UNITS.get(word.lower()):
        raise UnitError(f"{word!r} is no unit: did you mean {meant}?")
    lower = word.lower()
    candidates = (word, singular(word), lower, singular(lower)) if len(word) > 1 else (word,)
    for each in candidates:
        known = TABLE.get(each)
        if known and (each == word or len(known.text) > 2 or word == f"{known.text}s"):
            return Unit(word, known.factor, known.dimension)
    thing = SHORT_THINGS.get(singular(lower), singular(lower))
    if near := nearly(thing):
        raise UnitError(f"{word!r} is no unit: did you mean {near}?")
    return Unit(word, 1.0, counted(thing))


def nearly(word: str) -> str:
    """The unit of which a word is most likely a misspelling: `mounth`, `secnods`; empty for a word that may well be
    counted."""
    if len(word) < 4 or word in COUNTED:
        return ""
    close = get_close_matches(word, LONG_NAMES, n=1, cutoff=0.8)
    return close[0] if close and close[0][0] == word[0] else ""


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
