"""Reads of the study guide: each fetches all that one page shows, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from studyguide.models import Card, CardState, Link, NotePicture, Progress, Topic
from studyguide.notes.render import plain_text
from studyguide.selectors.topic_map import Place, TopicMap, drawn_map


@dataclass(kw_only=True)
class Branch:
    """A topic or category of the tree with what hangs below it."""

    topic: Topic
    children: list[Branch] = field(default_factory=list)
    is_done: bool = False

    @property
    def below(self) -> list[Branch]:
        """All that hangs below it, however deep."""
        return [each for child in self.children for each in (child, *child.below)]

    @property
    def count(self) -> int:
        return len(self.below)

    @property
    def done_count(self) -> int:
        return sum(branch.is_done for branch in self.below)


def topic_tree(user_id: int | None = None, *, done: frozenset[int] = frozenset()) -> list[Branch]:
    """The whole tree that a reader sees, in reading order; `done` are ids of topics that they know."""
    topics = Topic.objects.visible_to(user_id).brief().in_reading_order()
    branches = {topic.pk: Branch(topic=topic, is_done=topic.pk in done) for topic in topics}
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.topic.parent_id or 0)
        (parent.children if parent else roots).append(branch)
    return roots


def topics_read_by(user_id: int | None) -> frozenset[int]:
    if user_id is None:
        return frozenset()
    return frozenset(Progress.objects.filter(user_id=user_id).values_list("topic_id", flat=True))


def next_to_read(user_id: int | None) -> Topic | None:
    """The next unread page after the one that was read last, in the same body of notes."""
    if user_id is None:
        return None
    latest = Progress.objects.filter(user_id=user_id).select_related("topic").order_by("-read_at", "-pk").first()
    if latest is None:
        return None
    after = Topic.objects.visible_to(user_id).readable().filter(source_name=latest.topic.source_name)
    later = after.filter(order__gt=latest.topic.order).exclude(pk__in=topics_read_by(user_id))
    return later.brief().order_by("order").first()


def new_cards_of(user_id: int | None, topic: Topic) -> int:
    """Cards of a topic that wait in the reader's deck to be seen for the first time."""
    if user_id is None:
        return 0
    return CardState.objects.filter(learner=user_id, card__topic=topic, card__removed_at=None, phase=0).count()


def picture_seen_by(user_id: int | None, digest: str) -> NotePicture | None:
    """The picture, when a topic or a card shows it that the reader sees."""
    topics = Topic.objects.visible_to(user_id).filter(pictures=digest)
    cards = Card.objects.visible_to(user_id).filter(pictures=digest)
    return NotePicture.objects.filter(Q(topics__in=topics) | Q(cards__in=cards), pk=digest).first()


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    topic: Topic
    ancestors: list[Topic]
    children: list[Topic]
    prerequisites: list[Topic]
    leads_to: list[Topic]
    related: list[Topic]
    backlinks: list[Link]
    previous: Topic | None
    next: Topic | None
    card_count: int
    proposal_count: int

    @property
    def lead(self) -> str:
        """The summary, unless it is only the beginning of the text that follows."""
        summary = self.topic.summary
        return "" if plain_text(self.topic.body_html).startswith(summary.removesuffix("…")) else summary


def topic_page(slug: str, user_id: int | None = None) -> TopicPage:
    """Everything that a topic's page shows; Topic.DoesNotExist when the reader sees none of that slug."""
    visible = Topic.objects.visible_to(user_id)
    topic = visible.defer("source_text").select_related("parent__parent__parent", "body").get(slug=slug)
    neighbours = Topic.objects.filter(source_name=topic.source_name).brief()
    if topic.kind == Topic.Kind.TOPIC:
        neighbours = neighbours.readable()
    return TopicPage(
        topic=topic,
        ancestors=_ancestors(topic),
        children=list(topic.children.brief()),
        prerequisites=list(topic.prerequisites.brief()),
        leads_to=list(topic.leads_to.visible_to(user_id).brief()),
        related=list(topic.related.brief()),
        backlinks=_one_a_source(
            topic.links_in.filter(source__in=visible)
            .select_related("source")
            .order_by("source__source_name", "source__order")
        ),
        previous=neighbours.filter(order__lt=topic.order).order_by("-order").first(),
        next=neighbours.filter(order__gt=topic.order).order_by("order").first(),
        card_count=Card.objects.visible_to(user_id).present().filter(topic=topic).count()
        if topic.body
        else Card.objects.shared().present().filter(topic=topic).count(),
        proposal_count=topic.proposals.count(),
    )


def _one_a_source(links: Iterable[Link]) -> list[Link]:
    """The first link of each topic is enough to tell why it links here."""
    return list({link.source_id: link for link in reversed(list(links))}.values())[::-1]


def _ancestors(topic: Topic) -> list[Topic]:
    line: list[Topic] = []
    while topic.parent is not None:
        topic = topic.parent
        line.insert(0, topic)
    return line


def topic_map(user_id: int | None = None) -> TopicMap:
    """The graph of all topics with a text that a reader sees, drawn; grouped by the top of their branch."""
    topics = list(Topic.objects.visible_to(user_id).brief().in_reading_order())
    by_id = {topic.pk: topic for topic in topics}

    def top(topic: Topic) -> Topic:
        while topic.parent_id in by_id:
            topic = by_id[topic.parent_id]
        return topic

    groups: dict[str, list[Place]] = defaultdict(list)
    for topic in topics:
        if topic.kind == Topic.Kind.TOPIC:
            category = top(topic).slug
            groups[category].append(Place(slug=topic.slug, title=topic.title, category=category))
    links = Link.objects.values_list("source__slug", "target__slug")
    through: Any = Topic.prerequisites.through
    prerequisites = through.objects.values_list("to_topic__slug", "from_topic__slug")
    return drawn_map([place for group in groups.values() for place in group], links, prerequisites)
