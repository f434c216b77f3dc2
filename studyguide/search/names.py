"""All names that search knows (titles and aliases) in memory, scored alike on both databases."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyguide.search.meanings import Concept, Stems, synonym_words
from studyguide.search.typos import WordIndex
from studyguide.search.words import stems_of

TITLE, ALIAS, TERM, HEADING, SUMMARY = 10.0, 8.5, 7.0, 4.5, 2.5
WHOLE, TAUGHT, CONTAINED = 60.0, 40.0, 9.0
KINDS = {"topic": 1.0, "calculator": 0.8, "lab": 0.8, "path": 0.7, "scenario": 0.6}
OTHER = 0.6
Rank = tuple[float, int]
"""A score, negated so that the best sorts first, and the entry's place among those that score alike."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """An entry as its names have it; `terms` are words that it teaches, `owner` is who alone finds it."""

    key: int
    kind: str
    title: Stems
    aliases: tuple[Stems, ...]
    summary: frozenset[str]
    terms: tuple[Stems, ...] = ()
    headings: tuple[Stems, ...] = ()
    owner: int | None = None


@dataclass(frozen=True)
class Likely:
    """Candidates that may score best, and a rank that no other entry comes before."""

    keys: list[int]
    beyond: Rank


class NameIndex:
    def __init__(
        self,
        rows: Iterable[tuple[int, str, str, str, str, str, int | None]],
        parts: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    ) -> None:
        """`rows` are (id, kind, key, title, aliases apart by commas, summary, owner); `parts` are the terms and the
        headings of topics by their key."""
        self.entries: dict[int, Named] = {}
        self._bearers: dict[str, set[int]] = defaultdict(set)
        self._titled: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[frozenset[str], set[int]] = defaultdict(set)
        words: set[str] = set()
        for key, kind, slug, title, aliases, summary, owner in rows:
            terms, headings = parts.get(slug, ((), ())) if kind == "topic" else ((), ())
            named = Named(
                key=key,
                kind=kind,
                title=stems_of(title),
                aliases=tuple(stems_of(alias) for alias in aliases.split(",") if alias.strip()),
                summary=frozenset(stems_of(summary)),
                terms=tuple(map(stems_of, terms)),
                headings=tuple(map(stems_of, headings)),
                owner=owner,
            )
            self.entries[key] = named
            for part in {*named.title, *(part for name in (*named.aliases, *named.terms) for part in name)}:
                self._bearers[part].add(key)
            for part in named.title:
                self._titled[part].add(key)
            for name in (named.title, *named.aliases, *named.terms):
                self._by_name[frozenset(name)].add(key)
            words |= {word for word in f"{title} {aliases}".casefold().replace(",", " ").split() if len(word) > 3}
        ordered = sorted(self.entries.values(), key=lambda named: (*tie(named), named.key))
        self._places = {named.key: place for place, named in enumerate(ordered)}
        self.words = WordIndex(words | {part for part in (*self._bearers, *synonym_words()) if len(part) > 3})

    @property
    def known(self) -> Collection[str]:
        return self._bearers

    def weight(self, concept: Concept) -> float:
        """The weight of a concept: names that few entries have weigh much."""
        return rarity(self.bearers(concept), len(self.entries))

    def bearers(self, concept: Concept) -> int:
        """How many entries have it in a name."""
        return max((len(self._having(stems)) for stems, _ in concept.alternatives), default=0)

    def candidates(
        self, concepts: Iterable[Concept], *, user_id: int | None, granted: frozenset[int] = frozenset()
    ) -> set[int]:
        """Entries of whose names a concept is a part, among those that the user may read."""
        found = {key for concept in concepts for stems, _ in concept.alternatives for key in self._having(stems)}
        return {key for key in found if self.entries[key].owner in (None, user_id) or key in granted}

    def likely(self, keys: Collection[int], concepts: Sequence[Concept], asked: Stems, *, most: int) -> Likely:
        """The `most` of these candidates that may score best by their names, without looking at each name: a limit
        that no score exceeds follows from which entries have a stem in their title, and which in another name."""
        weights = [self.weight(concept) for concept in concepts]
        least = sum(weight * HEADING for weight in weights)
        limits = dict.fromkeys(keys, least)
        for concept, weight in zip(concepts, weights, strict=True):
            for key, score in self._most_by_name(concept).items():
                if key in limits:
                    limits[key] += weight * (score - HEADING)
        for key, bonus in self._most_by_phrase(asked).items():
            if key in limits:
                limits[key] += bonus
        ranks = (
            (-KINDS.get(self.entries[key].kind, OTHER) * limit, self._places[key]) for key, limit in limits.items()
        )
        best = heapq.nsmallest(most + 1, zip(ranks, limits, strict=True))
        # An entry outside has no concept in a name, but its name may be a part of one, as "load" of "load balancer".
        parts = 0.0 if all(len(concept.alternatives[0][0]) == 1 for concept in concepts) else CONTAINED * len(asked)
        first_beyond = min((rank for rank, _ in best[most:]), default=(0.0, 0))
        return Likely([key for _, key in best[:most]], min(first_beyond, (-least - parts, -1)))

    def rank(self, key: int, score: float) -> Rank:
        """Where an entry with this score stands; the lower, the better."""
        return (-score, self._places[key])

    def _most_by_name(self, concept: Concept) -> dict[int, float]:
        """The most that name_score can be, for entries of whose names the concept is a part."""
        found = []
        for stems, sure in concept.alternatives:
            found += [(sure * ALIAS, self._having(stems)), (sure * TITLE, self._having(stems, self._titled))]
        most: dict[int, float] = {}
        for score, keys in sorted(found, key=lambda pair: pair[0]):
            most.update(dict.fromkeys(keys, max(score, HEADING)))
        return most

    def _most_by_phrase(self, asked: Stems) -> dict[int, float]:
        """The most that phrase_score can be, for entries of which a name has the stems of a part of the query."""
        spans = {frozenset(asked[start:stop]) for stop in range(len(asked) + 1) for start in range(stop)}
        most: dict[int, float] = {}
        for span in sorted(spans, key=len):
            contained = CONTAINED * len(asked)
            bonus = max(WHOLE, contained) if span == frozenset(asked) else contained
            most.update(dict.fromkeys(self._by_name.get(span, ()), bonus))
        return most

    def _having(self, stems: Stems, among: Mapping[str, set[int]] | None = None) -> set[int]:
        bearers = [(among or self._bearers).get(part, set()) for part in stems]
        return set.intersection(*bearers) if bearers else set()


