"""What one student makes of an assignment: the design, what was handed in, and what came back."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from classrooms.models.assignments import Assignment
from classrooms.models.classes import TEACHING, Membership
from classrooms.review.points import scaled
from designs.document import text
from designs.models import Design


class Group(models.Model):
    """Students who hand in one design. `design` is theirs together; who owns it is one of them."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=60)
    design = models.OneToOneField(Design, null=True, blank=True, on_delete=models.SET_NULL, related_name="class_group")

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "name"], name="group_name_once_an_assignment"),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


def code_name(assignment_id: int, student_id: int) -> str:
    """The code name of a student during anonymous marking: the same throughout an assignment, another one in the
    next."""
    digest = salted_hmac("classrooms.code_name", f"{assignment_id}-{student_id}").hexdigest()
    return f"Student {digest[:5].upper()}"


class WorkQuerySet(models.QuerySet["Work"]):
    def of_student(self, user_id: int | None) -> WorkQuerySet:
        """Their own, as long as they are in the class."""
        if not user_id:
            return self.none()
        return self.filter(student__user_id=user_id, student__left_at=None)

    def taught_by(self, user_id: int | None) -> WorkQuerySet:
        """The work of all students of the classes that a person teaches."""
        if not user_id:
            return self.none()
        return self.filter(
            assignment__classroom__memberships__user_id=user_id,
            assignment__classroom__memberships__left_at=None,
            assignment__classroom__memberships__role__in=TEACHING,
        )


class Work(models.Model):
    """`design` is the draft, which stays the student's; the last submission is marked. In a group each member has a
    work of their own on the group's design, and what one member hands in counts for all.

    `summary` is what the instructor's grid shows of the draft at `summary_version`, so that showing the grid need not
    analyse thirty designs.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="works")
    student = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="works")
    design = models.ForeignKey(Design, null=True, blank=True, on_delete=models.SET_NULL, related_name="class_works")
    group = models.ForeignKey(
        Group,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="works",
        help_text="Whose design it is together; empty for whoever works alone.",
    )
    alone_design = models.ForeignKey(
        Design,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What they had begun alone before they were in a group: it comes back when they leave it.",
    )
    adjustment = models.SmallIntegerField(default=0, help_text="Out of 100, for this person beside the group's mark.")
    adjustment_reason = models.CharField(max_length=300, blank=True)
    own_figures = models.TextField(default="{}")
    revision = models.PositiveIntegerField(default=1, help_text="Of the assignment, as the design has it.")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="An extension: when it is due for this student.")
    cut_off_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is taken of this student after it.")
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When marks were last given to the student.")
    feedback = models.TextField(blank=True, help_text="As it is being written; what was given stands in the return.")
    summary = models.TextField(default="{}")
    summary_version = models.IntegerField(default=-1)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["student__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "student"], name="work_once_for_each_student")
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.student}"

    def get_absolute_url(self) -> str:
        return reverse("classrooms:work_detail", args=[self.pk])

    @property
    def is_veiled(self) -> bool:
        """Whether markers may not see whose work it is."""
        return self.assignment.is_anonymous and self.returned_at is None

    @property
    def called(self) -> str:
        """The student's name as markers may see it."""
        return code_name(self.assignment_id, self.student_id) if self.is_veiled else self.student.shown_name

    @property
    def figures(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.own_figures)
        return found

    @property
    def counting(self) -> list[Submission]:
        """The submissions that count: those of the student's present group, or of the student alone. The others are
        kept."""
        return [each for each in self.submissions.all() if each.group_id == self.group_id]

    @property
    def last_submission(self) -> Submission | None:
        """The one that counts; no query where submissions were fetched beforehand."""
        return max(self.counting, key=lambda each: (each.at, each.pk), default=None)

    @property
    def last_return(self) -> Return | None:
        """What the student reads; no query where returns were fetched beforehand."""
        elsewhere = {each.pk for each in self.submissions.all() if each.group_id != self.group_id}
        found = [each for each in self.returns.all() if each.submission_id not in elsewhere]
        return max(found, key=lambda each: (each.at, each.pk), default=None)

    @property
    def state(self) -> str:
        """One of: drafting, handed in, handed in again, given back."""
        return self.state_by(self.last_submission, self.last_return)

    @staticmethod
    def state_by(submission: Submission | None, given: Return | None) -> str:
        """The same from a submission and a return that were fetched before, so that a list of hundreds looks them up
        once."""
        if submission is None:
            return "drafting"
        if given is None:
            return "handed in"
        return "given back" if given.submission_id == submission.pk else "handed in again"

    @property
    def shown_summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.summary)
        return found


