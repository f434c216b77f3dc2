"""Exports a learner's cards and log, and brings them back. The log is merged, never replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from studyguide.decks.backup import HEAD, from_text, to_text
from studyguide.decks.problems import DeckError
from studyguide.memory.schedule import due_at
from studyguide.models import Card, CardState, OwnText, Review, StudySettings, Topic
from studyguide.notes.card_texts import CardRenderer
from studyguide.notes.cards import CardFieldError, check_content
from studyguide.notes.errors import FenceError
from studyguide.notes.pictures import PictureError
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.cards import clean_tags
from studyguide.services.decks import adopted_uid
from studyguide.services.rederiving import rederive
from web.reading.spreadsheets import csv_text

BATCH = 500
NOTHING: Mapping[str, str] = MappingProxyType({})
SETTINGS = (
    "new_a_day", "retention", "interview_on", "day_starts_at", "time_zone", "parameters", "fitted_at", "free_days",
    "waits_for_prerequisites",
)  # fmt: skip
OF_A_CARD = (
    "uid", "kind", "content", "quote", "anchor", "tags", "source_name", "source_id", "removed_at", "created_at",
    "changed_at",
)  # fmt: skip
MARKS = ("is_wanted", "is_suspended", "is_flagged", "buried_until", "tags")
OF_AN_ENTRY = ("uid", "kind", "grade", "undoes", "at", "received_at", "duration_ms", "given")


def backup(learner: User) -> str:
    """All of it as JSON, the same text as long as nothing changes."""
    return to_text(document_of(learner))


def document_of(learner: User) -> dict[str, Any]:
    """What `decks.backup` describes, as plain values."""
    settings = settings_of(learner.pk)
    rules = rules_of(settings)
    cards = Card.objects.filter(owner=learner).select_related("topic").order_by("created_at", "uid")
    wordings = OwnText.objects.filter(learner=learner).order_by("card__uid").values_list("card__uid", "content")
    states = CardState.objects.filter(learner=learner).select_related("card").order_by("pk")
    log = Review.objects.filter(learner=learner).order_by("at", "uid").select_related("card")
    return {
        **HEAD,
        "settings": {name: _plain(getattr(settings, name)) for name in SETTINGS},
        "cards": [
            {**_row(card, OF_A_CARD), "topic": card.topic.slug if card.topic else ""} for card in cards.iterator()
        ],
        "wordings": [{"card": str(uid), "content": content} for uid, content in wordings],
        "states": [
            {
                "card": str(state.card.uid),
                "question": state.card.words,  # for people who read the file
                **_row(state, MARKS),
                "schedule": _schedule(state, rules),
            }
            for state in states.iterator()
        ],
        "log": [{"card": str(entry.card.uid), **_row(entry, OF_AN_ENTRY)} for entry in log.iterator()],
    }


def _row(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _schedule(state: CardState, rules: Any) -> dict[str, Any]:
    """FSRS's schedule. A plan for an interview may bring the card sooner; that depends on the day and is not stored."""
    memory = state.memory
    without_plan = type(rules)(retention=rules.retention, parameters=rules.parameters, calendar=rules.calendar)
    return {
        "phase": memory.phase.name.lower(),
        "due_at": _plain(due_at(memory, without_plan)),
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "reviewed_at": _plain(memory.reviewed_at),
        "answers": memory.answer_count,
        "lapses": memory.lapse_count,
    }


def schedule_csv(learner_id: int | None) -> str:
    """A row for each card in the deck."""
    head = ("card", "question", "kind", "topic", "phase", "due", "stability", "difficulty", "answers", "lapses",
            "suspended", "flagged", "tags")  # fmt: skip
    states = CardState.objects.of(learner_id).select_related("card__topic").order_by("due_at", "card__uid")
    rows = [
        (
            str(state.card.uid), state.card.words, state.card.kind, state.card.topic.slug if state.card.topic else "",
            state.memory.phase.name.lower(), _plain(state.due_at), state.stability, state.difficulty,
            state.answer_count, state.lapse_count, int(state.is_suspended), int(state.is_flagged),
            " ".join(tag.replace(" ", "_") for tag in state.tags),
        )
        for state in states.iterator()
    ]  # fmt: skip
    return csv_text(head, rows)


def log_csv(learner_id: int | None) -> str:
    """A row for each entry."""
    log = Review.objects.filter(learner=learner_id).select_related("card").order_by("at", "uid") if learner_id else ()
    rows = [
        (
            str(entry.uid), str(entry.card.uid), entry.card.words, entry.kind, entry.grade, _plain(entry.undoes),
            _plain(entry.at), _plain(entry.received_at), entry.duration_ms, entry.given,
        )
        for entry in log
    ]  # fmt: skip
    head = ("entry", "card", "question", "kind", "grade", "undoes", "at", "received_at", "duration_ms", "given")
    return csv_text(head, rows)


