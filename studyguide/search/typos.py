"""Titles that resemble what was typed, by shared trigrams: the same on both databases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

ENOUGH_ALIKE = 0.3


def trigrams(text: str) -> frozenset[str]:
    """Three-letter runs of each word, padded so that beginnings count: pg_trgm's definition."""
    return frozenset(
        padded[start : start + 3]
        for word in text.lower().split()
        for padded in (f"  {word} ",)
        for start in range(len(padded) - 2)
    )


class TitleIndex(Generic[Key]):
    """An inverted index from trigrams to titles; `alike` costs what the shared trigrams cost, not all titles."""

    def __init__(self, titles: Iterable[tuple[Key, str]]) -> None:
        self._sizes: dict[Key, int] = {}
        self._keys: dict[str, list[Key]] = defaultdict(list)
        for key, title in titles:
            runs = trigrams(title)
            self._sizes[key] = len(runs)
            for run in runs:
                self._keys[run].append(key)

    def alike(self, typed: str, *, limit: int) -> list[Key]:
        """Keys of the titles most like `typed` (Jaccard of trigrams, at least 0.3), most alike first."""
        wanted = trigrams(typed)
        shared = Counter(key for run in wanted for key in self._keys.get(run, ()))
        scored = [(count / (len(wanted) + self._sizes[key] - count), key) for key, count in shared.items()]
        good = sorted((pair for pair in scored if pair[0] >= ENOUGH_ALIKE), key=lambda pair: (-pair[0], str(pair[1])))
        return [key for _, key in good[:limit]]
