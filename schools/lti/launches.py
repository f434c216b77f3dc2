"""What a learning platform says about a person who comes from it (LTI 1.3, core specification, section 5)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
RESOURCE_LINK, CHOICE = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
Role = Literal["teacher", "assistant", "learner"]
# People who teach or run the course. A role in the whole school does not give anybody a class.
TEACHING = ("Instructor", "Administrator", "ContentDeveloper")
# An assistant may also have `Instructor`: the standard sends the main role with each finer one.
ASSISTING = (
    "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
    "urn:lti:role:ims/lis/TeachingAssistant",
    "TeachingAssistant",
)


class LaunchError(ValueError):
    """What a launch lacks or states wrongly, in words for the people who run the platform."""


@dataclass(frozen=True, kw_only=True)
class GradeService:
    """Where grades are sent: `columns` lists and makes columns, `column` is this link's own; "" where there is none."""

    scopes: tuple[str, ...] = ()
    columns: str = ""
    column: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the platform expects after "add content", and where it is sent."""

    return_to: str
    data: str | None = None
    takes_columns: bool = True


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One person, in one course, at one link of it."""

    message: str
    deployment: str
    subject: str
    name: str
    email: str
    role: Role
    course: str
    course_title: str
    link: str = ""
    link_title: str = ""
    custom: Mapping[str, str]
    grades: GradeService
    members: str = ""
    choice: Choice | None = None


def read_launch(claims: Mapping[str, Any]) -> Launch:
    """The launch in a token whose signature was checked. LaunchError where the standard requires more than the token
    says."""
    message = _word(claims, f"{CLAIM}message_type")
    if message not in (RESOURCE_LINK, CHOICE):
        raise LaunchError(f"it asks for something this site does not do ({message[:60] or 'no message type'})")
    if _word(claims, f"{CLAIM}version") != "1.3.0":
        raise LaunchError("it does not follow LTI 1.3.0")
    context = _map(claims, f"{CLAIM}context")
    course = _word(context, "id")
    if not course:
        raise LaunchError("it comes from no course: place the link inside a course")
    link = _map(claims, f"{CLAIM}resource_link")
    if message == RESOURCE_LINK and not _word(link, "id"):
        raise LaunchError("it names no link of the course")
    custom = _map(claims, f"{CLAIM}custom")
    return Launch(
        message=message,
        deployment=_needed(claims, f"{CLAIM}deployment_id", "deployment"),
        subject=_needed(claims, "sub", "person"),
        name=_name(claims),
        email=_word(claims, "email", 254),
        role=role_in(claims.get(f"{CLAIM}roles")),
        course=course,
        course_title=_word(context, "title", 120) or _word(context, "label", 120),
        link=_word(link, "id"),
        link_title=_word(link, "title", 200),
        custom={key[:60]: _storable(str(value))[:120] for key, value in custom.items() if isinstance(value, str | int)},
        grades=_grades(_map(claims, GRADES)),
        members=_word(_map(claims, NAMES), "context_memberships_url", 2_000),
        choice=_choice(_map(claims, f"{DEEP_LINKING}deep_linking_settings")) if message == CHOICE else None,
    )


def role_in(roles: Any) -> Role:
    """The role in the class, from the roles in this course."""
    found = [each for each in roles if isinstance(each, str)] if isinstance(roles, list) else []
    if any(role in found for role in ASSISTING):
        return "assistant"
    main = {each.removeprefix(f"{MEMBERSHIP}#") for each in found}  # roles of the course may be sent as short names
    return "teacher" if any(role in main for role in TEACHING) else "learner"


def _grades(said: Mapping[str, Any]) -> GradeService:
    scopes = said.get("scope")
    known = tuple(each for each in scopes if isinstance(each, str)) if isinstance(scopes, list) else ()
    return GradeService(scopes=known, columns=_word(said, "lineitems", 2_000), column=_word(said, "lineitem", 2_000))


