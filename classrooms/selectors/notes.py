"""Notes that are shared with classes."""

from __future__ import annotations

from dataclasses import dataclass

from classrooms.models import Classroom, SharedNotes
from studyguide.models import NoteBody, Topic


@dataclass(frozen=True, kw_only=True)
class ReadHere:
    """Notes that a class reads: who shared them, and where they begin. `may_end` says whether the viewer may end it."""

    shared: SharedNotes
    owner_name: str
    first: Topic | None
    may_end: bool


def notes_in(classroom: Classroom, *, user_id: int, is_teacher: bool) -> list[ReadHere]:
    found = SharedNotes.objects.standing().filter(classroom=classroom).select_related("body__owner")
    names = {each.user_id: each for each in classroom.memberships.select_related("user")}
    return [
        ReadHere(
            shared=shared,
            owner_name=names[shared.body.owner_id].shown_name,
            first=shared.body.topics.order_by("order").only("slug", "title").first(),
            may_end=is_teacher or shared.body.owner_id == user_id,
        )
        for shared in found
    ]


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """For whoever owns notes: the classes that read them, and those that could."""

    shared: list[SharedNotes]
    others: list[Classroom]


def sharing_of(body: NoteBody) -> Sharing:
    shared = list(SharedNotes.objects.standing().filter(body=body).select_related("classroom"))
    others = Classroom.objects.of(body.owner_id).filter(archived_at=None).exclude(shared_notes__in=shared)
    return Sharing(shared=shared, others=list(others))
