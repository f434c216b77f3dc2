"""How much text is given to a library whose time grows with each word: counted before it begins."""

from __future__ import annotations

import re

from designs.exchange.problems import ImportFailedError

WORDS = re.compile(r"\w++|[^\w\s]")


def refuse_longer(text: str, most: int, what: str) -> None:
    count = sum(1 for _ in WORDS.finditer(text))
    if count > most:
        words = f"the {what} has {count:,} words and signs, and at most {most:,} are read at once"
        raise ImportFailedError(f"{words}; bring a part of it")
