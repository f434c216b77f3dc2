"""Who may do what in a class. Permission is part of the lookup: what you may not see does not exist."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from classrooms.models import Assignment, Classroom, Membership, Work, WorkQuerySet
from designs.access import acting_user

Role = Membership.Role


class SignInFirst(PermissionDenied):
    """Refuses a person who might be allowed after signing in or joining; `leads_to` is the page that helps them."""

    def __init__(self, path: str) -> None:
        super().__init__("Sign in to open this class.")
        self.leads_to = f"{reverse('classrooms:classroom_join')}?{urlencode({'next': path})}"


def signed_in(request: HttpRequest) -> User:
    """The signed-in person. Raises SignInFirst for others, who might be allowed if they signed in."""
    user = acting_user(request)
    if user is None:
        raise SignInFirst(request.get_full_path())
    return user


def membership_in(request: HttpRequest, classroom_id: int) -> Membership:
    """The person's current membership; Http404 for a person who has none or has left."""
    members = Membership.objects.filter(classroom_id=classroom_id, user=signed_in(request), left_at=None)
    return get_object_or_404(members.select_related("classroom", "user"))


def taught_class(request: HttpRequest, classroom_id: int) -> Classroom:
    """For instructors and assistants."""
    found = get_object_or_404(Classroom.objects.taught_by(signed_in(request).pk), pk=classroom_id)
    return _with_role(request, found)


def led_class(request: HttpRequest, classroom_id: int) -> Classroom:
    """The class, for instructors only: they change people, assignments and settings."""
    found = get_object_or_404(Classroom.objects.led_by(signed_in(request).pk), pk=classroom_id)
    found.is_led = True
    return found


def taught_assignment(request: HttpRequest, assignment_id: int) -> Assignment:
    """For instructors and assistants."""
    classes = Classroom.objects.taught_by(signed_in(request).pk)
    found = Assignment.objects.filter(classroom__in=classes).select_related("classroom", "scenario")
    assignment = get_object_or_404(found, pk=assignment_id)
    _with_role(request, assignment.classroom)
    return assignment


def led_assignment(request: HttpRequest, assignment_id: int) -> Assignment:
    """For instructors."""
    classes = Classroom.objects.led_by(signed_in(request).pk)
    found = Assignment.objects.filter(classroom__in=classes).select_related("classroom", "scenario")
    assignment = get_object_or_404(found, pk=assignment_id)
    assignment.classroom.is_led = True
    return assignment


def _with_role(request: HttpRequest, classroom: Classroom) -> Classroom:
    classroom.is_led = Classroom.objects.led_by(signed_in(request).pk).filter(pk=classroom.pk).exists()
    return classroom


def assignment_of_member(request: HttpRequest, assignment_id: int) -> tuple[Assignment, Membership]:
    """The assignment and the membership, for every person in its class."""
    user = signed_in(request)
    assignment = get_object_or_404(
        Assignment.objects.filter(classroom__in=Classroom.objects.of(user.pk)).select_related("classroom", "scenario"),
        pk=assignment_id,
    )
    member = membership_in(request, assignment.classroom_id)
    assignment.classroom.is_led = member.role == Role.INSTRUCTOR
    return assignment, member


def taught_work(request: HttpRequest, work_id: int) -> Work:
    works = Work.objects.taught_by(signed_in(request).pk)
    return get_object_or_404(_with_all(works), pk=work_id)


def own_work(request: HttpRequest, work_id: int) -> Work:
    return get_object_or_404(_with_all(Work.objects.of_student(signed_in(request).pk)), pk=work_id)


def work_for(request: HttpRequest, work_id: int) -> tuple[Work, bool]:
    """The work, and whether the viewer teaches it: an instructor need not be a student here."""
    user = signed_in(request)
    taught = _with_all(Work.objects.taught_by(user.pk)).filter(pk=work_id).first()
    if taught is not None:
        return taught, True
    own = _with_all(Work.objects.of_student(user.pk)).filter(pk=work_id).first()
    if own is None:
        raise Http404("There is no such work.")
    return own, False


def _with_all(works: WorkQuerySet) -> WorkQuerySet:
    found = works.select_related("assignment__classroom", "assignment__scenario", "student__user", "design")
    return found.prefetch_related("submissions__marks", "submissions__taken_by", "returns__submission")
