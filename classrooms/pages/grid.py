"""The work of a class as tiles: all of them, or only those that changed since a page was sent."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from classrooms.models import Assignment, Membership, Submission, Work, code_name
from classrooms.selectors.classes import students_in_order
from classrooms.selectors.works import works_by_student
from classrooms.services.summaries import is_behind, refresh, summary_shown


@dataclass(frozen=True)
class Tile:
    """One student or one group. `stamp` changes whenever the tile shows something else."""

    key: int
    stamp: str
    name: str
    work: Work | None
    summary: Mapping[str, Any]
    state: str
    is_late: bool
    newer: int | None

    @property
    def drawing(self) -> str:
        return mark_safe(str(self.summary.get("drawing", "")))  # noqa: S308 - ours, its words escaped


@dataclass(frozen=True)
class Grid:
    """`behind` counts designs that are still to be read; `is_whole` says that all tiles are here, not only the changed
    ones."""

    tiles: tuple[Tile, ...]
    behind: int
    is_whole: bool = True


def people_in(assignment: Assignment) -> list[Membership]:
    """In the order of the grid, which tells no names where marking is anonymous."""
    students = students_in_order(assignment.classroom)
    if assignment.is_anonymous:
        students.sort(key=lambda each: code_name(assignment.pk, each.pk))
    return students


def grid_of(assignment: Assignment, students: Sequence[Membership]) -> Grid:
    works = works_by_student(assignment, [student.pk for student in students])
    shown = one_a_group(works.values())
    behind = refresh(shown)
    known = {student.pk: works.get(student.pk) for student in students}
    alone = [_tile(assignment, student, known[student.pk]) for student in students]
    return Grid(tuple(tile for tile in alone if tile.work is None or tile.work in shown), behind)


def changes_of(assignment: Assignment, students: Sequence[Membership], stamps: Collection[str]) -> Grid | None:
    """The tiles whose stamps are not in `stamps`; the whole grid when people came or went; None when nothing is new.
    Reads only designs that changed."""
    works = works_by_student(assignment, [student.pk for student in students], with_documents=False)
    shown = {work.pk for work in one_a_group(works.values())}
    unread = _unread(works.values())
    now: dict[int, str] = {}
    for student in students:
        work = works.get(student.pk)
        if work is None or work.pk in shown:
            now[student.pk] = _stamp(assignment, student, work, is_unread=work is not None and work.pk in unread)
    if {stamp.partition(".")[0] for stamp in stamps} != {str(key) for key in now}:
        return grid_of(assignment, students)
    changed = [student for student in students if student.pk in now and now[student.pk] not in stamps]
    if not changed:
        return None
    found = grid_of(assignment, changed)
    return Grid(found.tiles, found.behind, is_whole=False)


def _unread(works: Iterable[Work]) -> set[int]:
    """Works whose last submission or draft has no summary yet."""
    last = {submission.pk: work.pk for work in works if (submission := work.last_submission) is not None}
    waiting = Submission.objects.filter(pk__in=last, summary="").exclude(content="").values_list("pk", flat=True)
    drafts = {
        work.pk
        for work in works
        if work.last_submission is None and work.design is not None and work.summary_version != work.design.version
    }
    return drafts | {last[pk] for pk in waiting}


def _stamp(assignment: Assignment, student: Membership, work: Work | None, *, is_unread: bool) -> str:
    """The stamp of a tile; `new` while its design is not read, so that it is asked for again."""
    if is_unread:
        return f"{student.pk}.new"
    shown: list[object] = [_name(assignment, student, work)]
    if work is not None:
        submission, design = work.last_submission, work.design
        shown += [work.pk, work.state, work.summary_version, design.version if design else None]
        shown += [submission.pk, submission.is_late] if submission else []
    return f"{student.pk}.{zlib.crc32(repr(shown).encode()):08x}"


def _tile(assignment: Assignment, student: Membership, work: Work | None) -> Tile:
    submission = work.last_submission if work else None
    design = work.design if work else None
    is_newer = (
        submission is not None
        and design is not None
        and submission.of_design == design.pk
        and design.version > submission.version
    )
    return Tile(
        key=student.pk,
        stamp=_stamp(assignment, student, work, is_unread=work is not None and is_behind(work)),
        name=_name(assignment, student, work),
        work=work,
        summary=summary_shown(work) if work else {},
        state=work.state if work and (design or submission) else "not begun",
        is_late=submission is not None and submission.is_late,
        newer=design.version if is_newer and design else None,
    )


def one_a_group(works: Iterable[Work]) -> list[Work]:
    """The works of students who work alone, and the first work of each group."""
    found: dict[tuple[str, int], Work] = {}
    for work in works:
        found.setdefault(("alone", work.pk) if work.group_id is None else ("group", work.group_id), work)
    return list(found.values())


def _name(assignment: Assignment, student: Membership, work: Work | None) -> str:
    if work is not None:
        return called(work)
    return code_name(assignment.pk, student.pk) if assignment.is_anonymous else student.shown_name


def called(work: Work) -> str:
    """The group or the student, as those who mark may see them."""
    return work.group.name if work.group and not work.is_veiled else work.called
