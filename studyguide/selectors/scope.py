"""Which cards somebody wants to see: all, those of a topic, or those of a category and what lies below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from studyguide.models import Topic


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`topic_ids` is None for all topics. `is_cram` asks everything once a day and leaves the schedule alone."""

    topic_ids: frozenset[int] | None = None
    title: str = ""
    slug: str = ""
    is_category: bool = False
    is_cram: bool = False

    @property
    def is_narrow(self) -> bool:
        return self.topic_ids is not None

    @property
    def query(self) -> str:
        """The scope as the address says it, empty or beginning with a question mark."""
        pairs = {}
        if self.slug:
            pairs["category" if self.is_category else "topic"] = self.slug
        if self.is_cram:
            pairs["cram"] = "1"
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def crammed(self) -> str:
        pairs = {"category" if self.is_category else "topic": self.slug} if self.slug else {}
        return f"?{urlencode({**pairs, 'cram': '1'})}"


def scope_of(asked: Mapping[str, str], *, user_id: int | None) -> Scope:
    """From `?topic=`, `?category=` and `?cram=1`; Topic.DoesNotExist when a slug names nothing that the reader sees."""
    visible = Topic.objects.visible_to(user_id).only("slug", "title")
    is_cram = asked.get("cram") == "1"
    if slug := asked.get("topic"):
        topic = visible.get(slug=slug)
        return Scope(topic_ids=frozenset({topic.pk}), title=topic.title, slug=slug, is_cram=is_cram)
    if slug := asked.get("category"):
        top = visible.get(slug=slug)
        return Scope(topic_ids=_below(top.pk), title=top.title, slug=slug, is_category=True, is_cram=is_cram)
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
