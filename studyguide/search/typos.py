"""Titles whose words resemble what was typed: the same on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

# Of a word: two letters changed places in a word of six still count ("qourum"), another word does not.
ALIKE_WORD = 0.7
# Of all typed words: half of them must be found.
ALIKE_TITLE = 0.5
MOST_LETTERS_APART = 3


def trigrams(word: str) -> frozenset[str]:
    """Three-letter runs, padded so that beginnings count: pg_trgm's definition."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


class TitleIndex(Generic[Key]):
    """Titles by their words, and words by their trigrams: `alike` compares only words that share one with the typed."""

    def __init__(self, titles: Iterable[tuple[Key, str]]) -> None:
        self._keys: dict[str, set[Key]] = defaultdict(set)
        self._lengths: dict[Key, int] = {}
        for key, title in titles:
            words = title.casefold().split()
            self._lengths[key] = len(words)
            for word in words:
                self._keys[word].add(key)
        self._words: dict[str, list[str]] = defaultdict(list)
        for word in self._keys:
            for run in trigrams(word):
                self._words[run].append(word)

    def alike(self, typed: str, *, limit: int) -> list[Key]:
        """Keys of the titles most like `typed`: most alike first, then the shorter title."""
        words = typed.casefold().split()
        total: dict[Key, float] = defaultdict(float)
        for word in words:
            best: dict[Key, float] = {}
            for other, likeness in self._resembling(word):
                for key in self._keys[other]:
                    best[key] = max(best.get(key, 0.0), likeness)
            for key, likeness in best.items():
                total[key] += likeness
        good = [key for key, score in total.items() if score >= ALIKE_TITLE * len(words)]
        return sorted(good, key=lambda key: (-total[key], self._lengths[key], str(key)))[:limit]

    def _resembling(self, word: str) -> Iterator[tuple[str, float]]:
        matcher = SequenceMatcher(None, "", word, autojunk=False)
        for other in {other for run in trigrams(word) for other in self._words.get(run, ())}:
            if abs(len(other) - len(word)) > MOST_LETTERS_APART:
                continue
            matcher.set_seq1(other)
            if matcher.quick_ratio() >= ALIKE_WORD and (likeness := matcher.ratio()) >= ALIKE_WORD:
                yield other, likeness
