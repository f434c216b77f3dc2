from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.apps import AppConfig
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone


class ClassroomsConfig(AppConfig):
    name = "classrooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from classrooms.keeping import WORK
        from designs import grants
        from studyguide import grants as note_grants

        work.register(WORK)
        grants.register(_taught)
        grants.register_class_work(_work)
        grants.register_together(_drawn_by, _drawn_together)
        grants.register_strip(_strip)
        grants.register_scenarios(_taught_scenarios, _worked_on, _worked_on_by_somebody)
        grants.register_correcting(_inherited)
        note_grants.register(_shared_notes)
        note_grants.register_strip(_sharing)
        grants.register_giving(_classes_to_give_to)


def _work() -> Q:
    from classrooms.models import Work

    return Q(pk__in=Work.objects.exclude(design=None).values("design_id"))


def _strip(design_id: UUID, user_id: int) -> Mapping[str, Any] | None:
    from classrooms.pages.strip import strip_of

    return strip_of(design_id, user_id)


def _shared_notes(user_id: int) -> Q:
    from classrooms.models import SharedNotes

    return Q(pk__in=SharedNotes.objects.seen_by(user_id).values("body"))


def _sharing(body_id: int) -> Mapping[str, Any]:
    from classrooms.selectors.notes import sharing_of
    from studyguide.models import NoteBody

    sharing = sharing_of(NoteBody.objects.get(pk=body_id))
    return {"template": "classrooms/_notes_sharing.html", "body_id": body_id, "sharing": sharing}


def _classes_to_give_to(user_id: int, slug: str) -> list[tuple[str, str]]:
    """The form of a new assignment in each class that somebody teaches."""
    from classrooms.models import Classroom

    classes = Classroom.objects.taught_by(user_id).filter(archived_at=None)
    return [(each.name, f"{reverse('classrooms:assignment_new', args=[each.pk])}?scenario={slug}") for each in classes]


def _taught_scenarios(user_id: int) -> Q:
    """A private scenario follows its class: those who teach the class now may read the scenarios it was given."""
    from classrooms.models import Assignment, Classroom

    classes = Classroom.objects.taught_by(user_id)
    return Q(pk__in=Assignment.objects.filter(classroom__in=classes).values("scenario"))


def _inherited(user_id: int) -> Q:
    """Private scenarios given to a class that this person leads, whose owner teaches none of the classes that have them
    any more: somebody has to be able to correct them."""
    from classrooms.models import Assignment, Classroom, Membership
    from classrooms.models.classes import TEACHING

    led = Assignment.objects.filter(classroom__in=Classroom.objects.led_by(user_id))
    teaching = Membership.objects.filter(role__in=TEACHING, left_at=None, user=OuterRef("scenario__owner"))
    kept = Assignment.objects.filter(Exists(teaching.filter(classroom=OuterRef("classroom"))))
    return Q(is_published=False, pk__in=led.values("scenario")) & ~Q(pk__in=kept.values("scenario"))


def _worked_on(user_id: int) -> Q:
    """What a student is to design until the time is over."""
    from classrooms.models import Assignment, Classroom

    classes = Classroom.objects.attended_by(user_id).filter(archived_at=None)
    now = timezone.now()
    mine = Q(works__student__user_id=user_id)
    is_open = (
        Q(due_at__gt=now) | Q(cut_off_at__gt=now) | (mine & (Q(works__due_at__gt=now) | Q(works__cut_off_at__gt=now)))
    )
    running = Assignment.objects.filter(is_open, classroom__in=classes, opens_at__lte=now)
    return Q(pk__in=running.values("scenario"))


def _worked_on_by_somebody() -> Q:
    """What a class with students may still hand in, because a signed-out reader may be one of them. A class without
    students hides nothing from the public."""
    from classrooms.models import Assignment, Membership

    now = timezone.now()
    is_open = Q(due_at__gt=now) | Q(cut_off_at__gt=now) | Q(works__due_at__gt=now) | Q(works__cut_off_at__gt=now)
    attended = Membership.objects.filter(role=Membership.Role.STUDENT, left_at=None).values("classroom")
    running = Assignment.objects.filter(is_open, classroom__in=attended, classroom__archived_at=None, opens_at__lte=now)
    return Q(pk__in=running.values("scenario"))


def _taught(user_id: int) -> Q:
    """Those who teach a class see the designs made for it while their makers are in the class. Of those who left, the
    class keeps what they handed in. With anonymous marking they see none before marks are given back, because the page
    would tell whose it is."""
    from classrooms.models import Work

    standing = Work.objects.taught_by(user_id).filter(student__left_at=None).exclude(design=None)
    standing = standing.exclude(assignment__is_anonymous=True, returned_at=None)
    return Q(pk__in=standing.values("design_id"))


def _drawn_by(user_id: int) -> Q:
    """The designs of the groups in which somebody is."""
    from classrooms.models import Work

    mine = Work.objects.of_student(user_id).exclude(group=None).exclude(group__design=None)
    return Q(pk__in=mine.values("group__design_id"))


def _drawn_together() -> Q:
    from classrooms.models import Group

    return Q(pk__in=Group.objects.exclude(design=None).filter(works__isnull=False).values("design_id"))
