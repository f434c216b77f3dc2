"""The analysis as a section of Markdown, for the export of a design."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from designs.analysis import values
from designs.analysis.findings import Answer, Finding
from designs.analysis.report import Analysis
from designs.analysis.requirements import METRIC_NAMES, RequirementResult, said

SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
RESPONSES = {"open": "open", "mitigated": "mitigated", "accepted": "accepted"}


def as_markdown(analysis: Analysis, *, level: int = 2) -> str:
    """Requirements, findings and loads under a heading of this level."""
    parts = [f"{'#' * level} Analysis"]
    sections = (
        ("Requirements", _requirements(analysis)),
        ("Findings", _findings(analysis)),
        ("Load at peak", _loads(analysis)),
        ("Reliability", _reliability(analysis)),
        ("Missing to tell more", [f"- {plain(each)}" for each in analysis.missing]),
    )
    for title, lines in sections:
        if lines:
            parts.append(f"{'#' * (level + 1)} {title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Text that a person typed, escaped so that Markdown shows it as it is."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = ["| " + " | ".join(plain(cell) for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body] if body else []


def _requirements(analysis: Analysis) -> list[str]:
    rows = [_requirement(analysis, each) for each in analysis.requirements]
    return _table(("Requirement", "Asked", "Reached", "Verdict", "Missing to tell"), rows)


def _requirement(analysis: Analysis, result: RequirementResult) -> Sequence[str]:
    where = analysis.model.operation_name(result.operation) if result.operation else "the system"
    name = f"{METRIC_NAMES.get(result.metric, 'no metric')} of {where}"
    rests = f" (by what {result.promising} promise)" if result.promised else ""
    return name, result.asked, result.reached + rests, result.verdict, "; ".join(result.missing)


def _findings(analysis: Analysis) -> list[str]:
    return [line for each in analysis.findings for line in _finding(each, analysis.answers.get(each.key))]


def _finding(finding: Finding, answer: Answer | None) -> list[str]:
    lines = [f"- **{plain(finding.title)}** ({finding.severity}). {plain(finding.proof)} {plain(finding.why)}"]
    for remedy in finding.remedies:
        lines.append(f"    - {plain(remedy.title)}. For: {plain(remedy.gain)}. Against: {plain(remedy.cost)}.")
    if answer is not None and answer.response != "open":
        lines.append(f"    - Answer, {RESPONSES[answer.response]}: {plain(answer.mitigation) or 'without words'}")
    return lines


def _loads(analysis: Analysis) -> list[str]:
    rows = []
    for key, load in analysis.model.loads.components.items():
        if load.peak <= 0:
            continue
        total, used = load.total_capacity, load.utilisation
        rows.append(
            (
                analysis.model.graph.name(key),
                values.said_rate(load.peak),
                "not known" if total is None else values.said_rate(total),
                "not known" if used is None else f"{used:.0%}",
            )
        )
    return _table(("Component", "Asked", "Serves", "Used"), rows)


def _reliability(analysis: Analysis) -> list[str]:
    rows = []
    for key, reach in analysis.model.reach.items():
        cuts, found = analysis.model.cuts.get(key), reach.availability
        alone = analysis.model.graph.names(cuts.components) if cuts else ""
        shown = reach.said(found.value if found else None)
        answered = said(analysis.meter.measure("availability", key, ">="), values.said_availability) or "not known"
        rows.append((analysis.model.operation_name(key), shown, answered, alone or ("none" if cuts else "not known")))
    return _table(("Operation", "All parts work", "Requests served", "Cannot do without"), rows)
