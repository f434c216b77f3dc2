"""What a person typed becomes words, and words become a query that no input can break."""

from __future__ import annotations

import re

MAX_QUERY_LENGTH = 200
MAX_WORDS = 12
WORD = re.compile(r"\w+")


def words_of(typed: str) -> list[str]:
    """The words of a query, lower case, without any operator; the rest of a long query is ignored."""
    text = typed[:MAX_QUERY_LENGTH].replace("\x00", " ").lower()
    return [word.strip("_") for word in WORD.findall(text) if word.strip("_")][:MAX_WORDS]


def fts5_match(words: list[str]) -> str:
    """All words must occur; the last one may be unfinished. Quoted, so FTS5 sees strings and never operators."""
    *whole, last = (f'"{word}"' for word in words)
    return " ".join([*whole, f"{last}*"])


def tsquery(words: list[str]) -> str:
    """The same for PostgreSQL's to_tsquery."""
    *whole, last = (f"'{word}'" for word in words)
    return " & ".join([*whole, f"{last}:*"])
