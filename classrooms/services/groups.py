"""Groups of an assignment: made, changed, and what becomes of designs and submissions when people move.

Nothing is lost by moving: who comes back finds what they had.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from classrooms.models import Assignment, Group, Membership, Submission, Work, WorkMark
from classrooms.services.errors import ClassError
from classrooms.services.starting import figures_for, group_figures
from classrooms.services.work import begun_work, due_time
from designs.models import Design
from designs.services.saving import create_design
from web.sent.typed import tidy

SMALLEST, LARGEST = 2, 20


@dataclass(frozen=True)
class Sorted:
    """How many people are in another group than before, and how many groups there are."""

    moved: int
    groups: int


@transaction.atomic
def set_groups(assignment: Assignment, names: Mapping[Membership, str], *, at: datetime) -> Sorted:
    """Puts each of these students into the group of that name, which is made when there is none; "" lets them work
    alone. Names that differ only in capitals are one group."""
    if not assignment.is_design or assignment.start == Assignment.Start.INTERVIEW:
        raise ClassError("Only an assignment to design without a clock can have groups.")
    known = {each.name.casefold(): each for each in assignment.groups.all()}
    standing = {each.student_id: each for each in assignment.works.select_related("group", "student__user")}
    moved = 0
    for student, typed in names.items():
        name = tidy(typed, 60)
        group = known.get(name.casefold()) if name else None
        if name and group is None:
            group = known[name.casefold()] = Group.objects.create(assignment=assignment, name=name)
        work = standing.get(student.pk)
        if work is None and group is None:
            continue
        work = work or begun_work(assignment, student, at=at)
        work.assignment = assignment
        if work.group_id != (group.pk if group else None):
            move(work, group)
            moved += 1
    return Sorted(moved, assignment.groups.filter(works__isnull=False).distinct().count())


def at_random(students: Sequence[Membership], size: int, *, seed: int | None = None) -> dict[Membership, str]:
    """As many groups as come nearest to that size, as even as can be: 7 by 3 are 4 and 3, and 8 by 3 are 3, 3 and 2."""
    if not SMALLEST <= size <= LARGEST:
        raise ClassError(f"A group has {SMALLEST} to {LARGEST} people.")
    if not students:
        raise ClassError("Nobody has joined yet.")
    shuffled = list(students)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - who works with whom is no secret
    count = max(1, (2 * len(shuffled) + size) // (2 * size))
    return {student: f"Group {at % count + 1}" for at, student in enumerate(shuffled)}


def from_roster(students: Sequence[Membership]) -> dict[Membership, str]:
    """By the column of the roster that says section or group; whoever has none there is left out."""
    found = {each: section for each in students if (section := _section(each))}
    if not found:
        raise ClassError("The roster names no groups. Load one whose column is chosen as “Section or group”.")
    return found


def _section(student: Membership) -> str:
    entry = getattr(student, "roster_entry", None)
    return entry.section if entry else ""


def as_in(other: Assignment, students: Sequence[Membership]) -> dict[Membership, str]:
    """The groups of another assignment of the class."""
    by_student = {each.student_id: each.group.name for each in other.works.select_related("group") if each.group}
    found = {each: by_student[each.pk] for each in students if each.pk in by_student}
    if not found:
        raise ClassError(f"{other} has no groups.")
    return found


@transaction.atomic
def move(work: Work, group: Group | None) -> None:
    """Moves a student from one group, or from working alone, to another. `work` comes with its assignment and
    student."""
    if work.group is None:
        work.alone_design = work.design
    else:
        pass_on(work.group, leaving=work.student.user)
    work.group = group
    work.design = group.design if group else work.alone_design
    work.own_figures = json.dumps(group_figures(group) if group else figures_for(work.assignment, work.student_id))
    work.save(update_fields=["group", "design", "alone_design", "own_figures"])
    if group is not None:
        _catch_up(work, group)


def _catch_up(work: Work, group: Group) -> None:
    """Gives a newcomer the group's last submission with its marks."""
    last = Submission.objects.filter(group=group).exclude(work=work).order_by("-at", "-pk").first()
    if last is None:
        return
    mine, is_new = Submission.objects.get_or_create(
        work=work,
        of_design=last.of_design,
        version=last.version,
        defaults={**_same(last), "group": group, "is_late": last.at > due_time(work)},
    )
    if is_new:
        copies = [
            WorkMark(
                work=work,
                submission=mine,
                dimension=each.dimension,
                level=each.level,
                note=each.note,
                revision=each.revision,
            )
            for each in last.marks.all()
        ]
        WorkMark.objects.bulk_create(copies)


def _same(submission: Submission) -> dict[str, object]:
    names = ("at", "content", "figures", "revision", "interview", "taken_by", "summary")
    return {name: getattr(submission, name) for name in names}


def pass_on(group: Group, *, leaving: User) -> bool:
    """Gives the group's design to another member when its owner leaves. False when there is nobody else."""
    design = group.design
    if design is None or design.owner_id != leaving.pk:
        return True
    rest = group.works.exclude(student__user=leaving).filter(student__left_at=None).select_related("student__user")
    heir = rest.order_by("pk").first()
    if heir is None:
        return False
    Design.objects.filter(pk=design.pk).update(owner=heir.student.user)
    return True


def leave_groups(member: Membership, *, at: datetime) -> None:
    """A student who leaves keeps a copy of the group's design; the design stays with the group."""
    for work in member.works.exclude(group=None).select_related("group__design", "student__user"):
        group = work.group
        if group is None or group.design is None or group.design.owner_id != member.user_id:
            continue
        document = group.design.data()
        if pass_on(group, leaving=member.user):
            create_design(owner=member.user, document=document, at=at)


def hand_over(user: User) -> None:
    """Before an account goes: designs of groups become those of the others."""
    for group in Group.objects.filter(design__owner=user).select_related("design"):
        pass_on(group, leaving=user)
