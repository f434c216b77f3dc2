"""Ask the interviewer: finds which of the scenario's questions somebody means, by the words that they share.

The same question always gets the same answer. Rare words tell more than common ones (inverse document frequency, Sparck
Jones 1972); an entry must share enough of what the question is about, or the honest answer is that there is none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from designs.scenarios.schema import Scenario

WORD = re.compile(r"[a-z0-9]+")
ENOUGH = 0.34
LONGEST_QUESTION = 500
STEM_LETTERS = 5
# Stems that mean the same here, and those that say how something is counted rather than what.
SAME = {"peopl": "user", "visit": "user", "custo": "user", "daily": "day", "hourl": "hour", "weekl": "week"}
COUNTING = frozenset({"day", "month", "secon", "week", "year", "hour", "minut", "rate", "total", "numbe", "avera"})
COUNTING_SHARE = 0.3
# Words in which questions are put, whatever they are about.
EMPTY = frozenset(Path(__file__).with_name("empty_words.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True)
class Found:
    """The scenario's question that was meant, and how sure that is, from 0 to 1."""

    question: str
    score: float


def words_of(text: str) -> list[str]:
    """What a text is about: its words without the empty ones, cut to their stems."""
    return [_stem(word) for word in WORD.findall(text.casefold()[:LONGEST_QUESTION]) if word not in EMPTY]


def find_question(scenario: Scenario, asked: str) -> Found | None:
    """The best match, or None when nothing in the scenario is near enough."""
    entries = {key: _entry(each.question, each.synonyms) for key, each in scenario.questions.items()}
    weights = _weights(entries.values())
    wanted = set(words_of(asked))
    if not wanted:
        return None
    total = sum(weights.get(word, weights[""]) for word in wanted)
    best: Found | None = None
    for key, phrases in entries.items():
        score = _likeness(wanted, phrases, weights, total)
        if score >= ENOUGH and (best is None or score > best.score + 1e-9):
            best = Found(key, score)
    return best


def _entry(question: str, synonyms: Iterable[str]) -> list[frozenset[str]]:
    return [frozenset(words) for words in map(words_of, (question, *synonyms)) if words]


def _likeness(wanted: set[str], phrases: list[frozenset[str]], weights: dict[str, float], total: float) -> float:
    """How much of the question the entry knows at all, and how much of one of its phrases the question has; their
    harmonic mean."""
    of_question = sum(weights[word] for word in wanted & frozenset().union(*phrases)) / total
    of_phrase = max((_share(wanted, phrase, weights) for phrase in phrases), default=0.0)
    return 2 * of_question * of_phrase / (of_question + of_phrase) if of_question and of_phrase else 0.0


def _share(wanted: set[str], phrase: frozenset[str], weights: dict[str, float]) -> float:
    return sum(weights[word] for word in wanted & phrase) / sum(weights[word] for word in phrase)


def _weights(entries: Iterable[list[frozenset[str]]]) -> dict[str, float]:
    """By word, higher for words of few entries; `""` is the weight of a word that no entry has."""
    listed = [frozenset().union(*phrases) if phrases else frozenset[str]() for phrases in entries]
    counts = Counter(word for words in listed for word in words)
    weights = {
        word: math.log(1 + len(listed) / count) * (COUNTING_SHARE if word in COUNTING else 1)
        for word, count in counts.items()
    }
    return {**weights, "": 0.5 * math.log(1 + max(1, len(listed)))}


def _stem(word: str) -> str:
    """Without a plural, and no longer than the letters that expire, expiry and expiration share."""
    for ending, instead in (("ies", "y"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    stem = word[:STEM_LETTERS]
    return SAME.get(stem, stem)
