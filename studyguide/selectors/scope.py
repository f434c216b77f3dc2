"""Which cards somebody wants to see: all, of a topic, of a category and what lies below it, or own ones of no topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from studyguide.models import Topic

OWN_CARDS = "Cards of your own"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`topic_ids` is None for all topics, and empty for own cards without one (`is_own`), such as a deck from Anki.

    `is_cram` asks everything once a day and leaves the schedule alone.
    """

    topic_ids: frozenset[int] | None = None
    title: str = ""
    slug: str = ""
    is_category: bool = False
    is_own: bool = False
    is_cram: bool = False

    @property
    def is_narrow(self) -> bool:
        return self.topic_ids is not None

    @property
    def is_topic(self) -> bool:
        return bool(self.slug) and not self.is_category

    @property
    def query(self) -> str:
        """The scope as the address says it, empty or beginning with a question mark."""
        pairs = self.asked | ({"cram": "1"} if self.is_cram else {})
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def crammed(self) -> str:
        return f"?{urlencode({**self.asked, 'cram': '1'})}"

    @property
    def asked(self) -> dict[str, str]:
        """What the address and the forms of a page say for it, but for cramming."""
        if self.is_own:
            return {"own": "1"}
        return {"category" if self.is_category else "topic": self.slug} if self.slug else {}


def scope_of(asked: Mapping[str, str], *, user_id: int | None) -> Scope:
    """From `?topic=`, `?category=`, `?own=1` and `?cram=1`.

    Topic.DoesNotExist when a slug names nothing that the reader sees.
    """
    visible = Topic.objects.visible_to(user_id).only("slug", "title")
    is_cram = asked.get("cram") == "1"
    if slug := asked.get("topic"):
        topic = visible.get(slug=slug)
        return Scope(topic_ids=frozenset({topic.pk}), title=topic.title, slug=slug, is_cram=is_cram)
    if slug := asked.get("category"):
        top = visible.get(slug=slug)
        return Scope(topic_ids=_below(top.pk), title=top.title, slug=slug, is_category=True, is_cram=is_cram)
    if asked.get("own") == "1":
        return Scope(topic_ids=frozenset(), title=OWN_CARDS, is_own=True, is_cram=is_cram)
    return Scope(is_cram=is_cram)


def _below(top: int) -> frozenset[int]:
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Topic.objects.values_list("pk", "parent_id"):
        children[parent].append(pk)
    found, waiting = set(), [top]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children[pk]
    return frozenset(found)
