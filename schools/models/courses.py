"""The courses, people and links of platforms, with the classes, accounts and assignments that belong to them here."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from classrooms.models import Assignment, Classroom
from schools.models.platforms import Deployment, Platform


class Course(models.Model):
    """A course of a platform is one class here."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="courses")
    context_id = models.CharField(max_length=255)
    title = models.CharField(max_length=120, blank=True)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="courses")
    members_url = models.CharField(max_length=2_000, blank=True, help_text="Where the list of people is asked for.")
    roster_at = models.DateTimeField(null=True, blank=True, help_text="When the list was last read.")
    roster_words = models.TextField(blank=True, help_text="What came of it.")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deployment", "context_id"], name="course_of_a_deployment_once")
        ]

    def __str__(self) -> str:
        return self.title or str(self.classroom)


class Person(models.Model):
    """Who somebody of a platform is here."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="people")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="platform_people")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "subject"], name="person_of_a_platform_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.platform}"


class Resource(models.Model):
    """A link in a course, and the assignment or topic behind it. `column_url` is the link's own column for grades."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="resources")
    link_id = models.CharField(max_length=255)
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.CASCADE, related_name="resources"
    )
    topic = models.CharField(max_length=120, blank=True)
    scopes = models.JSONField(default=list)
    columns_url = models.CharField(max_length=2_000, blank=True)
    column_url = models.CharField(max_length=2_000, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "link_id"], name="link_of_a_course_once")]

    def __str__(self) -> str:
        return f"{self.course}: {self.assignment or self.topic or self.link_id}"


class GradeColumn(models.Model):
    """A column in the platform's gradebook that belongs to a link. `key` is a dimension of the rubric, or `total`."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="columns")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    maximum = models.FloatField()
    url = models.CharField(max_length=2_000, blank=True, help_text="Empty until the platform has made it.")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["resource", "key"], name="column_of_a_link_once")]

    def __str__(self) -> str:
        return self.label


class Grade(models.Model):
    """What one person gets in one column, and whether the platform has it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "there"
        FAILED = "failed", "not taken"

    column = models.ForeignKey(GradeColumn, on_delete=models.CASCADE, related_name="grades")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grades")
    given = models.FloatField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=300, blank=True, help_text="What the platform said when it did not take it.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["column", "person"], name="grade_of_a_person_in_a_column_once")
        ]

    def __str__(self) -> str:
        return f"{self.column}: {self.given:g}"
