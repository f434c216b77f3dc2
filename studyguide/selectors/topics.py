"""Reads of the study guide: each fetches all that one page shows, in a number of queries that does not grow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Length

from studyguide.models import Card, CardState, DeckImport, Link, NotePicture, Progress, Topic
from studyguide.notes.minutes import reading_minutes
from studyguide.notes.render import plain_text
from studyguide.selectors.topic_map import Area, Place, TopicMap, drawn_map
from web.sent.typed import tidy

# Beyond so many topics the map shows a part: one topic's neighbours, or those with the most lines.
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")
MOST_ON_MAP, MOST_WITH_LINES, MOST_AREAS, MOST_CALLED = 400, 100, 60, 20


@dataclass(kw_only=True)
class Branch:
    """A topic or category of the tree with what hangs below it."""

    topic: Topic
    children: list[Branch] = field(default_factory=list)
    is_done: bool = False
    minutes: int = 0  # to read; 0 where it is not told

    @property
    def opening(self) -> str:
        """The first sentence of the summary."""
        return SENTENCE_END.split(self.topic.summary, maxsplit=1)[0]

    @property
    def minutes_below(self) -> int:
        return sum(branch.minutes for branch in self.below)

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


def topic_tree(
    user_id: int | None = None, *, done: frozenset[int] = frozenset(), minutes: Mapping[int, int] | None = None
) -> list[Branch]:
    """The whole tree that a reader sees, in reading order; `done` are ids of topics that they know, `minutes` how long
    topics take to read, by id."""
    told = minutes or {}
    topics = Topic.objects.visible_to(user_id).brief().in_reading_order()
    branches = {
        topic.pk: Branch(topic=topic, is_done=topic.pk in done, minutes=told.get(topic.pk, 0)) for topic in topics
    }
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.topic.parent_id or 0)
        (parent.children if parent else roots).append(branch)
    return roots


@lru_cache(maxsize=1)
def minutes_to_read(revision: int) -> Mapping[int, int]:  # noqa: ARG001 - the key of the cache
    """How long the topics of the site take to read, by id, at this revision of the content."""
    texts = Topic.objects.filter(body=None).readable().values_list("pk", "plain_text")
    return {pk: reading_minutes(text) for pk, text in texts.iterator()}


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


def opening_topic(user_id: int | None) -> str:
    """The slug that the map opens on: what the reader would read next, or else the first topic; "" without topics."""
    topic = next_to_read(user_id)
    first = Topic.objects.visible_to(user_id).readable().in_reading_order()
    return topic.slug if topic else first.values_list("slug", flat=True).first() or ""


def new_cards_of(user_id: int | None, topic: Topic) -> int:
    """Cards of a topic that wait in the reader's deck to be seen for the first time."""
    if user_id is None:
        return 0
    return CardState.objects.filter(learner=user_id, card__topic=topic, card__removed_at=None, phase=0).count()


def picture_seen_by(user_id: int | None, digest: str) -> NotePicture | None:
    """The picture, when a topic or a card shows it that the reader sees, or a deck that they are looking at."""
    topics = Topic.objects.visible_to(user_id).filter(pictures=digest)
    cards = Card.objects.visible_to(user_id).filter(pictures=digest)
    waiting = DeckImport.objects.filter(learner=user_id or 0, pictures=digest)
    seen = Q(topics__in=topics) | Q(cards__in=cards) | Q(waiting__in=waiting)
    return NotePicture.objects.filter(seen, pk=digest).first()


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


class _Row(NamedTuple):
    """What the map needs of a topic. `top` is the id of the top of its branch."""

    pk: int
    slug: str
    title: str
    kind: str
    top: int


def topic_map(user_id: int | None = None, *, about: str = "") -> TopicMap:
    """The graph of the topics with a text that a reader sees, drawn; grouped by the top of their branch.

    Of more topics than a picture can show: the one called `about` with its neighbours, or else those with the most
    lines. The others are counted by area.
    """
    rows = _rows(user_id)
    readable = {pk: row for pk, row in rows.items() if row.kind == Topic.Kind.TOPIC}
    is_whole = len(readable) <= MOST_ON_MAP
    shown = set(readable) if is_whole else _shown(readable, about)
    groups: dict[str, list[Place]] = {}
    for pk in readable:
        if pk in shown:
            row, category = readable[pk], rows[readable[pk].top].slug
            groups.setdefault(category, []).append(Place(slug=row.slug, title=row.title, category=category))
    links = Link.objects.filter(source__in=shown, target__in=shown).values_list("source__slug", "target__slug")
    through: Any = Topic.prerequisites.through
    needed = through.objects.filter(to_topic__in=shown, from_topic__in=shown)
    prerequisites = needed.values_list("to_topic__slug", "from_topic__slug")
    drawn = drawn_map([place for group in groups.values() for place in group], links, prerequisites)
    if is_whole:
        return drawn
    counts = Counter(row.top for row in readable.values())
    areas = tuple(Area(slug=rows[pk].slug, title=rows[pk].title, count=count) for pk, count in counts.most_common())
    return replace(
        drawn, left_out=len(readable) - len(shown), areas=areas[:MOST_AREAS], more_areas=max(0, len(areas) - MOST_AREAS)
    )


def _rows(user_id: int | None) -> dict[int, _Row]:
    """By id, in reading order."""
    seen = Topic.objects.visible_to(user_id).in_reading_order().values_list("pk", "slug", "title", "kind", "parent_id")
    found = {pk: (pk, slug, title, kind) for pk, slug, title, kind, _ in seen}
    parents = {pk: parent for pk, *_, parent in seen if parent in found}
    tops: dict[int, int] = {}
    for pk in found:
        way = [pk]
        while way[-1] not in tops and way[-1] in parents:
            way.append(parents[way[-1]])
        tops |= dict.fromkeys(way, tops.get(way[-1], way[-1]))
    return {pk: _Row(*row, tops[pk]) for pk, row in found.items()}


def _shown(readable: Mapping[int, _Row], about: str) -> set[int]:
    through: Any = Topic.prerequisites.through
    lines = (
        (Link.objects, "source_id", "target_id"),
        (through.objects, "to_topic_id", "from_topic_id"),
    )
    centre = next((pk for pk, row in readable.items() if row.slug == about), None)
    if centre is not None:
        ends: set[int] = set()
        for objects, source, target in lines:
            pairs = objects.filter(Q(**{source: centre}) | Q(**{target: centre})).values_list(source, target)
            ends.update(end for pair in pairs for end in pair if end in readable)
        return {centre, *sorted(ends - {centre})[: MOST_ON_MAP - 1]}
    count: Counter[int] = Counter()
    for objects, *columns in lines:
        for column in columns:
            count.update(dict(objects.order_by().values_list(column).annotate(Count("pk"))))
    return set(sorted(readable, key=lambda pk: -count[pk])[:MOST_WITH_LINES])


def topics_called(user_id: int | None, words: str) -> list[Topic]:
    """Topics whose title holds the words, the shortest first."""
    found = Topic.objects.visible_to(user_id).readable().filter(title__icontains=tidy(words, 120))
    return list(found.brief().order_by(Length("title"), "title")[:MOST_CALLED])
