"""What the study guide keeps for a person, told to the account: how it moves, what an export holds, how it counts.

Every process loads this, so what does the work is loaded when there is work: 40 ms less for each command.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from accounts.services.packs import Brought, Pack
from accounts.work import Work
from studyguide.models import Card, DeckImport, MarginNote, NoteBody, Progress, Review, SearchEntry, StudySettings


def _move(guest: User, owner: User) -> None:
    from studyguide.selectors.settings import rules_of, settings_of
    from studyguide.services.margin import move_notes
    from studyguide.services.progress import move_progress
    from studyguide.services.reviews import move_cards

    move_progress(guest, owner)
    move_notes(guest, owner)
    taken = NoteBody.objects.filter(owner=owner).values("title")
    NoteBody.objects.filter(owner=guest, title__in=taken).update(title=Concat("title", Value(" (2)")))
    NoteBody.objects.filter(owner=guest).update(owner=owner)
    SearchEntry.objects.filter(owner=guest).update(owner=owner)
    if not StudySettings.objects.filter(learner=owner).exists():
        StudySettings.objects.filter(learner=guest).update(learner=owner)
    if not DeckImport.objects.filter(learner=owner).exists():
        DeckImport.objects.filter(learner=guest).update(learner=owner)
    move_cards(guest, owner, rules=rules_of(settings_of(owner.pk)))


def _export(user: User) -> Iterable[tuple[str, Any]]:
    from studyguide.decks.backup import SECTIONS
    from studyguide.services.backups import document_of
    from studyguide.services.bringing import exported_notes, exported_pictures
    from studyguide.services.margin import MARGIN

    read = (
        Progress.objects.filter(user=user)
        .order_by("read_at", "pk")
        .values_list("topic__slug", "topic__title", "read_at")
    )
    if rows := [{"slug": slug, "title": title, "read_at": at} for slug, title, at in read]:
        yield "topics-read.json", rows
    if notes := list(MarginNote.objects.filter(reader=user).values(*MARGIN)):
        yield "margin-notes.json", notes
    yield from exported_notes(user)
    document = document_of(user)
    if any(document[name] for name in SECTIONS) or StudySettings.objects.filter(learner=user).exists():
        yield "cards.json", document  # what the import of cards reads
    yield from exported_pictures(user)


def _bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    from studyguide.services.bringing import bring

    bring(user, pack, brought, now)


def _summary(user: User) -> list[str]:
    counts = (
        (Progress.objects.filter(user=user).count(), "topic", "read"),
        (Review.objects.filter(learner=user, kind=Review.Kind.ANSWER).count(), "card", "answered"),
        (MarginNote.objects.filter(reader=user).count(), "note", "beside topics"),
        (Card.objects.filter(owner=user).present().count(), "own card", ""),
    )
    return [f"{count} {what}{'s' * (count != 1)} {done}".strip() for count, what, done in counts if count]


WORK = Work(
    name="study guide",
    models=(
        "studyguide.Progress",
        "studyguide.Card",
        "studyguide.CardState",
        "studyguide.OwnText",
        "studyguide.Review",
        "studyguide.StudySettings",
        "studyguide.ProposalDropped",
        "studyguide.DeckImport",
        "studyguide.NoteBody",
        "studyguide.MarginNote",
        "studyguide.SearchEntry",
    ),
    move=_move,
    export=_export,
    bring=_bring,
    summary=_summary,
)
