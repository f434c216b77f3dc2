"""Knows a topic again whose heading was renamed or moved, so that links, cards and progress stay with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from studyguide.notes.documents import NoteTopic

ALIKE = 0.6
MOST_COMPARED = 2_000  # characters of a body; difflib's time grows with the square


@dataclass(frozen=True, kw_only=True)
class Known:
    """A topic of an earlier import."""

    slug: str
    title: str
    body: str


def with_known_slugs(topics: Sequence[NoteTopic], known: Sequence[Known]) -> list[NoteTopic]:
    """The topics, those that seem to be a vanished one under its old slug; declared slugs are never touched.

    A topic is known again by an equal body, else by being more than 60 % alike, the most alike first.
    """
    present = {topic.slug for topic in topics}
    old_slugs = {old.slug for old in known}
    vanished = [old for old in known if old.slug not in present]
    fresh = [topic for topic in topics if not topic.is_declared and topic.slug not in old_slugs]
    new_names = _matched(fresh, vanished) if vanished else {}
    return [
        replace(topic, slug=new_names.get(topic.slug, topic.slug), parent=new_names.get(topic.parent, topic.parent))
        for topic in topics
    ]


def _matched(fresh: Sequence[NoteTopic], vanished: Sequence[Known]) -> Mapping[str, str]:
    """New slug to old slug, each used once."""
    scored = [
        (likeness, topic.slug, old.slug)
        for topic in fresh
        for old in vanished
        if (likeness := _likeness(topic, old)) > ALIKE
    ]
    names: dict[str, str] = {}
    for _, new, old_slug in sorted(scored, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if new not in names and old_slug not in names.values():
            names[new] = old_slug
    return names


def _likeness(topic: NoteTopic, old: Known) -> float:
    """2 for an equal body, else the larger likeness of the bodies or (for pages without a text) of the titles."""
    if topic.body.strip() and topic.body == old.body:
        return 2.0
    if not topic.body.strip() or not old.body.strip():
        return SequenceMatcher(None, topic.title.casefold(), old.title.casefold()).ratio()
    matcher = SequenceMatcher(None, topic.body[:MOST_COMPARED], old.body[:MOST_COMPARED], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > ALIKE else 0.0