def _choice(said: Mapping[str, Any]) -> Choice:
    return_to = _word(said, "deep_link_return_url", 2_000)
    types = said.get("accept_types")
    if not return_to:
        raise LaunchError("it does not say where a choice is to be sent")
    if not isinstance(types, list) or "ltiResourceLink" not in types:
        raise LaunchError("it takes no links to this site")
    data = said.get("data")
    return Choice(
        return_to=return_to,
        data=data if isinstance(data, str) else None,
        takes_columns=said.get("accept_lineitem", True) is not False,
    )


def _name(claims: Mapping[str, Any]) -> str:
    whole = _word(claims, "name", 120)
    return whole or f"{_word(claims, 'given_name', 60)} {_word(claims, 'family_name', 59)}".strip()


def _map(claims: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = claims.get(key)
    return found if isinstance(found, dict) else {}


def _word(claims: Mapping[str, Any], key: str, most: int = 255) -> str:
    """The text without NUL, which no database stores, and without spaces around it."""
    found = claims.get(key)
    if not isinstance(found, str) or len(found) > max(most, 255):
        return ""
    return _storable(found).strip()[:most]


def _storable(words: str) -> str:
    """The text without what no database stores: NUL and unpaired surrogates."""
    return words.replace("\x00", "").encode("utf-8", "ignore").decode()


def _needed(claims: Mapping[str, Any], key: str, what: str) -> str:
    found = _word(claims, key)
    if not found:
        raise LaunchError(f"it names no {what}")
    return found


ROSTER_ID_LENGTH = 60


def roster_id(subject: str) -> str:
    """A person's id as a roster stores it: unchanged, or shortened to a digest if it is too long."""
    if len(subject) <= ROSTER_ID_LENGTH:
        return subject
    return hashlib.sha256(subject.encode()).hexdigest()[:ROSTER_ID_LENGTH]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody on the platform's list of a course."""

    subject: str
    name: str
    email: str
    role: Role
    is_active: bool


def read_people(said: Any) -> list[Person]:
    """One page of Names and Role Provisioning (version 2.0, section 2.3). LaunchError if it is something else."""
    members = said.get("members") if isinstance(said, dict) else None
    if not isinstance(members, list):
        raise LaunchError("the list of people cannot be read")
    return [
        Person(
            subject=_word(each, "user_id"),
            name=_name(each),
            email=_word(each, "email", 254),
            role=role_in(each.get("roles")),
            is_active=_word(each, "status") in ("", "Active"),
        )
        for each in members
        if isinstance(each, dict) and _word(each, "user_id")
    ]


TOTAL = "total"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the platform's gradebook: a dimension of the rubric, or the total."""

    key: str
    label: str
    maximum: float


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one student gets in one column."""

    column: Column
    given: float


def marks_of(title: str, total: float | None, out_of: int, lines: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """The marks that were given back: the total that the student sees, and the level of each line of the rubric.

    `lines` are those of a return: `key`, `title`, `level` (None where none was given) and `levels`, whose first is 0. A
    line with only one level distinguishes nobody and has no column.
    """
    whole = Column(key=TOTAL, label=title, maximum=out_of)
    found = [Mark(column=whole, given=total)] if total is not None else []
    for line in lines:
        most, level = len(line["levels"]) - 1, line["level"]
        if most > 0 and level is not None and math.isfinite(level):
            column = Column(key=str(line["key"]), label=f"{title}: {line['title']}", maximum=most)
            found.append(Mark(column=column, given=level))
    return found


def chosen(
    *,
    client: str,
    issuer: str,
    deployment: str,
    data: str | None,
    items: Sequence[Mapping[str, Any]],
    nonce: str,
    at_seconds: int,
) -> dict[str, Any]:
    """The answer to "add content" (Deep Linking 2.0, section 4.5), to be signed; it holds for five minutes."""
    claims = {
        "iss": client,
        "aud": [issuer],
        "azp": issuer,
        "iat": at_seconds,
        "exp": at_seconds + 300,
        "nonce": nonce,
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": "1.3.0",
        f"{CLAIM}deployment_id": deployment,
        f"{DEEP_LINKING}content_items": list(items),
    }
    return claims if data is None else {**claims, f"{DEEP_LINKING}data": data}
