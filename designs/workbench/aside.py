"""What the other steps contain, shown beside the step that is being edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from designs.analysis.estimate import SolvedEstimate
from designs.document.basics import in_order
from designs.document.kinds import KIND_NAMES
from designs.document.schema import Document
from designs.document.servers import servers
from designs.workbench import metrics

MOST_LINES = 12


@dataclass(frozen=True)
class Known:
    """Lines of one area: each has a text and a short figure beside it."""

    area: str
    title: str
    lines: list[tuple[str, str]]
    rest: list[tuple[str, str]]


def what_others_know(document: Document, estimate: SolvedEstimate, area: str) -> list[Known]:
    """For this area, in the order in which people look for it; empty groups are left out."""
    found = []
    for title, source, read in BESIDE.get(area, ()):
        lines = read(document, estimate)
        if lines:
            found.append(Known(source, title, lines[:MOST_LINES], lines[MOST_LINES:]))
    return found


Lines = list[tuple[str, str]]
Reader = Callable[[Document, SolvedEstimate], Lines]


def _requirements(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [
        (each.text, "" if each.priority == "must" else each.priority)
        for _, each in in_order(document.scope.functional_requirements)
        if each.in_scope and each.text
    ]


def _left_out(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [
        (each.text, "")
        for _, each in in_order(document.scope.functional_requirements)
        if not each.in_scope and each.text
    ]


def _targets(document: Document, _estimate: SolvedEstimate) -> Lines:
    targets = [metrics.said(each) for _, each in in_order(document.scope.measurable_requirements)]
    return [line for line in targets if line[0]]


def _answers(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [(each.text, each.answer) for _, each in in_order(document.scope.questions) if each.answer]


def _figures(document: Document, estimate: SolvedEstimate) -> Lines:
    """Own rows, then inputs that were typed, what the sheet computes, and the inputs that it has by itself."""
    if not (document.estimate.inputs or document.estimate.rows):
        return []
    labels = {key: row.label or key for key, row in document.estimate.rows.items()}
    own = [key for key, _ in in_order(document.estimate.rows) if key in estimate.shown]
    others = [key for key in estimate.shown if key not in labels]
    others.sort(key=lambda key: (key not in document.estimate.inputs, key in estimate.solution.inputs))
    return [(labels.get(key, key), estimate.shown[key]) for key in [*own, *others]]


def _entities(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [
        (each.name or key, ", ".join(field.name for _, field in in_order(each.fields) if field.name))
        for key, each in in_order(document.data_model.entities)
    ]


def _operations(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [(each.name or key, each.rate) for key, each in in_order(document.api.operations)]


def _transaction(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [(each.text, "") for _, each in in_order(document.ui.transaction) if each.text]


def _boxes(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [
        (each.label or KIND_NAMES[each.kind], f"{servers(each)} x" if servers(each) > 1 else "")
        for _, each in in_order(document.diagram.components)
    ]


def _choices(document: Document, _estimate: SolvedEstimate) -> Lines:
    return [
        (each.question, each.options[each.choice].name if each.choice in each.options else "open")
        for _, each in in_order(document.decisions)
        if each.question
    ]


REQUIREMENTS = ("In scope", "understand", _requirements)
TARGETS = ("Targets", "understand", _targets)
FIGURES = ("Figures", "estimate", _figures)
ENTITIES = ("Entities", "data-model", _entities)
OPERATIONS = ("Operations", "api", _operations)
BOXES = ("Components", "high-level", _boxes)
BESIDE: dict[str, tuple[tuple[str, str, Reader], ...]] = {
    "understand": (FIGURES, OPERATIONS),
    "estimate": (("Answers", "understand", _answers), REQUIREMENTS, TARGETS, ENTITIES),
    "ui": (REQUIREMENTS, OPERATIONS),
    "data-model": (REQUIREMENTS, ("Transaction", "ui", _transaction), OPERATIONS, FIGURES),
    "api": (REQUIREMENTS, ("Transaction", "ui", _transaction), ENTITIES, FIGURES),
    "high-level": (OPERATIONS, ENTITIES, TARGETS, FIGURES),
    "detailed": (TARGETS, BOXES, OPERATIONS, FIGURES),
    "bottlenecks": (
        TARGETS,
        BOXES,
        ("Decisions", "detailed", _choices),
        ("Left out on purpose", "understand", _left_out),
    ),
}
