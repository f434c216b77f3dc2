"""Learning paths as evenings: topics, their cards, what to design, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet

from studyguide.models import LearningPath, PathStep, SearchEntry, Topic
from studyguide.notes.minutes import card_minutes, reading_minutes


@dataclass(frozen=True, kw_only=True)
class StepShown:
    topic: Topic
    because: str
    minutes: int
    cards: int
    is_done: bool


@dataclass(kw_only=True)
class Evening:
    """Steps that belong together; `number` is 0 for a path without evenings, `scenario` (title, address) or None."""

    number: int
    title: str
    scenario: tuple[str, str] | None
    steps: list[StepShown] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Of reading, and of the cards when they come for the first time."""
        return sum(step.minutes for step in self.steps) + card_minutes(self.cards)

    @property
    def cards(self) -> int:
        return sum(step.cards for step in self.steps)

    @property
    def is_done(self) -> bool:
        return all(step.is_done for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class PathShown:
    path: LearningPath
    evenings: list[Evening]

    @property
    def steps(self) -> list[StepShown]:
        return [step for evening in self.evenings for step in evening.steps]

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def minutes(self) -> int:
        return sum(evening.minutes for evening in self.evenings)

    @property
    def next_step(self) -> StepShown | None:
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def has_evenings(self) -> bool:
        return any(evening.number for evening in self.evenings)


@dataclass(frozen=True, kw_only=True)
class OnPath:
    """Where a topic stands on the path that its reader follows. `evening` is 0 where a path has none."""

    path: LearningPath
    place: int
    count: int
    evening: int
    evenings: int
    title: str
    previous: Topic | None
    next: Topic | None
    ends: Evening | None
    """The evening that ends with this topic."""


def learning_paths(*, done: frozenset[int]) -> list[PathShown]:
    return _shown(_paths().all(), done)


def learning_path(slug: str, *, done: frozenset[int]) -> PathShown:
    """LearningPath.DoesNotExist when there is none of that slug."""
    return _shown([_paths().get(slug=slug)], done)[0]


def place_on_path(topic: Topic, slug: str, *, done: frozenset[int]) -> OnPath | None:
    """None when there is no such path, or the topic is none of its steps."""
    path = _paths().filter(slug=slug, steps__topic=topic).first() if slug else None
    if path is None:
        return None
    shown = _shown([path], done)[0]
    topics = [step.topic for step in shown.steps]
    place = topics.index(topic)
    around = next(each for each in shown.evenings if topic in [step.topic for step in each.steps])
    return OnPath(
        path=path,
        place=place + 1,
        count=len(topics),
        evening=around.number,
        evenings=len(shown.evenings),
        title=around.title,
        previous=topics[place - 1] if place else None,
        next=topics[place + 1] if place + 1 < len(topics) else None,
        ends=around if around.number and around.steps[-1].topic == topic else None,
    )


def paths_through(topic: Topic) -> list[LearningPath]:
    return list(LearningPath.objects.filter(steps__topic=topic))


def _paths() -> QuerySet[LearningPath]:
    topics = Topic.objects.only("slug", "title", "plain_text", "source_name", "kind", "body_id").annotate(
        asked=Count("cards", filter=Q(cards__removed_at=None, cards__owner=None))
    )
    steps = PathStep.objects.prefetch_related(Prefetch("topic", queryset=topics))
    return LearningPath.objects.prefetch_related(Prefetch("steps", queryset=steps))


def _shown(paths: Iterable[LearningPath], done: frozenset[int]) -> list[PathShown]:
    found = list(paths)
    slugs = {step.scenario for path in found for step in path.steps.all() if step.scenario}
    entries = SearchEntry.objects.filter(kind="scenario", owner=None, key__in=slugs) if slugs else []
    scenarios = {entry.key: (entry.title, entry.url) for entry in entries}
    return [PathShown(path=path, evenings=_evenings(path, scenarios, done)) for path in found]


def _evenings(path: LearningPath, scenarios: dict[str, tuple[str, str]], done: frozenset[int]) -> list[Evening]:
    evenings: list[Evening] = []
    for step in path.steps.all():
        if step.evening or not evenings:
            number = len(evenings) + 1 if step.evening else 0
            evenings.append(Evening(number=number, title=step.evening, scenario=scenarios.get(step.scenario)))
        evenings[-1].steps.append(
            StepShown(
                topic=step.topic,
                because=step.because,
                minutes=reading_minutes(step.topic.plain_text),
                cards=step.topic.asked,  # type: ignore[attr-defined]
                is_done=step.topic_id in done,
            )
        )
    return evenings