def rarity(count: int, total: int) -> float:
    """The weight of what `count` of `total` have."""
    return math.log(2 + total / (1 + count))


def tie(named: Named) -> tuple[int, str]:
    """The order of entries with equal scores: short titles first."""
    return len(named.title), " ".join(named.title)


def name_score(named: Named, concept: Concept) -> float:
    """How well an entry's names and summary fit one concept, from 0 to TITLE."""
    best = 0.0
    title = frozenset(named.title)
    for stems, sure in concept.alternatives:
        wanted = frozenset(stems)
        if wanted <= title:
            best = max(best, sure * TITLE)
        elif any(wanted <= frozenset(alias) for alias in named.aliases):
            best = max(best, sure * ALIAS)
        elif any(wanted <= frozenset(term) for term in named.terms):
            best = max(best, sure * TERM)
        elif any(wanted <= frozenset(heading) for heading in named.headings):
            best = max(best, sure * HEADING)
        elif wanted <= named.summary:
            best = max(best, sure * SUMMARY)
    return best


def phrase_score(named: Named, asked: Stems) -> float:
    """A bonus for an entry whose name equals the query, or whose whole name is part of it."""
    best = 0.0
    for name in (named.title, *named.aliases):
        if not name:
            continue
        if name == asked or frozenset(name) == frozenset(asked):
            return WHOLE
        if _contains(asked, name):
            best = max(best, CONTAINED * len(name))
    if any(term == asked for term in named.terms):
        best = max(best, TAUGHT)
    return best


def _contains(whole: Stems, part: Stems) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
