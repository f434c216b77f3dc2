"""What the home page offers to a returning person: the next topic, the due cards, the last design."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from designs.models import Design
from studyguide.models import Topic
from studyguide.selectors.queue import Counts, Queue, queue_of
from studyguide.selectors.topics import next_to_read


@dataclass(frozen=True, kw_only=True)
class Greeting:
    next_topic: Topic | None
    cards: Counts
    design: Design | None
    days_to_interview: int | None


def greeting(user_id: int | None, *, now: datetime) -> Greeting | None:
    """None for a person who has not read, learned, drawn or planned anything here yet."""
    if user_id is None:
        return None
    queue = queue_of(user_id, now=now)
    design = Design.objects.kept().owned_by(user_id).only("title").order_by("-updated_at").first()
    topic = next_to_read(user_id)
    cards = queue.counts()
    days = _days_left(queue, now)
    if design is None and topic is None and not cards.due and days is None:
        return None
    return Greeting(next_topic=topic, cards=cards, design=design, days_to_interview=days)


def _days_left(queue: Queue, now: datetime) -> int | None:
    day = queue.settings.interview_on
    left = (day - queue.rules.calendar.day_of(now)).days if day else -1
    return left if left >= 0 else None