class Submission(models.Model):
    """A version that was handed in, with the document of that moment: later changes of the design do not touch it.

    `content` is empty only where the first version of the site kept none and the design is gone. `figures` are the
    student's own ones and `revision` is the assignment's, both as of that moment.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="submissions")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions")
    of_design = models.UUIDField(null=True, blank=True, help_text="Id of the design, which may be gone.")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    is_late = models.BooleanField()
    content = models.TextField(blank=True, help_text="The document as it was handed in, as JSON.")
    figures = models.TextField(default="{}")
    revision = models.PositiveIntegerField(default=1)
    interview = models.TextField(default="{}", help_text="Of a mock interview: its id, hint costs and time, as JSON.")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The instructor who took the draft as handed in; empty when the student did it.",
    )
    summary = models.TextField(blank=True, help_text="What the lists show of it, as JSON; empty until it is read.")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "of_design", "version"], name="version_handed_in_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version}"

    def data(self) -> dict[str, Any]:
        """The document as a plain dict; {} where none was kept."""
        return text.load(self.content) if self.content else {}

    @property
    def own_figures(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.figures)
        return found

    @property
    def of_interview(self) -> dict[str, Any]:
        """`id`, `hint_costs` and `time_spent` (stage, title, begins, ends, seconds); {} when no clock ran."""
        found: dict[str, Any] = json.loads(self.interview)
        return found

    @property
    def hint_costs(self) -> int:
        """Points that hints took."""
        return int(self.of_interview.get("hint_costs", 0))

    @cached_property
    def shown_summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.summary or "{}")
        return found


class Comment(models.Model):
    """A comment on an element of the design, on a version of it, or (both empty) on the whole.

    `about` names the element as it was called then. The student sees the comment from `shown_at` on.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    element = models.CharField(max_length=300, blank=True, help_text="JSON Pointer into the document.")
    about = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True, help_text="The moment, as a version of the design.")
    words = models.TextField()
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.words[:80]


class Level(models.Model):
    """A level of one dimension of the rubric. `revision` is that of the assignment whose rubric it belongs to."""

    dimension = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.level}"


class WorkMark(Level):
    """A level of the rubric that an instructor gave to a submission; without one only in data of the first version."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="marks")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="marks")

    class Meta(Level.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "dimension"], condition=Q(submission__isnull=False), name="submission_marked_once"
            ),
            models.UniqueConstraint(
                fields=["work", "dimension"], condition=Q(submission__isnull=True), name="work_marked_once"
            ),
        ]


class Opinion(Level):
    """A level that one of two markers gave before seeing the other's. What counts in the end is a WorkMark."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="opinions")
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(Level.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "marker", "dimension"], name="opinion_once_a_marker")
        ]


class Return(models.Model):
    """Marks as given to the student. They never change: giving back again adds another row, and the database refuses to
    change an old one (migration 0008).

    `sheet` holds the rubric's lines with level, note and evidence in words, so that no later correction or analysis
    changes what the student was told.
    """

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="returns")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.SET_NULL, related_name="returns")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    feedback = models.TextField(blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Out of 100.")
    out_of = models.PositiveSmallIntegerField(default=100, help_text="What the best work was worth then.")
    adjustment = models.SmallIntegerField(default=0, help_text="Out of 100, of this person alone; it is in `points`.")
    adjustment_reason = models.CharField(max_length=300, blank=True)
    sheet = models.TextField(default="[]")

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.work}, given back"

    @property
    def worth(self) -> int | float | None:
        """The points as the student was told them."""
        return scaled(self.points, self.out_of)

    @property
    def lines(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.sheet)
        return found


class RegradeRequest(models.Model):
    """A student asks for another look at returned marks, with a reason; a marker answers."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="regrades")
    given = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="regrades")
    reason = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(answered_at__isnull=True), name="regrade_asked_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="regrade_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason[:80]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class Remark(models.Model):
    """A text for everybody whose design fails a check; `finding` is the check."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="remarks")
    finding = models.CharField(max_length=40)
    words = models.TextField()

    class Meta:
        ordering: ClassVar = ["finding"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "finding"], name="remark_once_a_finding")
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.words[:60]}"
