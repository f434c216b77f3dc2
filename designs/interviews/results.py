"""Finds the rows of an estimate that answer the results that a scenario expects. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from designs.analysis.values import quantity
from designs.interviews.subject import stems
from designs.scenarios.reference import Expected, given_figures
from designs.scenarios.schema import Scenario

if TYPE_CHECKING:
    from designs.interviews.case import Case

# Words of a row that say how it is measured; they do not make two rows alike: follows a second, deliveries a second.
MEASURES = stems(
    ["rate rates byte bytes second minute hour day month year peak average total number count size per new"]
)
# The share of the words of two rows from which on they are about one thing.
SAME_SUBJECT = 0.5
# With more rows than this for each expected result, some of them are near any number by chance.
MOST_ROWS_EACH = 5


def to_work_out(
    scenario: Scenario, expected: Mapping[str, Expected], rows: Mapping[str, Any] | None = None
) -> dict[str, Expected]:
    """The expected results that are more than a given figure in another unit: who repeats a figure adds nothing.

    `rows` are those of the estimate at the start, with the candidate's own figures."""
    typed = {
        name: (rows or {}).get(name, {}).get("formula") or value for name, value in given_figures(scenario).items()
    }
    given = [each for text in typed.values() if (each := quantity(text)) is not None]

    def is_given(result: Expected) -> bool:
        measured = result.quantity.dimension.measured
        return any(each.dimension.measured == measured and result.allows(each.value) for each in given)

    return {name: each for name, each in expected.items() if not is_given(each)}


def answer_rows(case: Case) -> dict[str, str]:
    """For each expected result the candidate's row that answers it: the row of its name, or any row within the
    tolerance, or else the nearest one about the same subject.

    Only rows that the candidate added count, not the figures that were given. Among very many rows a number alone says
    nothing: there the first row about the same subject answers.
    """
    estimate = case.analysis.model.estimate
    free = {name for name in estimate.values if _is_own_row(case, name)}
    is_crowded = len(free) > MOST_ROWS_EACH * len(case.expected)
    place = {name: at for at, name in enumerate(estimate.values)}
    found: dict[str, str] = {}
    for name in case.expected:
        if name in free and estimate.dimensions[name].measured == case.expected[name].quantity.dimension.measured:
            found[name] = name
            free.discard(name)
    for name, expected in case.expected.items():
        if name in found or not expected.quantity.value:
            continue
        label = _subject(case.scenario.figures[name].label, name)
        near = [
            (not expected.allows(estimate.values[row]), _distance(estimate.values[row], expected.quantity.value), row)
            for row in free
            if estimate.dimensions[row].measured == expected.quantity.dimension.measured and estimate.values[row] > 0
        ]
        by_number = [] if is_crowded else [each for each in near if not each[0]]
        alike = [each for each in near if _is_alike(_subject(_label(case, each[2]), each[2]), label)]
        if is_crowded and alike:
            found[name] = min((row for _, _, row in alike), key=lambda row: place[row])
        elif by_number or alike:
            found[name] = min(by_number + alike)[2]
        free.discard(found.get(name, ""))
    return found


def _subject(label: str, name: str) -> frozenset[str]:
    """The subject of a row, without the words that only say how it is measured."""
    return stems([label, name]) - MEASURES


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """At least half of the words of both are the same: looks at a payment are no payments."""
    return len(one & other) >= SAME_SUBJECT * len(one | other) > 0


def _distance(value: float, wanted: float) -> float:
    ratio = value / wanted if wanted else 0.0
    return max(ratio, 1 / ratio) if ratio > 0 else float("inf")


def _is_own_row(case: Case, name: str) -> bool:
    figure = case.scenario.figures.get(name)
    if figure is not None and figure.kind == "given":
        return False
    return not case.is_given("estimate", "rows", name)


def _label(case: Case, row: str) -> str:
    rows = case.document.estimate.rows
    return rows[row].label if row in rows else row


def results_told(case: Case) -> float:
    """Like `results_found`, but a row with another name that has the right number by chance does not count."""
    rows, found = answer_rows(case), right_results(case)
    named = {
        name
        for name in found
        if rows[name] == name
        or _subject(_label(case, rows[name]), rows[name]) & _subject(case.scenario.figures[name].label, name)
    }
    counted = len(found) if len(found) > 1 or named else 0
    return counted / len(case.asked_results) if case.asked_results else 0.0


def results_found(case: Case) -> float:
    """The share of the asked results in the estimate, within their tolerance."""
    return len(right_results(case)) / len(case.asked_results) if case.asked_results else 0.0


def right_results(case: Case) -> list[str]:
    """The asked results that the estimate has, within their tolerance."""
    values, rows = case.analysis.model.estimate.values, answer_rows(case)
    return [name for name, each in case.asked_results.items() if name in rows and each.allows(values[rows[name]])]
