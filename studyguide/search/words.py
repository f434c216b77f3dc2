"""Turns typed text into words, and words into a query that no input can break."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

MAX_QUERY_LENGTH = 200
MAX_WORDS = 12
WORD = re.compile(r"\w+")
NINES = re.compile(r"\b99\.(9{1,5})\d*\s*%?")
SHARE = re.compile(r"\b\d{1,2}(?:\.\d+)?\s*(?:%|percent\b)(?=\s+of\b)")  # the slowest 1% of requests
APOSTROPHE = re.compile(r"['’](?=s\b)")
# Words of the question and not of its subject; a query of only such words uses them.
SMALL_WORDS = """
a an and are as at be between by can compare compared comparison design did difference differences do does explain for
from happen happens how i in into is it its keep many me mean means much my need needed of on or over people per plan
should system take takes than that the there to use used users using versus vs was what when where which who why will
with without work works would you your
"""
SMALL = frozenset(SMALL_WORDS.split())
NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBERS = {word: str(number) for number, word in enumerate(NUMBER_WORDS)}
_STEMMER = snowballstemmer.stemmer("english")


def words_of(typed: str) -> list[str]:
    """The words of a query, lower case, without any operator; the rest of a long query is ignored."""
    text = typed[:MAX_QUERY_LENGTH].replace("\x00", " ").lower()
    text = NINES.sub(lambda found: f" {len(found[1]) + 2} nines availability ", APOSTROPHE.sub("", text))
    text = SHARE.sub(" percentile ", text)
    return [word.strip("_") for word in WORD.findall(text) if word.strip("_")][:MAX_WORDS]


def telling(words: list[str]) -> list[str]:
    """Without the small words, unless there are no others."""
    return [word for word in words if word not in SMALL] or words


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What different forms of a word have in common; numbers as digits."""
    low = word.lower()
    return NUMBERS.get(low) or str(_STEMMER.stemWord(low))


def stems_of(text: str) -> tuple[str, ...]:
    return tuple(stem(word.strip("_")) for word in WORD.findall(text.lower()) if word.strip("_"))


def fts5_match(words: list[str], *, joined: str = " ") -> str:
    """All words must occur (or any, with `joined` as OR); the last one may be unfinished. Quoted, so FTS5 sees strings
    and never operators."""
    *whole, last = (f'"{word}"' for word in words)
    return joined.join([*whole, f"{last}*"])


def tsquery(words: list[str], *, joined: str = " & ") -> str:
    """The same for PostgreSQL's to_tsquery."""
    *whole, last = (f"'{word}'" for word in words)
    return joined.join([*whole, f"{last}:*"])
