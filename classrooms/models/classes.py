"""A class: who teaches it, who is in it, and the code for joining."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def taught_by(self, user_id: int | None) -> ClassroomQuerySet:
        """The classes in which the person marks, as an instructor or an assistant."""
        return self._with(user_id, *TEACHING)

    def led_by(self, user_id: int | None) -> ClassroomQuerySet:
        """The classes whose people, assignments and settings the person may change."""
        return self._with(user_id, Membership.Role.INSTRUCTOR)

    def attended_by(self, user_id: int | None) -> ClassroomQuerySet:
        return self._with(user_id, Membership.Role.STUDENT)

    def of(self, user_id: int | None) -> ClassroomQuerySet:
        """The person's classes in any role. A person who left or was removed has lost the class."""
        if not user_id:
            return self.none()
        return self.filter(memberships__user_id=user_id, memberships__left_at=None)

    def _with(self, user_id: int | None, *roles: str) -> ClassroomQuerySet:
        if not user_id:
            return self.none()
        # One join, so that role and date of leaving come from the same membership.
        return self.filter(memberships__user_id=user_id, memberships__left_at=None, memberships__role__in=roles)


class Classroom(models.Model):
    """`time_zone` is that of due times; students see it beside each.

    `is_led` is set by a lookup on behalf of a person: whether that person may change the settings.
    """

    is_led: bool = False

    name = models.CharField(max_length=120)
    join_code = models.CharField(max_length=12, unique=True)
    is_joining_open = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ClassroomQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="classroom_has_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("classrooms:classroom_detail", args=[self.pk])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Membership(models.Model):
    """A person in a class. Leaving keeps the row, so that their marks stay with the class, and ends their access."""

    class Role(models.TextChoices):
        INSTRUCTOR = "instructor", "Instructor"
        ASSISTANT = "assistant", "Assistant"
        STUDENT = "student", "Student"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    name = models.CharField(max_length=120, blank=True, help_text="As it stands on the roster.")
    number = models.CharField(max_length=60, blank=True, help_text="Student number, as typed on joining.")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    was_removed = models.BooleanField(default=False, help_text="By an instructor: the code does not let them back in.")

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "user"], name="member_of_a_class_once"),
            models.CheckConstraint(
                condition=Q(role__in=["instructor", "assistant", "student"]), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.name or self.user.get_username()


TEACHING = (Membership.Role.INSTRUCTOR, Membership.Role.ASSISTANT)


class RosterImport(models.Model):
    """One file of people, so that a wrong one can be taken back as a whole."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="roster_imports")
    file_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class RosterEntry(models.Model):
    """A person expected in a class. A person who joins under that name or number is linked to it; an instructor can
    link by hand.

    `email`, `login`, `lms_id` and `section` come from a learning management system, which expects them back with the
    marks.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="roster")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True, help_text="Student number, or whatever the school uses.")
    email = models.CharField(max_length=254, blank=True)
    login = models.CharField(max_length=120, blank=True)
    lms_id = models.CharField(max_length=60, blank=True, help_text="Id in the system that the file came from.")
    section = models.CharField(max_length=200, blank=True)
    came_with = models.ForeignKey(
        RosterImport, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )
    membership = models.OneToOneField(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="roster_entry"
    )

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "name", "number", "email"], name="on_the_roster_once")
        ]

    def __str__(self) -> str:
        return self.name


class SavedComment(models.Model):
    """A text of the class's comment bank, reused while marking. `uses` counts how often."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="saved_comments")
    words = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-uses", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="saved_comment_has_words")]

    def __str__(self) -> str:
        return self.words[:80]
