"""Giving work to a class, and correcting the scenario of work that is already running."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from calculators.engine.quantities import QuantityError, parse_quantity
from classrooms.models import Assignment, Classroom, NoticeKind, Revision, Submission, Work
from classrooms.services.errors import ClassError
from classrooms.services.instructions import instructions_html
from classrooms.services.notices import notify
from classrooms.services.starting import figures_for, starting_document
from designs.document.patches import diff, merge
from designs.document.problems import InvalidDocumentError
from designs.models import Scenario
from designs.scenarios.schema import Scenario as ScenarioData
from designs.services.saving import Edit, StaleEditError, save_patch


@dataclass(kw_only=True)
class PushReport:
    """The effect of a correction: its changes in words, the designs that take all of it, and (student, place) of what
    students had changed themselves."""

    changes: list[str] = field(default_factory=list)
    updated: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    handed_in: int = 0


def create_assignment(
    classroom: Classroom, *, values: Mapping[str, Any], scenario: Scenario | None, topics: Sequence[str], at: datetime
) -> Assignment:
    """`values` are the model's own fields, checked by the form."""
    with transaction.atomic():
        assignment = Assignment.objects.create(
            classroom=classroom,
            scenario=scenario,
            content=scenario.content if scenario else "",
            topics=json.dumps(list(topics)),
            created_at=at,
            instructions_html=instructions_html(values.get("instructions", "")),
            **values,
        )
        if scenario is not None:
            Revision.objects.create(assignment=assignment, number=1, content=assignment.content, at=at)
    return assignment


def change_assignment(assignment: Assignment, values: Mapping[str, Any]) -> None:
    """Changes words and times. A later due time can turn late work into punctual work; an earlier one makes nothing
    late."""
    for name, value in values.items():
        setattr(assignment, name, value)
    if "instructions" in values:
        assignment.instructions_html = instructions_html(assignment.instructions)
    assignment.save(update_fields=[*values, "instructions_html"])
    late = Submission.objects.filter(work__assignment=assignment, work__due_at=None, is_late=True)
    late.filter(at__lte=assignment.due_at).update(is_late=False)


def is_begun(assignment: Assignment) -> bool:
    """Whether somebody has made something for it."""
    return assignment.works.exclude(design=None, submissions=None).exists()


def delete_assignment(assignment: Assignment) -> None:
    """Only while nobody has begun."""
    if is_begun(assignment):
        raise ClassError("Students have begun this. Set a cut-off or archive the class; what they made stays.")
    assignment.delete()


def is_outdated(assignment: Assignment) -> bool:
    """Whether its scenario has been corrected since it was given out."""
    return assignment.scenario is not None and assignment.scenario.content != assignment.content


def preview_correction(assignment: Assignment) -> PushReport:
    """What bringing the corrected scenario in would do; nothing is changed."""
    report = PushReport()
    if assignment.scenario is None:
        return report
    before, after = assignment.data, assignment.scenario.data
    report.changes = list(changed_words(before, after))
    for work in _running(assignment):
        _, _, kept = _merged(work, before, after)
        report.kept += [(str(work.student), place) for place in kept]
        report.updated += 1
        report.handed_in += work.submissions.exists()
    return report


def push_correction(assignment: Assignment, *, by: User | None = None, at: datetime) -> PushReport:
    """Brings a corrected scenario into all running work by a three-way merge: what the scenario changed is changed,
    what the student changed stays. Submissions and their marks stay as they are."""
    report = PushReport()
    if assignment.scenario is None or not is_outdated(assignment):
        return report
    before, after = assignment.data, assignment.scenario.data
    report.changes = list(changed_words(before, after))
    with transaction.atomic():
        assignment.content = assignment.scenario.content
        assignment.revision += 1
        assignment.save(update_fields=["content", "revision"])
        Revision.objects.create(
            assignment=assignment,
            number=assignment.revision,
            content=assignment.content,
            at=at,
            by=by,
            changes=json.dumps(report.changes, ensure_ascii=False),
        )
    assignment.__dict__.pop("data", None)
    assignment.__dict__.pop("kept_revisions", None)
    for work in _running(assignment):
        report.kept += [(str(work.student), place) for place in _push(work, before, after, by=by, at=at)]
        report.updated += 1
    notify([each.student for each in _running(assignment)], NoticeKind.CORRECTED, assignment, at=at)
    return report


