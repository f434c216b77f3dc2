"""Finds words similar to a typed one, the same on both databases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

ALIKE = 0.55
"""Dice of the trigrams: a word of eight letters with one wrong still counts, another word does not."""
ONE_OFF = 0.85
MOST_LETTERS_APART = 3


def trigrams(word: str) -> frozenset[str]:
    """Three-letter runs, padded so that beginnings count: pg_trgm's definition."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


class WordIndex:
    """Words by their trigrams: `alike` compares only words that share one with the typed."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_trigram: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            for run in trigrams(word):
                self._by_trigram[run].append(word)

    def alike(self, word: str) -> Iterator[tuple[str, float]]:
        """Words that resemble it, with how much (0 to 1)."""
        runs = trigrams(word)
        shared = Counter(other for run in runs for other in self._by_trigram.get(run, ()))
        for other, count in shared.items():
            if abs(len(other) - len(word)) > MOST_LETTERS_APART:
                continue
            likeness = max(2 * count / (len(runs) + len(trigrams(other))), ONE_OFF if is_one_off(word, other) else 0)
            if likeness >= ALIKE:
                yield other, likeness


def is_one_off(word: str, other: str) -> bool:
    """Whether the words differ in one letter, or by one too many, or by two that changed places."""
    if len(word) == len(other):
        differing = [at for at, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
        if len(differing) != 2:
            return len(differing) == 1
        first, second = differing
        return second == first + 1 and word[first] == other[second] and word[second] == other[first]
    longer, shorter = sorted((word, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )
