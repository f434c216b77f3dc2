"""What the instructor's grid shows of each design, worked out once for each version and kept with the work."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from calculators.engine.shipped import all_figures
from classrooms.models import Work
from designs.analysis.report import Analysis, analyse
from designs.document.schema import Document
from designs.interviews.clock import TimeSpent
from designs.interviews.marking import Case, Marked, marked
from designs.methods.progress import progress
from designs.models import Interview
from designs.scenarios.reference import Expected, expected_results
from designs.selectors.interviews import state_of
from designs.selectors.methods import method_called

MOST_AT_ONCE = 12  # some 25 ms each, and the grid should answer within a second


def case_of(work: Work) -> Case:
    """The design as it is now, with the figures that this student was given."""
    if work.design is None:
        raise ValueError("there is no design to look at")
    analysis = analyse(Document.model_validate(work.design.data()), all_figures())
    expected = expected_results(work.assignment.data, work.figures)
    return Case(work.assignment.data, analysis, expected, _time_spent(work))


def _time_spent(work: Work) -> list[TimeSpent]:
    interview = Interview.objects.filter(design=work.design).select_related("design").first()
    if interview is None:
        return []
    return state_of(interview, interview.finished_at or interview.design.updated_at).time_spent


def refresh(works: Iterable[Work], *, most: int = MOST_AT_ONCE) -> int:
    """Brings summaries up to date, at most so many in one go; answers how many are still of an older version."""
    waiting = [work for work in works if work.design is not None and work.summary_version != work.design.version]
    for work in waiting[:most]:
        work.summary = json.dumps(summary_of(case_of(work)))
        work.summary_version = work.design.version if work.design else -1
        Work.objects.filter(pk=work.pk).update(summary=work.summary, summary_version=work.summary_version)
    return max(0, len(waiting) - most)


def summary_of(case: Case) -> dict[str, Any]:
    """Plain values, for JSON."""
    document, analysis = case.document, case.analysis
    steps = progress(document, method_called(document.meta.method))
    lines = marked(case)
    return {
        "steps": [{"title": each.step.title, "percent": each.percent} for each in steps],
        "components": len(document.diagram.components),
        "findings": [
            {"rule": each.rule, "title": each.title, "severity": each.severity, "topic": each.topic}
            for each in analysis.open_findings
        ],
        "passed": sum(each.verdict == "pass" for each in analysis.requirements),
        "requirements": len(analysis.requirements),
        "failed_checks": sorted({each.check for line in lines for each in line.evidence if each.verdict == "fail"}),
        "suggested": {line.key: line.suggested for line in lines},
        "estimates": {name: _nearest_ratio(analysis, expected) for name, expected in case.expected.items()},
    }


def _nearest_ratio(analysis: Analysis, expected: Expected) -> float | None:
    """How the nearest row of the right kind compares with what was expected: 1 is right; None when there is no row."""
    estimate, wanted = analysis.model.estimate, expected.quantity
    if not wanted.value:
        return None
    ratios = [
        value / wanted.value
        for row, value in estimate.values.items()
        if estimate.dimensions[row].measured == wanted.dimension.measured and value > 0
    ]
    return min(ratios, key=lambda ratio: max(ratio, 1 / ratio), default=None)


def lines_of(work: Work) -> list[Marked]:
    """The rubric with its evidence, for marking."""
    return marked(case_of(work))