@dataclass(frozen=True, kw_only=True)
class Restored:
    """How much was new. `unknown` counts what speaks of cards that this site does not have."""

    cards: int
    wordings: int
    entries: int
    unknown: int


@transaction.atomic
def restore(
    learner: User,
    raw: bytes,
    *,
    now: datetime,
    sources: Mapping[str, str] = NOTHING,
    addresses: Mapping[str, str] = NOTHING,
) -> Restored:
    """Brings a backup in: own cards by their ids, the log merged, marks and settings only where there are none yet.
    `sources` are new names of notes that cards came with, by those that the file has, and `addresses` new slugs of
    topics. DeckError says what is wrong, and then nothing is changed."""
    document = from_text(raw)
    for entry in document["cards"]:
        entry["source_name"] = sources.get(entry["source_name"], entry["source_name"])
        entry["topic"] = addresses.get(entry["topic"], entry["topic"])
    User.objects.select_for_update().get(pk=learner.pk)
    _settings(learner, document["settings"])
    renderer = CardRenderer()
    ids, made = _cards(learner, document["cards"], renderer, set(sources.values()))
    ids |= _known(learner, document, ids)
    wordings = _wordings(learner, document["wordings"], ids, renderer)
    _states(learner, document["states"], ids)
    entries = _log(learner, document["log"], ids, now)
    rederive(learner, rules_of(settings_of(learner.pk)))
    named = [*document["wordings"], *document["states"], *document["log"]]
    unknown = sum(1 for each in named if each["card"] not in ids)
    return Restored(cards=made, wordings=wordings, entries=entries, unknown=unknown)


def _settings(learner: User, values: Mapping[str, Any]) -> None:
    if StudySettings.objects.filter(learner=learner).exists():
        return
    settings = StudySettings(learner=learner, **values)
    try:
        settings.full_clean(exclude=["learner"], validate_unique=False)
        rules_of(settings).scheduler  # noqa: B018 - refuses parameters that are none
    except Exception as error:  # whatever a library says of values that it cannot use
        raise DeckError("The settings in the file cannot be used.") from error
    if any(getattr(settings, name) != getattr(StudySettings(), name) for name in SETTINGS):
        settings.save()


def _cards(
    learner: User, entries: Sequence[Mapping[str, Any]], renderer: CardRenderer, brought: Collection[str]
) -> tuple[dict[UUID, int], int]:
    """Ids of own cards by the uid that the file has, and how many were made. A card that is there stays as it is. Those
    of notes that were `brought` are there under another uid."""
    uids = [entry["uid"] for entry in entries]
    there = _pairs(Card.objects.filter(uid__in=uids[at : at + BATCH]) for at in range(0, len(uids), BATCH))
    mine = {uid: pk for uid, (pk, owner) in there.items() if owner == learner.pk}
    foreign = {uid for uid, (_, owner) in there.items() if owner != learner.pk}
    slugs = {entry["topic"] for entry in entries}
    topics = {topic.slug: topic for topic in Topic.objects.only("slug").filter(slug__in=slugs)} if slugs else {}
    renamed = {entry["uid"]: adopted_uid(str(entry["uid"]), learner.pk, foreign) for entry in entries}
    again = dict(Card.objects.filter(owner=learner, uid__in=set(renamed.values())).values_list("uid", "pk"))
    mine_of_files = Card.objects.filter(owner=learner).exclude(source_id="")
    of_source = {
        (source, source_id): pk for source, source_id, pk in mine_of_files.values_list("source_name", "source_id", "pk")
    }
    kept_sources = set(of_source)
    made: dict[UUID, Card] = {}
    known: dict[UUID, int] = {}
    for number, entry in enumerate(entries, start=1):
        uid = renamed[entry["uid"]]
        if entry["uid"] in mine or uid in again or entry["uid"] in made:
            continue
        source = (entry["source_name"], entry["source_id"])
        if entry["source_name"] in brought and source in of_source:
            known[entry["uid"]] = of_source[source]
            continue
        if entry["source_id"] and source in kept_sources:
            entry = {**entry, "source_id": ""}
        kept_sources.add(source)
        text = _shown(entry["kind"], entry["content"], renderer, f"Entry {number} of cards")
        values = {name: entry[name] for name in OF_A_CARD if name not in ("uid", "tags", "kind", "content")}
        made[entry["uid"]] = Card(
            owner=learner, uid=uid, topic=topics.get(entry["topic"]), tags=clean_tags(entry["tags"]), **values, **text
        )
    Card.objects.bulk_create(made.values(), batch_size=BATCH)
    ids = mine | known | {uid: again[new] for uid, new in renamed.items() if new in again}
    return ids | {uid: card.pk for uid, card in made.items()}, len(made)


