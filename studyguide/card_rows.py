"""The reads of the review queue in plain SQL: they run at every answer, where building a query costs more than asking
it. Rows come back as models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from studyguide.models import Card, CardState, StudySettings, Topic

BIGGEST_ID = 2**63 - 1  # of either database
STATE = "studyguide_cardstate"
CARD = "studyguide_card"
# A card with its topic and, where the learner has one, their own wording.
CARD_SQL = f"""
    SELECT c.*, t.slug AS topic_slug, t.title AS topic_title,
           o.content AS own_content, o.front_html AS own_front, o.back_html AS own_back, o.options AS own_options
    FROM {CARD} c LEFT JOIN studyguide_topic t ON t.id = c.topic_id
    LEFT JOIN studyguide_owntext o ON o.card_id = c.id AND o.learner_id = %s
    WHERE c.id = %s AND (c.owner_id IS NULL OR c.owner_id = %s)
"""  # noqa: S608 - names of our own tables
ASKABLE = f"""
    FROM {STATE} s JOIN {CARD} c ON c.id = s.card_id
    WHERE s.learner_id = %s AND NOT s.is_suspended AND c.removed_at IS NULL
      AND (s.buried_until IS NULL OR s.buried_until <= %s)
"""
# The order leads SQLite to the index of new cards, also where they are only counted.
NEW_FIRST = "ORDER BY s.is_wanted DESC, s.id"
DUE_SQL = f"SELECT s.* {ASKABLE} AND s.due_at <= %s ORDER BY s.due_at DESC, s.id LIMIT 1"
NEW_SQL = f"SELECT s.* {ASKABLE} AND s.phase = 0 {NEW_FIRST} LIMIT 1"
COUNT_SQL = f"""
    SELECT (SELECT COUNT(*) FROM (SELECT 1 {ASKABLE} AND s.due_at <= %s LIMIT %s) AS d),
           (SELECT COUNT(*) FROM (SELECT 1 {ASKABLE} AND s.due_at > %s AND s.due_at <= %s AND s.phase IN (1, 3)) AS e),
           (SELECT COUNT(*) FROM (SELECT 1 {ASKABLE} AND s.phase = 0 {NEW_FIRST} LIMIT %s) AS n),
           (SELECT COUNT(*) FROM {STATE} WHERE learner_id = %s AND begun_at >= %s),
           (SELECT number FROM studyguide_contentrevision WHERE id = 1)
"""  # noqa: S608
SETTINGS_SQL = "SELECT * FROM studyguide_studysettings WHERE learner_id = %s"
STATE_SQL = f"SELECT * FROM {STATE} WHERE learner_id = %s AND card_id = %s"  # noqa: S608


OWN = ("front_html", "back_html", "options", "content")


@dataclass(frozen=True, kw_only=True)
class Tally:
    """`due` and `new` are counted up to a limit; `begun` today; `revision` of the content."""

    due: int
    soon: int
    new: int
    begun: int
    revision: int


def tally(learner: int, *, now: datetime, soon: datetime, day_start: datetime, most: int) -> Tally:
    at, until, start = _moment(now), _moment(soon), _moment(day_start)
    asked = [learner, at]
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [*asked, at, most, *asked, at, until, *asked, most, learner, start])
        due, soon_count, new, begun, revision = cursor.fetchone()
    return Tally(due=due, soon=soon_count, new=new, begun=begun, revision=revision or 0)


def due_state(learner: int, *, now: datetime) -> CardState | None:
    at = _moment(now)
    return next(iter(CardState.objects.raw(DUE_SQL, [learner, at, at])), None)


def new_state(learner: int, *, now: datetime) -> CardState | None:
    return next(iter(CardState.objects.raw(NEW_SQL, [learner, _moment(now)])), None)


def state_of(learner: int, card: int, *, is_locked: bool = False) -> CardState | None:
    """`is_locked` holds the row until the transaction ends; SQLite then holds the whole database anyway."""
    lock = " FOR UPDATE" if is_locked and connection.features.has_select_for_update else ""
    return next(iter(CardState.objects.raw(STATE_SQL + lock, [learner, card])), None)


def settings_row(learner: int) -> StudySettings | None:
    return next(iter(StudySettings.objects.raw(SETTINGS_SQL, [learner])), None)


def card_row(learner: int | None, pk: int) -> Card:
    """A card that the learner may see, its topic with it; Card.DoesNotExist for any other."""
    card: Any = None
    if pk <= BIGGEST_ID:
        card = next(iter(Card.objects.raw(CARD_SQL, [learner, pk, learner])), None)
    if card is None:
        raise Card.DoesNotExist
    if card.topic_id is not None:
        card.topic = Topic(pk=card.topic_id, slug=card.topic_slug, title=card.topic_title)
    return card  # type: ignore[no-any-return]


def own_text(card: Any) -> dict[str, Any] | None:
    """The learner's wording that came with the card."""
    if getattr(card, "own_content", None) is None:
        return None
    return {
        "content": _plain(card.own_content),
        "front_html": card.own_front,
        "back_html": card.own_back,
        "options": _plain(card.own_options),
    }


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(moment: datetime) -> Any:
    """As the database writes it."""
    return connection.ops.adapt_datetimefield_value(moment)
