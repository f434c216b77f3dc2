"""Giving work to a class, and correcting the scenario of work that is already running."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from classrooms.models import Assignment, Classroom, Work
from classrooms.services.starting import starting_document
from designs.document.patches import diff, merge
from designs.document.problems import InvalidDocumentError
from designs.models import Scenario
from designs.scenarios.schema import Scenario as ScenarioData
from designs.services.saving import Edit, StaleEditError, save_patch


@dataclass(kw_only=True)
class PushReport:
    """What became of a correction: designs that took all of it, and (student, place) of what a student had changed."""

    updated: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)


def create_assignment(
    classroom: Classroom, *, values: Mapping[str, Any], scenario: Scenario | None, topics: Sequence[str], at: datetime
) -> Assignment:
    """`values` are the model's own fields, checked by the form."""
    return Assignment.objects.create(
        classroom=classroom,
        scenario=scenario,
        content=scenario.content if scenario else "",
        topics=json.dumps(list(topics)),
        created_at=at,
        **values,
    )


def change_assignment(assignment: Assignment, values: Mapping[str, Any]) -> None:
    """Its words and times. What was handed in keeps its being late or not as it was."""
    for name, value in values.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=list(values))


def is_outdated(assignment: Assignment) -> bool:
    """Whether its scenario has been corrected since it was given out."""
    return assignment.scenario is not None and assignment.scenario.content != assignment.content


def push_correction(assignment: Assignment, *, at: datetime) -> PushReport:
    """Brings a corrected scenario into all running work, merging three ways: what the scenario changed is changed,
    what the student changed stays theirs."""
    report = PushReport()
    if assignment.scenario is None or not is_outdated(assignment):
        return report
    before, after = assignment.data, assignment.scenario.data
    with transaction.atomic():
        assignment.content = assignment.scenario.content
        assignment.revision += 1
        assignment.save(update_fields=["content", "revision"])
    for work in assignment.works.exclude(design=None).select_related("design", "student__user"):
        report.kept += [(str(work.student), place) for place in _push(work, before, after, at=at)]
        report.updated += 1
    return report


def _push(work: Work, before: ScenarioData, after: ScenarioData, *, at: datetime) -> list[str]:
    """Merges one design; the places that the student had changed and that therefore stayed."""
    if work.design is None:
        return []
    base = starting_document(work.assignment, before, work.figures)
    wanted = diff(base, starting_document(work.assignment, after, work.figures))
    merged, kept = merge(wanted, base=base, current=work.design.data())
    if merged:
        edit = Edit(patch=merged, base_version=work.design.version)
        try:
            save_patch(work.design, edit, author=None, at=at)
        except (StaleEditError, InvalidDocumentError):
            return ["the whole correction"]
    Work.objects.filter(pk=work.pk).update(revision=work.assignment.revision)
    return [" › ".join(path) for path in kept]
