"""A launch from a learning platform: begun here, confirmed there, and come back once with a signed token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.signing_in.tokens import RefusedTokenError, UnknownKeyError, read_signed
from classrooms.models import Assignment, Membership
from classrooms.services.classes import create_classroom
from classrooms.services.roster import join_to_roster
from schools.lti.launches import Launch, LaunchError, read_launch, roster_id
from schools.models import Attempt, Course, Deployment, Person, Platform, Resource
from schools.services.asking import PlatformError, keys_of
from web.sent.typed import tidy

HOLDS = timedelta(minutes=10)
KEPT = timedelta(days=1)
ASKED = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")
Role = Membership.Role


class RefusedLaunchError(Exception):
    """Why a launch is refused, in words for the person and for the people who run the platform."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Where the browser is sent, and the cookie that proves on its return that it began here."""

    address: str
    cookie: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The person who came, and where they arrive."""

    user: User
    launch: Launch
    course: Course
    resource: Resource | None
    member: Membership


def begin(asked: Mapping[str, str], *, back_to: str, at: datetime) -> Begun:
    """Answers the start of a launch (third-party initiated login of OpenID Connect). RefusedLaunchError for an unknown
    platform."""
    said = {name: asked.get(name, "")[:4_000].replace("\x00", "") for name in ASKED}
    platform = platform_of(said["iss"], said["client_id"])
    if not said["login_hint"]:
        raise RefusedLaunchError("The platform says nothing of who is to come in (login_hint).")
    Attempt.objects.filter(made_at__lt=at - KEPT).delete()
    state, secret, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    Attempt.objects.create(platform=platform, state=state, secret=digest(secret), nonce=nonce, asked=said, made_at=at)
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": back_to,
        "state": state,
        "nonce": nonce,
        "login_hint": said["login_hint"],
    }
    if said["lti_message_hint"]:
        query["lti_message_hint"] = said["lti_message_hint"]
    joint = "&" if "?" in platform.auth_url else "?"
    return Begun(address=f"{platform.auth_url}{joint}{urlencode(query)}", cookie=cookie_of(state), secret=secret)


def platform_of(issuer: str, client_id: str) -> Platform:
    known = Platform.objects.filter(issuer=issuer, is_active=True)
    found = list(known.filter(client_id=client_id) if client_id else known)[:2]
    if len(found) != 1:
        raise RefusedLaunchError(
            f"This site does not know the platform {issuer[:200] or 'that sent you'}"
            + (f" with client ID {client_id[:80]}" if client_id else "")
            + ". The operator of the site has to register it."
        )
    return found[0]


def cookie_of(state: str) -> str:
    """The name of the cookie that belongs to an attempt: several may be under way in one browser."""
    return f"lti-{digest(state)[:12]}"


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def attempt_of(state: str, *, at: datetime) -> Attempt:
    """The attempt that comes back, which is used up by this.

    RefusedLaunchError if it is unknown, old or used, or if its platform was switched off meanwhile.
    """
    state = state.replace("\x00", "")[:64]
    known = Attempt.objects.filter(state=state, used_at=None, made_at__gte=at - HOLDS)
    if not known.update(used_at=at):
        raise RefusedLaunchError(
            "This sign-in was used already, or is older than ten minutes. Open the link on the platform again."
        )
    attempt = Attempt.objects.select_related("platform").get(state=state)
    if not attempt.platform.is_active:
        raise RefusedLaunchError(f"{attempt.platform} is switched off here. Ask whoever runs the site.")
    return attempt


def launch_in(token: str, attempt: Attempt) -> Launch:
    """The content of the platform's token, after every check has passed."""
    platform = attempt.platform
    try:
        claims = _claims(token, platform)
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise RefusedTokenError("it was made for another launch")
        return read_launch(claims)
    except (RefusedTokenError, LaunchError) as error:
        raise RefusedLaunchError(f"What {platform} sent is refused: {error}.") from error
    except PlatformError as error:
        raise RefusedLaunchError(f"The keys of {platform} cannot be read: {error}. Try again in a minute.") from error


def _claims(token: str, platform: Platform) -> dict[str, object]:
    wants = {"issuer": platform.issuer, "audience": platform.client_id}
    try:
        return read_signed(token, keys=keys_of(platform), **wants)
    except UnknownKeyError:
        return read_signed(token, keys=keys_of(platform, anew=True), **wants)


