"""The design that a student starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classrooms.models import Assignment, Group
from designs.document.schema import blank
from designs.scenarios.reference import given_document, individual_figures
from designs.scenarios.schema import Scenario

Start = Assignment.Start


def starting_document(assignment: Assignment, scenario: Scenario, figures: Mapping[str, str]) -> dict[str, Any]:
    """The same for the same figures, so that a correction can tell what the student has changed."""
    if assignment.start == Start.GIVEN:
        return given_document(scenario, figures)
    return blank(title=scenario.title, method=scenario.method, scenario=scenario.slug)


def figures_for(assignment: Assignment, student_id: int, scenario: Scenario | None = None) -> dict[str, str]:
    """A student's own figures, the same whenever they are asked for; empty when all have the scenario's."""
    if not assignment.has_own_figures:
        return {}
    return individual_figures(scenario or assignment.data, seed=f"{assignment.pk}-{student_id}")


def group_figures(group: Group) -> dict[str, str]:
    """The same for all of a group."""
    if not group.assignment.has_own_figures:
        return {}
    return individual_figures(group.assignment.data, seed=f"{group.assignment_id}-group-{group.pk}")
