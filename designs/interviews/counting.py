"""The noun that a number is asked of: the rides of `how many rides a day`. PURE."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from designs.interviews.stems import EMPTY, stems_of
from web.meaning.words import words_in

MOST_WORDS_OF_NOUN = 3
# Up to three words, one of which is the noun: `How many open tickets`, `number of refunds`.
HEAD = re.compile(r"\b(?:how many|number of|count of|amount of)((?: [a-z0-9]+){1,3})")
COUNTED = frozenset({"how many", "number of", "count of"})
ENDS_HEAD = frozenset(
    {"a", "an", "the", "are", "is", "do", "does", "can", "will", "would", "could", "should", "per", "in", "on", "of"}
    | {"at", "we", "they", "you", "i", "there", "may", "must", "have", "has", "each", "every", "it"}
)
ASKS = frozenset(
    {"how", "what", "which", "who", "whom", "whose", "where", "when", "why", "do", "does", "did", "is", "are", "can"}
    | {"may", "must", "should", "will"}
)

PLURALS = frozenset({"people", "men", "women", "children", "data", "media"})

Run = tuple[str, ...]  # its last word is the noun


def runs_in(text: str) -> list[Run]:
    """The stems of each noun after `how many`: `how many open tickets are there` gives those of `open tickets`."""
    found = (_until_the_verb(match[1].split()) for match in HEAD.finditer(text.casefold()))
    return [run for run in found if run]


def runs_of(phrases: Iterable[str], *, and_names: bool = True) -> list[Run]:
    """What the phrases of an entry count: after `how many`, and by bare names such as `trips` and `rides per day`."""
    found: list[Run] = []
    for phrase in phrases:
        found += runs_in(phrase)
        for part in phrase.split(",") if and_names else ():
            words = words_in(part)
            if not ASKS & set(words):
                run = _until_the_verb(words)
                found += [run] if 0 < len(run) <= MOST_WORDS_OF_NOUN else []
    return list(dict.fromkeys(found))


def for_each_counted(part: str) -> list[str]:
    """`how many riders and drivers do we have` as the same question for each noun."""
    words = part.split()
    pairs = (" ".join(pair).casefold() for pair in itertools.pairwise(words))
    begin = next((place + 2 for place, pair in enumerate(pairs) if pair in COUNTED), len(words))
    nouns: list[list[str]] = [[]]
    end = begin
    for word in words[begin:]:
        name = word.strip(",").casefold()
        if name in ENDS_HEAD or len(nouns[-1]) == MOST_WORDS_OF_NOUN:
            break
        end += 1
        if name in ("and", "or"):
            nouns.append([])
        else:
            nouns[-1].append(word.strip(","))
            if word.endswith(","):
                nouns.append([])
    things = [noun for noun in nouns if noun]
    if len(things) < 2:
        return [part]
    return [" ".join([*words[:begin], *noun, *words[end:]]) for noun in things]


def _until_the_verb(words: Iterable[str]) -> Run:
    """The stems up to the first plural, or before the first word that ends a noun: a pronoun, a verb such as `get`, a
    preposition. What follows a plural is a verb: `people send messages`."""
    found: list[str] = []
    for word in words:
        if word in ENDS_HEAD or (found and word in EMPTY):
            break
        found += stems_of([word])
        if found and is_plural(word):
            break
    return tuple(found)


def is_plural(word: str) -> bool:
    return word in PLURALS or (len(word) > len("gas") and word.endswith("s") and not word.endswith(("ss", "us", "is")))
