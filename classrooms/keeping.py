"""What classes keep for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts import work
from accounts.models import User
from classrooms.models import Classroom, Comment, Membership, Work


def _move(guest: User, owner: User) -> None:
    """Into the account; where both are in a class, the account's membership stays and takes over the guest's work."""
    known = {member.classroom_id: member for member in Membership.objects.filter(user=owner)}
    for member in Membership.objects.filter(user=guest):
        standing = known.get(member.classroom_id)
        if standing is None:
            member.user = owner
            member.save(update_fields=["user"])
            continue
        done = standing.works.values("assignment_id")
        member.works.exclude(assignment_id__in=done).update(student=standing)
    Comment.objects.filter(author=guest).update(author=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    members = Membership.objects.filter(user=user).select_related("classroom")
    for member in members:
        works = member.works.select_related("assignment").prefetch_related("submissions", "returns", "comments")
        yield (
            f"classes/{member.classroom_id}.json",
            {
                "class": member.classroom.name,
                "role": member.role,
                "name": member.name,
                "joined_at": member.joined_at,
                "left_at": member.left_at,
                "work": [_exported(each) for each in works],
            },
        )


def _exported(each: Work) -> dict[str, Any]:
    """What was handed in, and what the student was given back, as it was given."""
    given = each.last_return
    lines = given.lines if given else []
    return {
        "assignment": each.assignment.title,
        "design": str(each.design_id or ""),
        "submissions": [
            {"version": one.version, "at": one.at, "is_late": one.is_late, "document": one.data()}
            for one in each.submissions.all()
        ],
        "returned_at": given.at if given else None,
        "points": given.points if given else None,
        "feedback": given.feedback if given else "",
        "marks": [{"dimension": one["key"], "level": one["level"], "note": one["note"]} for one in lines],
        "comments": [
            {"element": one.element, "about": one.about, "words": one.words}
            for one in each.comments.all()
            if one.shown_at
        ],
    }


def _summary(user: User) -> list[str]:
    count = Membership.objects.filter(user=user, left_at=None).count()
    return [f"{count} class{'es' * (count != 1)}"] if count else []


def _seen_by_others() -> tuple[QuerySet[Any, Any], ...]:
    """Whoever has ever been in a class: their teachers keep what was handed in and marked there."""
    return (Membership.objects.values("user"),)


def _needed(user: User) -> list[str]:
    """Classes that are open to people and that nobody else teaches."""
    teaching = Membership.objects.filter(user=user, role=Membership.Role.INSTRUCTOR, left_at=None)
    taught = Classroom.objects.select_for_update().filter(archived_at=None, pk__in=teaching.values("classroom"))
    found = []
    for classroom in taught:
        others = classroom.memberships.filter(left_at=None).exclude(user=user)
        if others.exists() and not others.filter(role=Membership.Role.INSTRUCTOR).exists():
            found.append(f"the class “{classroom}”, which only you teach")
    return found


WORK = work.Work(
    name="classes",
    models=("classrooms.Membership", "classrooms.Comment"),
    move=_move,
    needed_by_others=_needed,
    export=_export,
    summary=_summary,
    seen_by_others=_seen_by_others,
)
