"""The platform's list of a course, brought into the class's roster (Names and Role Provisioning Services 2.0)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from classrooms.models import Membership, RosterEntry
from classrooms.rosters.layouts import Person as Line
from classrooms.services.errors import ClassError
from classrooms.services.roster import add_people, proposed
from schools.lti.launches import LaunchError, Person, read_people, roster_id
from schools.models import Course
from schools.models import Person as Known
from schools.services.asking import PlatformClient, PlatformError
from schools.services.keys import NoKeyError
from web.tasks import long_task

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ACCEPTS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_NAMED = 10


def _not_read(reason: str, course_id: int, *_: object) -> None:
    Course.objects.filter(pk=course_id).update(roster_words=f"The list was not read: {reason}.")


@long_task(seconds=120, megabytes=300, when_stopped=_not_read)
def read_roster(course_id: int, user_id: int) -> None:
    """Asks the platform for the people of the course, and adds those that the roster lacks. It removes nobody."""
    course = Course.objects.select_related("deployment__platform", "classroom").get(pk=course_id)
    client = PlatformClient(course.deployment.platform)
    try:
        pages = client.pages(course.members_url, scope=SCOPE, accept=ACCEPTS)
        people = [each for page in pages for each in read_people(page)]
    except (PlatformError, LaunchError, NoKeyError) as error:
        _not_read(f"{course.deployment.platform}: {error}", course_id)
        return
    user = User.objects.filter(pk=user_id).first()
    words = bring_in(course, people, by=user, at=timezone.now()) if user else ""
    Course.objects.filter(pk=course_id).update(roster_words=words, roster_at=timezone.now())


@transaction.atomic
def bring_in(course: Course, people: list[Person], *, by: User, at: datetime) -> str:
    """Adds the learners that are new, and says in words who was added, who is doubtful, and who is no longer there."""
    classroom = course.classroom
    learners = [each for each in people if each.is_active and each.role == "learner"]
    known = set(classroom.roster.exclude(lms_id="").values_list("lms_id", flat=True))
    lines = [
        Line(at_line, each.name or "Somebody without a name", email=each.email, lms_id=roster_id(each.subject))
        for at_line, each in enumerate(learners, start=1)
        if roster_id(each.subject) not in known
    ]
    doubtful = [row.person.name for row in proposed(classroom, lines) if row.fate in ("double", "wrong")]
    try:
        _, added = add_people(classroom, lines, file_name=str(course.deployment.platform), by=by, at=at)
    except ClassError as error:
        return f"Nobody was added: {error}"
    _join_by_id(course)
    gone = _gone(course, {each.subject for each in people if each.is_active})
    said = [f"{len(learners)} learners on the list, {added} of them new here."]
    if doubtful:
        said.append(f"Left out, because somebody else here has their name or address: {_named(doubtful)}.")
    if gone:
        said.append(f"No longer on the list, and still in the class: {_named(gone)}. Take them out under Settings.")
    return " ".join(said)


def _join_by_id(course: Course) -> None:
    """Joins people who came from the platform before to their line, whatever their names."""
    subjects = dict(Known.objects.filter(platform=course.deployment.platform).values_list("user_id", "subject"))
    free = {each.lms_id: each for each in course.classroom.roster.filter(membership=None).exclude(lms_id="")}
    members = course.classroom.memberships.filter(role=Membership.Role.STUDENT, roster_entry=None)
    for member in members:
        entry: RosterEntry | None = free.pop(roster_id(subjects.get(member.user_id, "")), None)
        if entry is not None:
            entry.membership = member
            entry.save(update_fields=["membership"])


def _gone(course: Course, listed: set[str]) -> list[str]:
    came = Known.objects.filter(platform=course.deployment.platform).exclude(subject__in=listed)
    members = course.classroom.memberships.filter(
        left_at=None, role=Membership.Role.STUDENT, user__in=came.values("user")
    )
    return [each.shown_name for each in members.select_related("user")]


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
