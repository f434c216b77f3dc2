"""Recognises a topic whose heading was renamed or moved, so that links, cards and progress stay with it.

Each text is reduced to a set of shingles (pairs of neighbouring words). An index from shingle to vanished topic gives
the few candidates of a new topic, so the time grows with the length of the texts and not with the number of pairs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from studyguide.notes.documents import NoteTopic

ALIKE = 0.5
"""Of the shingles of two bodies (Dice): about a third of the words may have changed."""
ALIKE_TITLES = 0.5
MOST_SHINGLES = 400
MOST_BEARERS = 30
"""A shingle that more vanished topics share tells none of them from another, and is passed over."""
# A word, or a single sign of a script that writes none: Chinese, Japanese, Thai.
WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


@dataclass(frozen=True, kw_only=True)
class Known:
    """A topic of an earlier import."""

    slug: str
    title: str
    body: str


def with_known_slugs(topics: Sequence[NoteTopic], known: Sequence[Known]) -> list[NoteTopic]:
    """The topics, those that seem to be a vanished one under its old slug; declared slugs are never touched.

    A topic is known again by an equal body, else by a similar one, the most similar first; a topic without a text is
    known by its title.
    """
    present = {topic.slug for topic in topics}
    old_slugs = {old.slug for old in known}
    vanished = [old for old in known if old.slug not in present]
    fresh = [topic for topic in topics if not topic.is_declared and topic.slug not in old_slugs]
    new_names = _matched(fresh, vanished) if vanished and fresh else {}
    return [
        replace(topic, slug=new_names.get(topic.slug, topic.slug), parent=new_names.get(topic.parent, topic.parent))
        for topic in topics
    ]


def _matched(fresh: Sequence[NoteTopic], vanished: Sequence[Known]) -> Mapping[str, str]:
    """New slug to old slug, each used once."""
    names = _equal(fresh, vanished)
    taken = set(names.values())
    index = _Index([old for old in vanished if old.slug not in taken])
    scored = [
        (likeness, topic.slug, slug)
        for topic in fresh
        if topic.slug not in names
        for slug, likeness in index.alike(topic.title, topic.body)
    ]
    for _, new, old_slug in sorted(scored, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if new not in names and old_slug not in taken:
            names[new] = old_slug
            taken.add(old_slug)
    return names


def _equal(fresh: Sequence[NoteTopic], vanished: Sequence[Known]) -> dict[str, str]:
    """Topics whose body is to the letter that of a vanished one, paired in their order."""
    by_body: dict[str, list[str]] = defaultdict(list)
    for old in vanished:
        if old.body.strip():
            by_body[old.body].append(old.slug)
    waiting = {body: iter(sorted(slugs)) for body, slugs in by_body.items()}
    names = {}
    for topic in sorted(fresh, key=lambda topic: topic.slug):
        if (slugs := waiting.get(topic.body)) and (old_slug := next(slugs, None)):
            names[topic.slug] = old_slug
    return names


class _Index:
    """Vanished topics by their shingles."""

    def __init__(self, vanished: Sequence[Known]) -> None:
        self._sizes: dict[str, int] = {}
        self._bearers: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for old in vanished:
            shingles = _shingles(old.title, old.body)
            self._sizes[old.slug] = len(shingles)
            for shingle in shingles:
                self._bearers[shingle].append(old.slug)

    def alike(self, title: str, body: str) -> Iterator[tuple[str, float]]:
        """Slugs of vanished topics that are alike enough, with how much (0 to 1)."""
        shingles = _shingles(title, body)
        shared: Counter[str] = Counter()
        for shingle in shingles:
            bearers = self._bearers.get(shingle, ())
            if len(bearers) <= MOST_BEARERS:
                shared.update(bearers)
        least = ALIKE if body.strip() else ALIKE_TITLES
        for slug, count in shared.items():
            likeness = 2 * count / (len(shingles) + self._sizes[slug])
            if likeness > least:
                yield slug, likeness


def _shingles(title: str, body: str) -> set[tuple[str, ...]]:
    """Pairs of neighbouring words of the body, or of a title without a body its runs of three letters."""
    if not body.strip():
        letters = f"  {title.casefold()} "
        return {("title", letters[at : at + 3]) for at in range(len(letters) - 2)}
    words = [found.group().casefold() for found, _ in zip(WORD.finditer(body), range(MOST_SHINGLES), strict=False)]
    return set(pairwise(["", *words, ""]))