def _shown(kind: str, content: dict[str, Any], renderer: CardRenderer, where: str) -> dict[str, Any]:
    try:
        check_content(kind, content)
        sides = renderer.sides(kind, content)  # type: ignore[arg-type]
    except (CardFieldError, FenceError, PictureError) as error:
        raise DeckError(f"{where}: {error}") from error
    return {
        "kind": kind, "content": content, "front_html": sides.front, "back_html": sides.back,
        "options": list(sides.options), "words": sides.words,
    }  # fmt: skip


def _pairs(queries: Any) -> dict[UUID, tuple[int, int | None]]:
    return {uid: (pk, owner) for query in queries for uid, pk, owner in query.values_list("uid", "pk", "owner")}


def _known(learner: User, document: Mapping[str, Any], ids: Mapping[UUID, int]) -> dict[UUID, int]:
    """Cards that came with the notes, and own ones that the file only speaks of."""
    named = {each["card"] for name in ("wordings", "states", "log") for each in document[name]} - set(ids)
    wanted = sorted(named)
    visible = Card.objects.visible_to(learner.pk)
    found = _pairs(visible.filter(uid__in=wanted[at : at + BATCH]) for at in range(0, len(wanted), BATCH))
    return {uid: pk for uid, (pk, _) in found.items()}


def _wordings(
    learner: User, entries: Sequence[Mapping[str, Any]], ids: Mapping[UUID, int], renderer: CardRenderer
) -> int:
    kinds = dict(
        Card.objects.filter(pk__in=[ids[each["card"]] for each in entries if each["card"] in ids]).values_list(
            "pk", "kind"
        )
    )
    there = set(OwnText.objects.filter(learner=learner).values_list("card_id", flat=True))
    made = {}
    for number, entry in enumerate(entries, start=1):
        pk = ids.get(entry["card"])
        if pk is None or pk in there:
            continue
        text = _shown(kinds[pk], entry["content"], renderer, f"Entry {number} of wordings")
        del text["kind"]
        made[pk] = OwnText(learner=learner, card_id=pk, **text)
    OwnText.objects.bulk_create(made.values(), batch_size=BATCH)
    return len(made)


def _states(learner: User, entries: Sequence[Mapping[str, Any]], ids: Mapping[UUID, int]) -> None:
    """Also of cards that are in the deck without any mark, because they came with notes a moment ago, and of own cards
    that the file has no state of."""
    unmarked = CardState.objects.filter(
        learner=learner,
        tags=[],
        is_wanted=False,
        is_suspended=False,
        is_flagged=False,
        buried_until=None,
        begun_at=None,
    )
    plain = {state.card_id: state for state in unmarked}
    changed = []
    states = {}
    for entry in entries:
        if pk := ids.get(entry["card"]):
            marks = {name: entry[name] for name in MARKS} | {"tags": clean_tags(entry["tags"])}
            states[pk] = CardState(learner=learner, card_id=pk, **marks)
            if (state := plain.get(pk)) and any(marks.values()):
                for name, value in marks.items():
                    setattr(state, name, value)
                changed.append(state)
    CardState.objects.bulk_update(changed, MARKS, batch_size=BATCH)
    CardState.objects.bulk_create(states.values(), batch_size=BATCH, ignore_conflicts=True)
    known = CardState.objects.filter(learner=learner, card=OuterRef("pk"))
    own = Card.objects.filter(owner=learner).exclude(Exists(known)).values_list("pk", flat=True)
    unnamed = [CardState(learner=learner, card_id=pk) for pk in own]
    CardState.objects.bulk_create(unnamed, batch_size=BATCH, ignore_conflicts=True)


def _log(learner: User, entries: Sequence[Mapping[str, Any]], ids: Mapping[UUID, int], now: datetime) -> int:
    there = set(Review.objects.filter(learner=learner).values_list("uid", flat=True))
    undone = set(Review.objects.filter(learner=learner).exclude(undoes=None).values_list("undoes", flat=True))
    made: dict[UUID, Review] = {}
    for number, entry in enumerate(entries, start=1):
        if entry["uid"] in there or entry["uid"] in made or entry["card"] not in ids:
            continue
        is_graded = entry["kind"] in ("answer", "cram")
        if is_graded != (entry["grade"] is not None) or (entry["kind"] == "undo") != (entry["undoes"] is not None):
            raise DeckError(f"Entry {number} of log: grade and undoes do not fit {entry['kind']!r}.")
        if entry["undoes"] in undone:
            continue
        undone |= {entry["undoes"]} - {None}
        values = {name: entry[name] for name in OF_AN_ENTRY}
        values |= {name: min(entry[name], entry["received_at"], now) for name in ("at", "received_at")}
        made[entry["uid"]] = Review(learner=learner, card_id=ids[entry["card"]], **values)
    Review.objects.bulk_create(made.values(), batch_size=BATCH)
    return len(made)
