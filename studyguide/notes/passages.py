"""Finds the sentence of a topic that a card is about, so that a reader who forgot can read it where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from studyguide.notes.render import BLOCK_END, DRAWING, plain_words

HEADING = re.compile(r'<h[1-6] id="([^"]++)"[^<>]*+>(?:(?!</?h[1-6]\b).)*+</h[1-6]>', re.DOTALL)
HIDDEN = re.compile(r"<pre.*?(?:</pre>|\Z)", re.DOTALL)
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
    return frozenset(map(_root, set(WORD.findall(text.casefold())) - COMMON))


@lru_cache(maxsize=50_000)  # a page says the same words again and again; without it an import takes 5 % longer
def _root(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def passages(html: str) -> list[Passage]:
    """All sentences of a page in their order."""
    text = HIDDEN.sub("", DRAWING.sub("", html))
    anchor, start, found = "", 0, []
    for heading in [*HEADING.finditer(text), None]:
        section = text[start : heading.start() if heading else len(text)]
        for block in BLOCK_END.split(section):
            sentences = SENTENCE_END.split(plain_words(block))
            found += [Passage(anchor, each) for each in sentences if len(each.split()) >= FEWEST_WORDS]
        if heading:
            anchor, start = heading[1], heading.end()
    return found


class PassageIndex:
    """The sentences of a page, asked for those that cards are about; set up once for all cards of the page."""

    def __init__(self, among: Sequence[Passage]) -> None:
        self._passages = among
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(among):
            for word in passage.words:
                self._having[word].append(number)
        self._weights = {word: 1 / len(numbers) for word, numbers in self._having.items()}
        self._totals = [sum(map(self._weights.__getitem__, passage.words)) for passage in among]

    def best(self, card: str) -> Passage:
        """The sentence that shares most rare words with the card; NOWHERE when none shares enough."""
        wanted = [word for word in words_of(card) if word in self._weights]
        total = sum(self._weights[word] for word in wanted)
        shared: dict[int, float] = defaultdict(float)
        for word in wanted:
            for number in self._having[word]:
                shared[number] += self._weights[word]
        likeness = {number: 2 * found / (total + self._totals[number]) for number, found in shared.items()}
        best = min(likeness, key=lambda number: (-likeness[number], number), default=None)
        return NOWHERE if best is None or likeness[best] < ALIKE else self._passages[best]
