"""Expands the words of a query: synonyms, words run together or apart, misspelt words, unfinished words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studyguide.search.words import stem, stems_of

Stems = tuple[str, ...]
Alike = Callable[[str], Iterable[tuple[str, float]]]
SYNONYM, JOINED, TYPO, UNFINISHED = 0.9, 0.9, 0.7, 0.8
SHORTEST_PART = 3
MOST_ALIKE = 3
LONGEST_SYNONYM = 4


@dataclass(frozen=True)
class Concept:
    """One concept of a query: the stems that may stand for it, each with a probability (0 to 1)."""

    alternatives: tuple[tuple[Stems, float], ...]


def synonym_words() -> frozenset[str]:
    """Single words that have synonyms; a misspelt one is recognised, though no name has it."""
    return frozenset(each[0] for each in synonyms() if len(each) == 1)


@cache
def synonyms() -> dict[Stems, frozenset[Stems]]:
    found: dict[Stems, frozenset[Stems]] = {}
    for line in Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            group = frozenset(stems_of(words) for words in line.split("="))
            for each in group:
                found[each] = found.get(each, frozenset()) | group
    return found


def concepts(words: list[str], *, known: Collection[str], alike: Alike) -> list[Concept]:
    """`known` are the stems of all names; `alike` gives stems of names that resemble a word."""
    found = []
    position = 0
    stems = [stem(word) for word in words]
    while position < len(words):
        length = _synonym_at(stems, position)
        if length <= 1 and (apart := _apart(words, position, known)):
            found.append(apart)
            position += 2
            continue
        part = tuple(stems[position : position + max(1, length)])
        alternatives: dict[Stems, float] = {part: 1.0}
        for other in synonyms().get(part, ()):
            alternatives.setdefault(other, SYNONYM)
        if length <= 1:
            is_last = position == len(words) - 1
            for other, weight in _of_a_word(words[position], known, alike, is_last=is_last):
                alternatives.setdefault(other, weight)
            if not is_last and (joined := stem(words[position] + words[position + 1])) in known:
                alternatives.setdefault((joined,), JOINED)
        found.append(Concept(tuple(alternatives.items())))
        position += max(1, length)
    return found


def _apart(words: list[str], position: int, known: Collection[str]) -> Concept | None:
    """One word that was written as two (graph ql), of which the second means nothing alone."""
    pair = words[position : position + 2]
    joined = (stem("".join(pair)),)
    if len(pair) < 2 or stem(pair[1]) in known or not (joined[0] in known or joined in synonyms()):
        return None
    alternatives = {joined: 1.0, tuple(map(stem, pair)): JOINED}
    for other in synonyms().get(joined, ()):
        alternatives.setdefault(other, SYNONYM)
    return Concept(tuple(alternatives.items()))


def _synonym_at(stems: list[str], position: int) -> int:
    """How many words from here are a phrase that has synonyms; the most of them."""
    lengths = range(min(LONGEST_SYNONYM, len(stems) - position), 0, -1)
    return next((length for length in lengths if tuple(stems[position : position + length]) in synonyms()), 0)


def _of_a_word(word: str, known: Collection[str], alike: Alike, *, is_last: bool) -> Iterator[tuple[Stems, float]]:
    root = stem(word)
    if root in known:
        return
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        parts = (stem(word[:cut]), stem(word[cut:]))
        if all(part in known for part in parts):
            yield parts, JOINED
    if is_last and len(word) >= 2:
        for each in sorted(known):
            if each.startswith(word):
                yield (each,), UNFINISHED
    if len(word) > SHORTEST_PART:
        for other, likeness in sorted(alike(word), key=lambda pair: (-pair[1], pair[0]))[:MOST_ALIKE]:
            meant = (stem(other),)
            yield meant, TYPO * likeness
            for same in synonyms().get(meant, ()):
                yield same, TYPO * likeness * SYNONYM
