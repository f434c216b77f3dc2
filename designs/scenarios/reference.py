"""The designs in a scenario: its reference, the weak variant of it, and the results of their figures.

A number exists once: requirements and given figures are kept in the scenario and copied from there into its designs.
The results are solved on the reference's estimate, with the given figures or with a candidate's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from calculators.engine.quantities import LOGNORMAL_FROM_RATIO, NUMBER, Quantity, parse_quantity
from designs.analysis.estimate import SolvedEstimate, solved
from designs.document.patches import apply
from designs.document.schema import Document, blank
from designs.scenarios.ordering import with_order
from designs.scenarios.schema import Figure, Scenario, Weak

PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
INTERVIEWER = "the interviewer"


@dataclass(frozen=True)
class Expected:
    """A result that the estimate should give, and the tolerance for an answer (a share)."""

    quantity: Quantity
    tolerance: float

    def allows(self, value: float) -> bool:
        """`value` in base units."""
        return abs(value - self.quantity.value) <= self.tolerance * abs(self.quantity.value)


def given_figures(scenario: Scenario) -> dict[str, str]:
    """The figures that the interviewer tells, as typed."""
    return {name: figure.value for name, figure in scenario.figures.items() if figure.kind == "given"}


def individual_figures(scenario: Scenario, *, seed: str) -> dict[str, str]:
    """The given figures, with a random value, rounded to two digits, for each that has a range; the same for one
    seed."""
    return {
        name: _drawn(figure, Random(f"{scenario.slug}/{name}/{seed}"))  # noqa: S311  (an exercise, not a secret)
        if figure.kind == "given" and figure.range
        else value
        for name, value in given_figures(scenario).items()
        for figure in (scenario.figures[name],)
    }


def _drawn(figure: Figure, random: Random) -> str:
    usual, spread = parse_quantity(figure.value), parse_quantity(figure.range).spread
    number = NUMBER.match(figure.value.strip())
    if spread is None or number is None or usual.value <= 0:
        return figure.value
    low, high = spread.low, spread.high
    if low > 0 and high >= LOGNORMAL_FROM_RATIO * low:
        drawn = math.exp(random.uniform(math.log(low), math.log(high)))
    else:
        drawn = random.uniform(low, high)
    typed = float(number.group().replace(",", "").replace("_", ""))
    rest = figure.value.strip()[number.end() :]
    return f"{float(f'{typed * drawn / usual.value:.2g}'):.12g}{rest}"


def values_of(scenario: Scenario, figures: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every figure as typed, with the candidate's own values where given."""
    return {name: figure.value for name, figure in scenario.figures.items()} | dict(figures or {})


def answer_of(scenario: Scenario, question: str, figures: Mapping[str, str] | None = None) -> str:
    """The answer to a question, with the figures filled in."""
    known = values_of(scenario, figures)
    return PLACEHOLDER.sub(
        lambda found: known.get(found.group(1), found.group()), scenario.questions[question].answer
    ).strip()


def reference_of(scenario: Scenario, figures: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The reference as a whole design, with the given figures or with the candidate's own."""
    values = {**given_figures(scenario), **(figures or {})}
    return with_order(apply(_base(scenario, values), scenario.reference))


def weak_of(scenario: Scenario) -> dict[str, Any] | None:
    """The reference with its seeded fault, or None when the scenario has none."""
    return None if scenario.weak is None else variant_of(scenario, scenario.weak)


def variant_of(scenario: Scenario, weak: Weak) -> dict[str, Any]:
    changed = apply(reference_of(scenario), weak.patch)
    return with_order(apply(changed, {"meta": {"title": f"{scenario.title}: {weak.title}"}}))


def variants_of(scenario: Scenario) -> dict[tuple[str, ...], Weak]:
    """Every seeded fault, by its place in the file."""
    first: dict[tuple[str, ...], Weak] = {("weak",): scenario.weak} if scenario.weak is not None else {}
    return first | {("faults", key): each for key, each in scenario.faults.items()}


def _base(scenario: Scenario, values: Mapping[str, str]) -> dict[str, Any]:
    """The parts of a good answer that the scenario itself gives."""
    required = scenario.requirements
    document: dict[str, Any] = apply(
        blank(title=scenario.title, method=scenario.method, scenario=scenario.slug),
        {
            "scope": {
                "questions": {
                    key: {"text": question.question, "answer": answer_of(scenario, key, values)}
                    for key, question in scenario.questions.items()
                },
                "actors": _plain(required.actors),
                "functional_requirements": _plain(required.functional),
                "measurable_requirements": _plain(required.measurable),
            },
            "estimate": {
                "rows": {
                    name: {
                        "label": scenario.figures[name].label,
                        "formula": value,
                        "unit": scenario.figures[name].unit,
                        "source": scenario.figures[name].source or INTERVIEWER,
                    }
                    for name, value in values.items()
                }
            },
        },
    )
    return document


def given_document(scenario: Scenario, figures: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The first document of a student who need not ask: requirements, answers and given figures, with an empty
    drawing."""
    document = _base(scenario, {**given_figures(scenario), **(figures or {})})
    for requirement in document["scope"]["measurable_requirements"].values():
        requirement.pop("operation", None)  # operations are for the student to name
    return with_order(document)


def _plain(collection: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item.model_dump(exclude_unset=True) for key, item in collection.items()}


def solved_reference(scenario: Scenario, figures: Mapping[str, str] | None = None) -> SolvedEstimate:
    document = Document.model_validate(reference_of(scenario, figures))
    return solved(document.estimate)


def expected_results(scenario: Scenario, figures: Mapping[str, str] | None = None) -> dict[str, Expected]:
    """The results with the given figures, or with the candidate's own."""
    estimate = solved_reference(scenario, figures)
    return {
        name: Expected(Quantity(estimate.values[name], estimate.dimensions[name]), figure.tolerance / 100)
        for name, figure in scenario.figures.items()
        if figure.kind == "result" and name in estimate.values
    }
