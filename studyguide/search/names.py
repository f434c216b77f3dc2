"""All names that search knows (titles and aliases) in memory, scored alike on both databases."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyguide.search.meanings import Concept, Stems
from studyguide.search.typos import WordIndex
from studyguide.search.words import stems_of

TITLE, ALIAS, TERM, HEADING, SUMMARY = 10.0, 8.5, 7.0, 4.5, 2.5
WHOLE, TAUGHT, CONTAINED = 60.0, 40.0, 9.0
KINDS = {"topic": 1.0, "calculator": 0.8, "lab": 0.8, "path": 0.7, "scenario": 0.6}


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
            words |= {word for word in f"{title} {aliases}".casefold().replace(",", " ").split() if len(word) > 3}
        self.words = WordIndex(words | {part for part in self._bearers if len(part) > 3})

    @property
    def known(self) -> Collection[str]:
        return self._bearers

    def weight(self, concept: Concept) -> float:
        """The weight of a concept: names that few entries have weigh much."""
        bearers = max((len(self._having(stems)) for stems, _ in concept.alternatives), default=0)
        return math.log(2 + len(self.entries) / (1 + bearers))

    def candidates(
        self, concepts: Iterable[Concept], *, user_id: int | None, granted: frozenset[int] = frozenset()
    ) -> set[int]:
        """Entries of whose names a concept is a part, among those that the user may read."""
        found = {key for concept in concepts for stems, _ in concept.alternatives for key in self._having(stems)}
        return {key for key in found if self.entries[key].owner in (None, user_id) or key in granted}

    def _having(self, stems: Stems) -> set[int]:
        bearers = [self._bearers.get(part, set()) for part in stems]
        return set.intersection(*bearers) if bearers else set()


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
