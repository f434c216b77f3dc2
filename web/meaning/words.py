"""Text to words, words to stems (Snowball, Porter 2), and typing errors to the words that were meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# Shorter words are too similar for one to count as a misspelling of another.
LEAST_LETTERS = 4
LETTERS_FOR_TWO_SLIPS = 8

_STEMMER = snowballstemmer.stemmer("english")


def words_in(text: str) -> list[str]:
    """Lower-case words and numbers, without apostrophes: `A user's e-mail` gives `a`, `user`, `email`."""
    found = WORD.findall(text.casefold().replace("\u2019", "'").replace("e-mail", "email"))
    return [word.removesuffix("'s").replace("'", "") for word in found]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    found: str = _STEMMER.stemWord(word)
    return found


class Speller:
    """Mends words that a vocabulary does not know and that are one or two slips away from one that it knows.

    A slip is a letter too many, too few, another one, or two that changed places. The first letter is taken to be
    right. The nearest word wins, of equally near ones the first of the alphabet.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self.vocabulary = frozenset(vocabulary)
        self._stems = frozenset(map(stem, self.vocabulary))
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(self.vocabulary):
            if len(word) >= LEAST_LETTERS and word.isalpha():
                self._by_start.setdefault(word[0], []).append(word)

    def mend(self, word: str) -> str:
        """The word itself where it is known, or where nothing known is near enough."""
        if len(word) < LEAST_LETTERS or not word.isalpha() or stem(word) in self._stems:
            return word
        allowed = 2 if len(word) >= LETTERS_FOR_TWO_SLIPS else 1
        best, least = word, allowed + 1
        for known in self._by_start.get(word[0], ()):
            if abs(len(known) - len(word)) > allowed:
                continue
            apart = slips(word, known, most=allowed)
            if apart < least:
                best, least = known, apart
        return best


def slips(left: str, right: str, *, most: int) -> int:
    """How many slips lie between two words (Damerau and Levenshtein, each letter moved once); more than `most`: `most`
    plus one."""
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        line = [row]
        for column, other in enumerate(right, 1):
            cost = min(line[-1] + 1, last[column] + 1, last[column - 1] + (letter != other))
            if before_last and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before_last, last = last, line
    return min(last[-1], most + 1)


def stems_of(words: Iterable[str], *, empty: frozenset[str] = frozenset()) -> Iterator[str]:
    """The stems of the words that are not empty, in their order."""
    return (stem(word) for word in words if word not in empty)
