"""What lists show of each design, computed once for each version and stored with the work or the submission."""

from __future__ import annotations

import json
from collections.abc import Iterable
from time import monotonic
from typing import Any

from calculators.engine.shipped import all_figures
from classrooms.models import Assignment, Submission, Work
from classrooms.services.starting import starting_document
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.interviews.clock import Stage, TimeSpent
from designs.interviews.marking import Case, answer_rows, marked
from designs.methods.progress import progress
from designs.models import Interview
from designs.pictures.diagram import draw
from designs.scenarios.reference import Expected, expected_results
from designs.scenarios.schema import Scenario
from designs.selectors.interviews import state_of
from designs.selectors.methods import method_called

REFRESH_S = 0.3  # of a page that answers within a second; the page asks again for what is left


def scenario_of(assignment: Assignment, revision: int, *, with_own_rubric: bool = False) -> Scenario:
    """The scenario as it was given out in that revision, marked by the rubric of today unless told otherwise."""
    if revision == assignment.revision:
        return assignment.data
    kept = assignment.kept_revisions.get(revision)
    if kept is None:
        return assignment.data
    return kept.data if with_own_rubric else kept.data.model_copy(update={"rubric": assignment.data.rubric})


def case_of_submission(submission: Submission) -> Case:
    """What was handed in, with the figures that this student had then."""
    scenario = scenario_of(submission.work.assignment, submission.revision)
    analysis = analyse(Document.model_validate(submission.data()), all_figures())
    spent = [
        TimeSpent(Stage(slug, title, begins, ends), seconds)
        for slug, title, begins, ends, seconds in submission.of_interview.get("time_spent", ())
    ]
    given = starting_document(submission.work.assignment, scenario, submission.own_figures)
    return Case(scenario, analysis, expected_results(scenario, submission.own_figures), spent, given)


def case_of_draft(work: Work) -> Case:
    """The design as it is now, with the figures that this student was given."""
    if work.design is None:
        raise ValueError("there is no design to look at")
    scenario = scenario_of(work.assignment, work.revision)
    analysis = analyse(Document.model_validate(work.design.data()), all_figures())
    given = starting_document(work.assignment, scenario, work.figures)
    return Case(scenario, analysis, expected_results(scenario, work.figures), _time_spent(work), given)


def _time_spent(work: Work) -> list[TimeSpent]:
    interview = Interview.objects.filter(design=work.design).select_related("design").first()
    if interview is None:
        return []
    return state_of(interview, interview.finished_at or interview.design.updated_at).time_spent


def refresh(works: Iterable[Work], *, seconds: float = REFRESH_S) -> int:
    """Updates summaries for that long, at least one, and returns how many remain outdated. Those that miss the most
    versions come first, so that in a busy class each has its turn.

    The works come with their submissions. The submission is read where there is one, otherwise the draft.
    """
    waiting = sorted((work for work in works if is_behind(work)), key=_versions_behind, reverse=True)
    ends = monotonic() + seconds
    for done, work in enumerate(waiting):
        if done and monotonic() > ends:
            return len(waiting) - done
        submission = work.last_submission
        if submission is not None:
            submission.work = work
            submission.summary = json.dumps(summary_of(case_of_submission(submission)))
            submission.__dict__.pop("shown_summary", None)
            Submission.objects.filter(pk=submission.pk).update(summary=submission.summary)
        elif work.design is not None:
            work.summary, work.summary_version = json.dumps(summary_of(case_of_draft(work))), work.design.version
            Work.objects.filter(pk=work.pk).update(summary=work.summary, summary_version=work.summary_version)
    return 0


def is_behind(work: Work) -> bool:
    """Whether what was handed in, or else the draft, is newer than its summary."""
    submission = work.last_submission
    if submission is not None:
        return bool(submission.content) and not submission.summary
    return work.design is not None and work.summary_version != work.design.version


def _versions_behind(work: Work) -> int:
    if work.last_submission is not None or work.design is None:
        return 1
    return work.design.version - work.summary_version


def summary_shown(work: Work) -> dict[str, Any]:
    """That of what was handed in, else that of the draft; {} where nothing was read yet."""
    submission = work.last_submission
    return submission.shown_summary if submission is not None else work.shown_summary


def summary_of(case: Case) -> dict[str, Any]:
    """Plain values, for JSON."""
    document, analysis = case.document, case.analysis
    lines, rows = marked(case), answer_rows(case)
    return {
        "steps": own_steps(case),
        "components": len(document.diagram.components),
        "drawing": _thumbnail(document),
        "findings": [
            {"rule": each.rule, "title": each.title, "severity": each.severity, "topic": each.topic}
            for each in analysis.open_findings
        ],
        "passed": sum(each.verdict == "pass" for each in analysis.requirements),
        "requirements": len(analysis.requirements),
        "checks": {each.check: each.verdict for line in lines for each in line.evidence if each.share is not None},
        "suggested": {line.key: line.suggested for line in lines},
        "estimates": {name: _ratio(case, rows.get(name), expected) for name, expected in case.expected.items()},
    }


def own_steps(case: Case) -> list[dict[str, Any]]:
    """How far each step of the method is, in percent of what the student was not given."""
    method = method_called(case.document.meta.method)
    began = Document.model_validate(case.given) if case.given else None
    return [
        {"title": each.step.title, "percent": each.percent} for each in progress(case.document, method, began=began)
    ]


def _thumbnail(document: Document) -> str:
    """SVG; empty for what was saved before today's limits and cannot be drawn."""
    try:
        return draw(document.model_dump(mode="json")["diagram"], title="The drawing", is_thumbnail=True)
    except RecursionError:
        return ""


def _ratio(case: Case, row: str | None, expected: Expected) -> float | None:
    """How the row that answers a result compares with it: 1 is right; None when no row answers it."""
    if row is None or not expected.quantity.value:
        return None
    return float(case.analysis.model.estimate.values[row] / expected.quantity.value)
