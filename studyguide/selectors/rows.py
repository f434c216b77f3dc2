"""The reads of the review queue in plain SQL: they run at every answer, where building a query costs more than asking
it. Rows come back as models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection, connections
from django.db.models import Model

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
SEEN_SQL = f"SELECT 1 FROM {CARD} WHERE id = %s AND (owner_id IS NULL OR owner_id = %s)"  # noqa: S608
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
    return first_row(CardState, DUE_SQL, [learner, at, at])


def new_state(learner: int, *, now: datetime) -> CardState | None:
    return first_row(CardState, NEW_SQL, [learner, _moment(now)])


def state_of(learner: int, card: int, *, is_locked: bool = False) -> CardState | None:
    """`is_locked` holds the row until the transaction ends; SQLite then holds the whole database anyway."""
    lock = " FOR UPDATE" if is_locked and connection.features.has_select_for_update else ""
    return first_row(CardState, STATE_SQL + lock, [learner, card])


def settings_row(learner: int) -> StudySettings | None:
    return first_row(StudySettings, SETTINGS_SQL, [learner])


def card_row(learner: int | None, pk: int) -> Card:
    """A card that the learner may see, its topic with it; Card.DoesNotExist for any other."""
    card: Any = first_row(Card, CARD_SQL, [learner, pk, learner]) if pk <= BIGGEST_ID else None
    if card is None:
        raise Card.DoesNotExist
    if card.topic_id is not None:
        card.topic = Topic(pk=card.topic_id, slug=card.topic_slug, title=card.topic_title)
    return cast(Card, card)


def may_see(learner: int, pk: int) -> bool:
    """Whether there is such a card, for this learner."""
    if pk > BIGGEST_ID:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SEEN_SQL, [pk, learner])
        return cursor.fetchone() is not None


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


Row = TypeVar("Row", bound=Model)


def first_row(model: type[Row], sql: str, params: Sequence[Any]) -> Row | None:
    """The first row as a model; columns that are no field of it become plain attributes. What `raw()` does, without
    working out anew each time which column is which field."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
        if found is None:
            return None
        columns = tuple(column[0] for column in cursor.description)
    places, extra = _shape(model, columns, connection.alias)
    values = [found[place] if convert is None else convert(found[place]) for place, convert in places]
    row = model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], values)
    for name, place in extra:
        setattr(row, name, found[place])
    return row


@lru_cache(maxsize=64)
def _shape(
    model: type[Model], columns: tuple[str, ...], alias: str
) -> tuple[list[tuple[int, Callable[[Any], Any] | None]], list[tuple[str, int]]]:
    """Where each field of the model stands among the columns and how it is converted; and the other columns. The
    model's columns come first: a later column of the same name is not its own."""
    database = connections[alias]
    places: list[tuple[int, Callable[[Any], Any] | None]] = []
    for field in model._meta.concrete_fields:
        expression = field.get_col(model._meta.db_table)
        converters = database.ops.get_db_converters(expression) + expression.get_db_converters(database)
        places.append((columns.index(field.column), _converter(converters, expression, database)))
    taken = {place for place, _ in places}
    return places, [(name, place) for place, name in enumerate(columns) if place not in taken]


def add_row(row: Model) -> None:
    """Inserts a new row whose values are plain, in plain SQL."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(type(row)), values)


@lru_cache(maxsize=16)
def _insert_sql(model: type[Model]) -> str:
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields if not field.primary_key]
    marks = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({marks})'  # noqa: S608


def change_row(row: Model, values: Mapping[str, Any]) -> None:
    """Sets these fields of a row, here and in the database."""
    model = type(row)
    prepared = [model._meta.get_field(name).get_db_prep_save(value, connection) for name, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(model, tuple(values)), [*prepared, row.pk])
    for name, value in values.items():
        setattr(row, name, value)


@lru_cache(maxsize=16)
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{model._meta.get_field(name).column}" = %s' for name in names)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "{model._meta.pk.column}" = %s'  # noqa: S608


def _converter(steps: list[Callable[..., Any]], expression: Any, database: Any) -> Callable[[Any], Any] | None:
    if not steps:
        return None

    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, expression, database)
        return value

    return convert


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(moment: datetime) -> Any:
    """As the database writes it."""
    return connection.ops.adapt_datetimefield_value(moment)