def _running(assignment: Assignment) -> Iterator[Work]:
    for work in assignment.works.exclude(design=None).select_related("design", "student__user"):
        work.assignment = assignment
        yield work


def corrected_figures(work: Work, before: ScenarioData, after: ScenarioData) -> dict[str, str]:
    """A student's own figures after a correction: corrected ones are replaced, and a value drawn for the student stays
    while its range stays."""
    if not work.figures:
        return {}
    drawn, found = figures_for(work.assignment, work.student_id, after), {}
    for name, value in drawn.items():
        old, new = before.figures.get(name), after.figures[name]
        mine = work.figures.get(name)
        is_same = old is not None and (old.value, old.range) == (new.value, new.range)
        found[name] = mine if mine is not None and (is_same or (new.range and _within(mine, new.range))) else value
    return found


def _within(value: str, spread: str) -> bool:
    try:
        one, other = parse_quantity(value), parse_quantity(spread)
    except QuantityError:
        return False
    return (
        other.spread is not None
        and one.dimension == other.dimension
        and other.spread.low <= one.value <= other.spread.high
    )


def _merged(work: Work, before: ScenarioData, after: ScenarioData) -> tuple[dict[str, str], Any, list[str]]:
    """Figures after the correction, the patch that brings it in, and the places that stay the student's."""
    figures = corrected_figures(work, before, after)
    base = starting_document(work.assignment, before, work.figures)
    wanted = diff(base, starting_document(work.assignment, after, figures))
    current = work.design.data() if work.design else base
    merged, kept = merge(wanted, base=base, current=current)
    return figures, merged, [" › ".join(path) for path in kept]


def _push(work: Work, before: ScenarioData, after: ScenarioData, *, by: User | None, at: datetime) -> list[str]:
    """Merges one design and returns the places that the student had changed and that therefore stayed."""
    if work.design is None:
        return []
    figures, merged, kept = _merged(work, before, after)
    if merged:
        edit = Edit(patch=merged, base_version=work.design.version)
        try:
            save_patch(work.design, edit, author=by, at=at)
        except (StaleEditError, InvalidDocumentError):
            return ["the whole correction"]
    revision = work.assignment.revision
    Work.objects.filter(pk=work.pk).update(revision=revision, own_figures=json.dumps(figures))
    return kept


def changed_words(before: ScenarioData, after: ScenarioData) -> Iterator[str]:
    """What a correction changes, in words for students; nothing of the reference or the rubric's levels."""
    if before.prompt != after.prompt:
        yield "The task is worded anew."
    for name, figure in after.figures.items():
        old = before.figures.get(name)
        if figure.kind != "given":
            continue
        if old is None:
            yield f"{figure.label.capitalize()} is new: {figure.value}."
        elif old.value != figure.value:
            yield f"{figure.label.capitalize()}: {old.value} is now {figure.value}."
    yield from _changed_items("Requirement", before.requirements.functional, after.requirements.functional)
    yield from _changed_items("Target", before.requirements.measurable, after.requirements.measurable)
    if before.questions != after.questions:
        yield "The interviewer's answers are corrected."
    if before.rubric != after.rubric:
        yield "The rubric is corrected. What was given back stays as it was given."


def _changed_items(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key, each in after.items():
        if key not in before:
            yield f"{kind} is new: {each.text or key}."
        elif before[key] != each:
            yield f"{kind} is changed: {each.text or key}."
    for key, each in before.items():
        if key not in after:
            yield f"{kind} is gone: {each.text or key}."