@transaction.atomic
def arrive(launch: Launch, platform: Platform, *, at: datetime) -> Arrival:
    """The account, class and membership of the person who comes, made where there are none."""
    deployment = Deployment.objects.filter(platform=platform, deployment_id=launch.deployment).first()
    if deployment is None:
        raise RefusedLaunchError(
            f"{platform} has placed this site a second time: its deployment ID {launch.deployment[:80]} is not "
            "registered here. The operator of the site has to add it."
        )
    person = _person(launch, platform)
    if not person.user.is_active:
        raise RefusedLaunchError("Your account here is closed. Ask the operator of the site.")
    course = _course(launch, deployment, person.user, at=at)
    member = _member(launch, course, person, at=at)
    if launch.choice is not None and member.role != Role.INSTRUCTOR:
        raise RefusedLaunchError("Only a teacher of the course places something in it.")
    resource = _resource(launch, course) if launch.link else None
    return Arrival(user=person.user, launch=launch, course=course, resource=resource, member=member)


def _person(launch: Launch, platform: Platform) -> Person:
    found = Person.objects.filter(platform=platform, subject=launch.subject).select_related("user").first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            user = User(username=get_adapter().generate_unique_username([launch.name, "learner"]))
            user.set_unusable_password()
            user.save()
            return Person.objects.create(platform=platform, subject=launch.subject, user=user)
    except IntegrityError:  # two windows at the same moment
        return Person.objects.select_related("user").get(platform=platform, subject=launch.subject)


def _course(launch: Launch, deployment: Deployment, user: User, *, at: datetime) -> Course:
    # Locked, so that two teachers who open a course at once make one class.
    Deployment.objects.select_for_update().get(pk=deployment.pk)
    course = Course.objects.filter(deployment=deployment, context_id=launch.course).first()
    if course is None:
        if launch.role != "teacher":
            raise RefusedLaunchError("Your teacher has not opened this course here yet. Come again when they have.")
        name = launch.course_title or f"A course of {deployment.platform}"
        classroom = create_classroom(name, owner=user, time_zone="UTC", at=at)
        course = Course(deployment=deployment, context_id=launch.course, classroom=classroom)
    if course.pk is None or (course.title, course.members_url) != (launch.course_title, launch.members):
        course.title, course.members_url = launch.course_title, launch.members
        course.save()
    return course


ROLES = {"teacher": Role.INSTRUCTOR, "assistant": Role.ASSISTANT, "learner": Role.STUDENT}
BY_REACH = (Role.STUDENT, Role.ASSISTANT, Role.INSTRUCTOR)


def _member(launch: Launch, course: Course, person: Person, *, at: datetime) -> Membership:
    """Sets the role that the platform names. A member may gain a role with more rights by this, but never loses one."""
    role = ROLES[launch.role]
    name = tidy(launch.name, 120)
    member, _ = Membership.objects.get_or_create(
        classroom=course.classroom, user=person.user, defaults={"role": role, "name": name, "joined_at": at}
    )
    if member.was_removed:
        raise RefusedLaunchError("You were taken out of this class. Ask your teacher.")
    member.role = max(member.role, role, key=BY_REACH.index)
    member.left_at = None
    member.name = member.name or name
    member.save(update_fields=["role", "left_at", "name"])
    if member.role != Role.STUDENT:
        return member
    entry = course.classroom.roster.filter(lms_id=roster_id(launch.subject), membership=None).first()
    if entry is not None and not hasattr(member, "roster_entry"):
        entry.membership = member
        entry.save(update_fields=["membership"])
    else:
        join_to_roster(member)
    return member


def _resource(launch: Launch, course: Course) -> Resource:
    """The link of the course and its content: as chosen when it was placed, otherwise as it is known already."""
    resource, _ = Resource.objects.get_or_create(course=course, link_id=launch.link)
    if resource.assignment is None and not resource.topic:
        resource.topic = launch.custom.get("topic", "")
        number = launch.custom.get("assignment", "")
        if number.isdecimal() and len(number) < 16:
            # None when it is of another class, as after the platform has copied a course: the teacher chooses again.
            resource.assignment = Assignment.objects.filter(pk=int(number), classroom=course.classroom).first()
    resource.scopes = list(launch.grades.scopes)
    resource.columns_url, resource.column_url = launch.grades.columns, launch.grades.column
    resource.save()
    return resource
