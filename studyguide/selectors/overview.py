"""Reads for the pages of cards: the deck by category, what comes when, a card's history, and the statistics."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, ClassVar, cast

from django.db.models import Count, Q, QuerySet

from studyguide.memory.log import Grade
from studyguide.memory.schedule import Memory, Phase, Rules, retrievability
from studyguide.memory.statistics import (
    Expected,
    WeekRecall,
    expected_recall,
    recall_by_week,
    streak,
)
from studyguide.memory.workload import MOST_FOLLOWED, Task, outlook
from studyguide.models import Card, CardState, Review, Topic
from studyguide.selectors.answers import days_of_answers
from studyguide.selectors.queue import Queue
from studyguide.selectors.topic_map import Arc

MOST_SAMPLED = 400
SHARES = (0.8, 0.9, 0.95)
SUPPOSED_SECONDS = 10.0
ENOUGH_TIMED = 50


@dataclass(kw_only=True)
class DeckRow:
    """How far some cards are learned."""

    card_count: int = 0
    begun: int = 0
    due: int = 0

    @property
    def unseen(self) -> int:
        return max(0, self.card_count - self.begun)

    @property
    def begun_percent(self) -> int:
        return round(100 * self.begun / self.card_count) if self.card_count else 0


@dataclass(kw_only=True)
class CategoryRow(DeckRow):
    """The cards of a top category. `recall` is the share of all its cards that would be recalled now."""

    topic: Topic
    recall: float = 0.0


def tops() -> dict[int, Topic]:
    """For the id of every topic, the top of its branch; in reading order."""
    parents = dict(Topic.objects.order_by("source_name", "order").values_list("pk", "parent_id"))

    def top(pk: int) -> int:
        seen = {pk}
        while (parent := parents[pk]) in parents and parent not in seen:
            pk = parent
            seen.add(pk)
        return pk

    found = {pk: top(pk) for pk in parents}
    topics = Topic.objects.brief().in_bulk(set(found.values()))
    return {pk: topics[top] for pk, top in found.items()}


def deck_rows(queue: Queue) -> tuple[DeckRow, list[CategoryRow]]:
    """The learner's own cards that belong to no topic, such as those of a deck from Anki, and the categories that have
    cards, in reading order."""
    return _rows(queue, tops())


def _rows(queue: Queue, by_topic: dict[int, Topic]) -> tuple[DeckRow, list[CategoryRow]]:
    own, rows = DeckRow(), dict[int, CategoryRow]()
    cards = Card.objects.visible_to(queue.learner_id).present()
    for topic_id, count in cards.order_by().values_list("topic").annotate(Count("pk")):
        top = by_topic.get(topic_id)
        row = own if top is None else rows.setdefault(top.pk, CategoryRow(topic=top))
        row.card_count += count
    states = CardState.objects.of(queue.learner_id).filter(phase__gt=0, card__removed_at=None)
    ready = Q(due_at__lte=queue.now, is_suspended=False) & (Q(buried_until=None) | Q(buried_until__lte=queue.now))
    found = states.order_by().values_list("card__topic").annotate(begun=Count("pk"), due=Count("pk", filter=ready))
    for topic_id, begun, due in found:
        top = by_topic.get(topic_id)
        row = own if top is None else rows[top.pk]
        row.begun, row.due = row.begun + begun, row.due + due
    places = {top.pk: place for place, top in enumerate(dict.fromkeys(by_topic.values()))}
    return own, sorted(rows.values(), key=lambda row: places[row.topic.pk])


def due_by_day(queue: Queue, *, days: int) -> list[tuple[date, int]]:
    """How many cards come due on each of the next days; what is overdue counts for today."""
    calendar = queue.rules.calendar
    today = calendar.day_of(queue.now)
    states = CardState.objects.of(queue.learner_id).filter(is_suspended=False, card__removed_at=None)
    until = calendar.start_of(today + timedelta(days=days))
    count: Counter[date] = Counter()
    for due_at in filter(None, states.filter(due_at__lt=until).values_list("due_at", flat=True)):
        count[max(today, calendar.day_of(due_at))] += 1
    return [(today + timedelta(days=each), count[today + timedelta(days=each)]) for each in range(days)]


@dataclass(kw_only=True)
class Statistics:
    today: date
    answers: Counter[date]
    weeks: list[WeekRecall]
    rows: list[CategoryRow]
    hardest: list[CardState]
    due: list[tuple[date, int]]
    streak: int = 0
    begun: int = 0
    known_for_long: int = 0

    @property
    def not_begun(self) -> int:
        return sum(not row.begun for row in self.rows)

    @property
    def answered_today(self) -> int:
        return self.answers[self.today]

    @property
    def answer_count(self) -> int:
        return sum(self.answers.values())


def statistics(queue: Queue) -> Statistics:
    calendar = queue.rules.calendar
    today = calendar.day_of(queue.now)
    days = days_of_answers(queue.learner_id, calendar)
    answers = Counter({each.day: each.answers for each in days})
    begun = _begun(queue.learner_id)
    hardest = CardState.objects.of(queue.learner_id).filter(lapse_count__gt=0, card__removed_at=None)
    return Statistics(
        today=today,
        answers=answers,
        weeks=recall_by_week(days),
        rows=_with_recall(begun, queue),
        hardest=list(hardest.select_related("card__topic").order_by("-lapse_count", "-difficulty", "pk")[:12]),
        due=due_by_day(queue, days=30),
        streak=streak(answers, today=today),
        begun=len(begun),
        known_for_long=sum(1 for _, memory in begun if memory.interval and memory.interval >= timedelta(days=21)),
    )


@dataclass(frozen=True, kw_only=True)
class Strength:
    """How well a category is known, and the arc of it on the map that is drawn full."""

    row: CategoryRow
    arc: Arc

    @property
    def words(self) -> str:
        return f"{self.row.recall:.0%} of its cards recalled now, {self.row.begun} of {self.row.card_count} begun"

    @property
    def path(self) -> str:
        return self.arc.part(self.row.recall)


def strengths(queue: Queue, arcs: Iterable[Arc]) -> list[Strength]:
    """Of the categories that the learner has begun, in the order of the map."""
    begun = _begun(queue.learner_id)
    if not begun:
        return []
    rows = {row.topic.slug: row for row in _with_recall(begun, queue) if row.begun}
    return [Strength(row=rows[arc.category], arc=arc) for arc in arcs if arc.category in rows]


def begun_states(learner_id: int | None) -> QuerySet[CardState]:
    states = CardState.objects.of(learner_id).exclude(phase=Phase.NEW).filter(card__removed_at=None)
    return states.select_related("card").only(*CardState.SCHEDULE, "card__topic_id", "card_id")


def _begun(learner_id: int | None) -> list[tuple[int | None, Memory]]:
    """The topic of every begun card, and of its memory what recall follows from. Rows instead of models, since a
    learner has thousands."""
    rows = CardState.objects.of(learner_id).exclude(phase=Phase.NEW).filter(card__removed_at=None)
    columns = ("card__topic", "phase", "stability", "reviewed_at", "interval")
    return [
        (topic_id, Memory(phase=Phase(phase), stability=stability, reviewed_at=reviewed_at, interval=interval))
        for topic_id, phase, stability, reviewed_at, interval in rows.values_list(*columns)
    ]


def _with_recall(begun: Iterable[tuple[int | None, Memory]], queue: Queue) -> list[CategoryRow]:
    """Categories that have cards, in reading order."""
    by_topic = tops()
    sums: dict[int, float] = defaultdict(float)
    for topic_id, memory in begun:
        if topic_id:
            sums[by_topic[topic_id].pk] += retrievability(memory, at=queue.now, rules=queue.rules)
    _, rows = _rows(queue, by_topic)
    for row in rows:
        row.recall = sums[row.topic.pk] / row.card_count if row.card_count else 0.0
    return rows


def expected_on(learner_id: int | None, day: date, rules: Rules) -> Expected | None:
    """Of at most some hundreds of the learner's cards, taken evenly."""
    states = list(begun_states(learner_id).order_by("pk"))
    sample = states[:: max(1, len(states) // MOST_SAMPLED)]
    return expected_recall([(state.card_id, state.memory) for state in sample], day=day, rules=rules)


def card_outlooks(
    queue: Queue, *, today: date, until: date, new_a_day: int, free_days: Sequence[int]
) -> dict[str, Any]:
    """The outlooks for three shares to remember, and how long an answer takes: measured, or supposed and said so."""
    states = list(begun_states(queue.learner_id).order_by("pk"))
    total = Card.objects.visible_to(queue.learner_id).present().count()
    measured = _seconds_an_answer(queue.learner_id)
    task = Task(
        cards=[(state.card_id, state.memory) for state in states],
        unseen=max(0, total - len(states)),
        new_a_day=new_a_day,
        today=today,
        until=until,
        seconds=measured or SUPPOSED_SECONDS,
        free_days=free_days,
    )
    # Learners with an interview see every begun card again in the week before.
    rules = replace(
        queue.rules, interview_on=until if queue.rules.interview_on else None, free_days=frozenset(free_days)
    )
    return {
        "outlooks": [outlook(task, rules, retention=share) for share in SHARES],
        "days": (until - today).days,
        "seconds": task.seconds,
        "is_measured": measured is not None,
        "sampled": MOST_FOLLOWED,
    }


def _seconds_an_answer(learner_id: int | None) -> float | None:
    """The median of the learner's last answers; None until there are enough of them."""
    timed = Review.objects.filter(learner=learner_id, kind=Review.Kind.ANSWER, duration_ms__gt=0).order_by("-at", "-pk")
    found = [ms for ms in timed.values_list("duration_ms", flat=True)[:500] if ms] if learner_id else []
    return median(found) / 1000 if len(found) >= ENOUGH_TIMED else None


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One entry of a card's log, as its page shows it."""

    review: Review
    is_undone: bool

    @property
    def what(self) -> str:
        """What happened, in words: "Good", "Again (cramming), taken back"."""
        if self.review.kind == Review.Kind.UNDO:
            return "Took an answer back"
        if self.review.kind == Review.Kind.RESET:
            return "Started anew"
        grade = Grade(cast("int", self.review.grade)).name.capitalize()  # every answer has one
        cramming = " (cramming)" if self.review.kind == Review.Kind.CRAM else ""
        return f"{grade}{cramming}{', taken back' if self.is_undone else ''}"


def history(learner_id: int | None, card: Card) -> list[HistoryLine]:
    """Everything that the log says of a card, the latest first."""
    if learner_id is None:
        return []
    reviews = list(Review.objects.filter(learner=learner_id, card=card).order_by("-at", "-uid")[:200])
    undone = {review.undoes for review in reviews if review.undoes}
    return [HistoryLine(review=review, is_undone=review.uid in undone) for review in reviews]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the list of a learner's cards is narrowed to."""

    words: str = ""
    tag: str = ""
    only: str = ""

    NAMES: ClassVar = {"own": "Your own", "flagged": "Flagged", "suspended": "Suspended", "new": "Not begun"}


def found_cards(learner_id: int | None, wanted: Filter) -> QuerySet[Card]:
    cards = Card.objects.visible_to(learner_id).present().select_related("topic").in_reading_order()
    if wanted.words:
        cards = cards.filter(words__icontains=wanted.words)
    if learner_id is None:
        return cards.none() if wanted.only in ("own", "flagged", "suspended") else cards
    mine = CardState.objects.filter(learner=learner_id)
    if wanted.only == "own":
        cards = cards.filter(owner=learner_id)
    elif wanted.only == "flagged":
        cards = cards.filter(pk__in=mine.filter(is_flagged=True).values("card"))
    elif wanted.only == "suspended":
        cards = cards.filter(pk__in=mine.filter(is_suspended=True).values("card"))
    elif wanted.only == "new":
        cards = cards.exclude(pk__in=mine.filter(phase__gt=0).values("card"))
    if wanted.tag:
        # SQLite cannot ask whether a JSON list contains something.
        tagged = [pk for pk, tags in mine.exclude(tags=[]).values_list("card", "tags") if wanted.tag in tags]
        cards = cards.filter(pk__in=tagged)
    return cards


def tags_of(learner_id: int | None) -> list[str]:
    """The tags that a learner uses."""
    found = CardState.objects.of(learner_id).exclude(tags=[]).values_list("tags", flat=True)
    return sorted({tag for tags in found for tag in tags})


def moment_in(rules: Rules, at: datetime | None) -> datetime | None:
    """In the learner's zone, as a page shows it."""
    return at.astimezone(rules.calendar.zone) if at else None
