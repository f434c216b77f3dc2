"""Finds the sentence of a topic that a card is about, so that a reader who forgot can read it where it stands."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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


class PassageIndex:
    """The sentences of a page, asked for those that cards are about; set up once for all cards of the page."""

    def __init__(self, among: Sequence[Passage]) -> None:
        self._passages = among
        often = Counter(word for passage in among for word in passage.words)
        self._weights = {word: 1 / count for word, count in often.items()}
        self._totals = [sum(self._weights[word] for word in passage.words) for passage in among]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(among):
            for word in passage.words:
                self._having[word].append(number)

    def best(self, card: str) -> Passage:
        """The sentence that shares most of its rarer words with the card; NOWHERE when none shares enough."""
        wanted = [word for word in words_of(card) if word in self._weights]
        total = sum(self._weights[word] for word in wanted)
        shared: dict[int, float] = defaultdict(float)
        for word in wanted:
            for number in self._having[word]:
                shared[number] += self._weights[word]
        likeness = {number: 2 * found / (total + self._totals[number]) for number, found in shared.items()}
        best = min(likeness, key=lambda number: (-likeness[number], number), default=None)
        return NOWHERE if best is None or likeness[best] < ALIKE else self._passages[best]
