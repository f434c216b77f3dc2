"""What classes keep for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accounts import work
from accounts.models import User
from classrooms.models import (
    Classroom,
    Comment,
    Membership,
    Notice,
    NoticeSwitch,
    Opinion,
    RegradeRequest,
    Return,
    Revision,
    RosterImport,
    SavedComment,
    Submission,
    Work,
)
from classrooms.pages.peers import peers_of
from classrooms.services.groups import hand_over


def _move(guest: User, owner: User) -> None:
    """Moves to the account; where both are in a class, the account's membership stays and takes over the guest's
    work."""
    known = {member.classroom_id: member for member in Membership.objects.filter(user=owner)}
    for member in Membership.objects.filter(user=guest):
        standing = known.get(member.classroom_id)
        if standing is None:
            member.user = owner
            member.save(update_fields=["user"])
            continue
        done = standing.works.values("assignment_id")
        member.works.exclude(assignment_id__in=done).update(student=standing)
        reviewed = standing.peer_reviews.values("assignment_id")
        member.peer_reviews.exclude(assignment_id__in=reviewed).update(reviewer=standing)
    Comment.objects.filter(author=guest).update(author=owner)
    Return.objects.filter(by=guest).update(by=owner)
    Submission.objects.filter(taken_by=guest).update(taken_by=owner)
    Revision.objects.filter(by=guest).update(by=owner)
    RosterImport.objects.filter(by=guest).update(by=owner)
    chosen = NoticeSwitch.objects.filter(user=owner).values("kind")
    NoticeSwitch.objects.filter(user=guest).exclude(kind__in=chosen).update(user=owner)
    Opinion.objects.filter(marker=guest).update(marker=owner)
    RegradeRequest.objects.filter(answered_by=guest).update(answered_by=owner)
    SavedComment.objects.filter(author=guest).update(author=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    yield from _switches(user)
    members, told = Membership.objects.filter(user=user).select_related("classroom"), Notice.objects
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
                "notices": list(told.filter(member=member).values("at", "kind", "assignment__title", "mailed_at")),
                "reviews_written": [
                    {
                        "assignment": each.assignment.title,
                        "design": each.number,
                        "at": each.done_at,
                        "levels": each.given,
                        "words": each.words,
                    }
                    for each in member.peer_reviews.exclude(done_at=None).select_related("assignment")
                ],
                **_exported_teaching(user, member.classroom_id),
            },
        )


def _switches(user: User) -> Iterable[tuple[str, Any]]:
    chosen = list(NoticeSwitch.objects.filter(user=user).values("kind", "on_page", "by_mail"))
    if chosen:
        yield "notices.json", chosen


def _exported_teaching(user: User, classroom_id: int) -> dict[str, Any]:
    """What the person did in a class as an instructor, without the students' data; {} when there is nothing."""
    comments = Comment.objects.filter(author=user, work__assignment__classroom=classroom_id)
    returns = Return.objects.filter(by=user, work__assignment__classroom=classroom_id)
    taken = Submission.objects.filter(taken_by=user, work__assignment__classroom=classroom_id)
    revisions = Revision.objects.filter(by=user, assignment__classroom=classroom_id).select_related("assignment")
    rosters = RosterImport.objects.filter(by=user, classroom=classroom_id)
    opinions = Opinion.objects.filter(marker=user, submission__work__assignment__classroom=classroom_id)
    answers = RegradeRequest.objects.filter(answered_by=user, work__assignment__classroom=classroom_id)
    saved = SavedComment.objects.filter(author=user, classroom=classroom_id)
    done = {
        "comments_written": list(comments.values("at", "about", "words")),
        "marks_given": [
            {"assignment": title, "at": at, "points": points, "feedback": feedback}
            for title, at, points, feedback in returns.values_list(
                "work__assignment__title", "at", "points", "feedback"
            )
        ],
        "drafts_taken": [
            {"assignment": title, "at": at, "version": version}
            for title, at, version in taken.values_list("work__assignment__title", "at", "version")
        ],
        "corrections": [
            {"assignment": each.assignment.title, "at": each.at, "number": each.number, "changes": each.changed_words}
            for each in revisions
        ],
        "roster_files": list(rosters.values("file_name", "at")),
        "levels_given": list(opinions.values("dimension", "level", "note")),
        "answers": list(answers.values("answered_at", "answer")),
        "comments_saved": list(saved.values("at", "words", "uses")),
    }
    return {name: rows for name, rows in done.items() if rows}


def _exported(each: Work) -> dict[str, Any]:
    """What was handed in, and what the student was given back, as it was given."""
    given = each.last_return
    lines = given.lines if given else []
    return {
        "assignment": each.assignment.title,
        "design": str(each.design_id or ""),
        "group": each.group.name if each.group else "",
        "submissions": [
            {"version": one.version, "at": one.at, "is_late": one.is_late, "document": one.data()}
            for one in each.submissions.all()
        ],
        "returned_at": given.at if given else None,
        "points": given.worth if given else None,
        "points_of_the_best": given.out_of if given else None,
        "feedback": given.feedback if given else "",
        "marks": [{"dimension": one["key"], "level": one["level"], "note": one["note"]} for one in lines],
        "history": [
            {"at": one.at, "points": one.worth, "of": one.out_of, "feedback": one.feedback}
            for one in each.returns.all()
        ],
        "asked_again": [
            {"at": one.at, "reason": one.reason, "answered_at": one.answered_at, "answer": one.answer}
            for one in each.regrades.all()
        ],
        "reviews_received": [
            {"number": one.number, "points": one.points, "words": one.review.words}
            for one in peers_of(each, for_author=True).reviews
        ],
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
    """Everybody who has ever been in a class: their teachers keep what was handed in and marked there.

    What an instructor gave back, took, corrected or imported stays with the class without their name.
    """
    return (Membership.objects.values("user"),)


def _needed(user: User) -> list[str]:
    """Active classes that nobody else teaches."""
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
    models=(
        "classrooms.Membership",
        "classrooms.Comment",
        "classrooms.Return",
        "classrooms.Submission",
        "classrooms.Revision",
        "classrooms.RosterImport",
        "classrooms.SavedComment",
        "classrooms.RegradeRequest",
        "classrooms.Opinion",
        "classrooms.NoticeSwitch",
    ),
    move=_move,
    needed_by_others=_needed,
    export=_export,
    stays={"classes/": ("class", "classes"), "notices.json": ("choice of notices", "choices of notices")},
    summary=_summary,
    seen_by_others=_seen_by_others,
    hand_over=hand_over,
)
