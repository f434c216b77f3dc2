"""Finds the sentence of a topic that a card is about, so that a reader who forgot can read it where it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from studyguide.notes.render import BLOCK_END, DRAWING, plain_text

HEADING = re.compile(r'<h[1-6] id="([^"]+)"[^>]*>.*?</h[1-6]>', re.DOTALL)
HIDDEN = re.compile(r"<pre.*?</pre>", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
WORD = re.compile(r"[^\W_]{2,}")
COMMON_WORDS = (
    "the and for are that with from this not but its has have you your can all one than then when what which how why "
    "does was will each only into they them their there it is in on at to of or an as be by if no so do"
)
COMMON = frozenset(COMMON_WORDS.split())
ALIKE = 0.3
FEWEST_WORDS = 4  # a cell of one word says nothing about where a reader is led


@dataclass(frozen=True)
class Passage:
    """A sentence below the heading `anchor` (empty before the first)."""

    anchor: str
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        return words_of(self.text)


NOWHERE = Passage("", "")


def words_of(text: str) -> frozenset[str]:
    return frozenset(_root(word) for word in WORD.findall(text.casefold()) if word not in COMMON)


def _root(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def passages(html: str) -> list[Passage]:
    """All sentences of a page in their order."""
    text = HIDDEN.sub("", DRAWING.sub("", html))
    anchor, start, found = "", 0, []
    for heading in [*HEADING.finditer(text), None]:
        section = text[start : heading.start() if heading else len(text)]
        for block in BLOCK_END.split(section):
            sentences = SENTENCE_END.split(plain_text(block))
            found += [Passage(anchor, each) for each in sentences if len(each.split()) >= FEWEST_WORDS]
        if heading:
            anchor, start = heading[1], heading.end()
    return found


def best_passage(card: str, among: Sequence[Passage]) -> Passage:
    """The sentence that shares most of its rarer words with the card; NOWHERE when none shares enough."""
    wanted = words_of(card)
    if not wanted or not among:
        return NOWHERE
    often = Counter(word for passage in among for word in passage.words)

    def weight(words: frozenset[str]) -> float:
        return sum(1 / often[word] for word in words if word in often)

    def likeness(passage: Passage) -> float:
        return 2 * weight(wanted & passage.words) / (weight(wanted) + weight(passage.words) or 1)

    best = max(among, key=likeness)
    return best if likeness(best) >= ALIKE else NOWHERE
