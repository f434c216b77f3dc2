"""Reads the marks that were sent to platforms."""

from __future__ import annotations

from collections import Counter

from django.urls import reverse

from classrooms.grants import Notice
from classrooms.models import Assignment
from schools.models import Grade, Resource


def resources_of(assignment: Assignment) -> list[Resource]:
    """The links of platforms that lead to it."""
    found = Resource.objects.filter(assignment=assignment).select_related("course__deployment__platform")
    return list(found.prefetch_related("columns"))


def grades_of(assignment: Assignment) -> list[Grade]:
    found = Grade.objects.filter(column__resource__assignment=assignment)
    return list(found.select_related("column__resource", "person__user"))


def notice_of(assignment: Assignment) -> Notice | None:
    """How many marks have arrived on the platform; None for an assignment that no platform knows."""
    if not Resource.objects.filter(assignment=assignment).exists():
        return None
    states = Counter(Grade.objects.filter(column__resource__assignment=assignment).values_list("state", flat=True))
    parts = [
        f"{states[state]} {word}"
        for state, word in (("sent", "there"), ("waiting", "on their way"), ("failed", "not taken"))
        if states[state]
    ]
    words = "Marks on the platform: " + (", ".join(parts) if parts else "none yet") + "."
    address = reverse("schools:assignment_grades", args=[assignment.pk])
    return Notice(words=words, address=address, is_bad=bool(states["failed"]))
