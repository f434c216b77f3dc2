"""The rubric, filled in as far as a machine can: for each check what it found, and the level that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from designs.analysis.graph import STORES
from designs.analysis.measures import single_points
from designs.analysis.report import Analysis
from designs.analysis.values import quantity
from designs.document.schema import Document
from designs.interviews.clock import TimeSpent
from designs.scenarios.reference import Expected
from designs.scenarios.schema import CHECK_WORDS, Check, Dimension, Scenario

Verdict = Literal["pass", "fail", "cannot tell"]


@dataclass(frozen=True)
class Evidence:
    """What a machine says of one check: the verdict, and what it rests on. `missed` are the things that fell short."""

    check: Check
    verdict: Verdict
    words: str
    missed: tuple[str, ...] = ()

    @property
    def asks(self) -> str:
        return CHECK_WORDS[self.check]


@dataclass(frozen=True)
class Case:
    """A design that is to be marked, with what is known of its making."""

    scenario: Scenario
    analysis: Analysis
    expected: Mapping[str, Expected]
    time_spent: Sequence[TimeSpent] = ()

    @property
    def document(self) -> Document:
        return self.analysis.document


@dataclass(frozen=True)
class Marked:
    """One line of the rubric with its evidence. `suggested` is a level (0 the weakest); None: nothing could be told."""

    key: str
    dimension: Dimension
    evidence: tuple[Evidence, ...]

    @property
    def suggested(self) -> int | None:
        """The share of checks that pass, of those that can tell, on the dimension's scale."""
        telling = [each for each in self.evidence if each.verdict != "cannot tell"]
        if not telling:
            return None
        share = sum(each.verdict == "pass" for each in telling) / len(telling)
        return round(share * (len(self.dimension.levels) - 1))


def marked(case: Case) -> list[Marked]:
    """Every dimension of the scenario's rubric, in its order."""
    found = {check: CHECKS[check](case) for each in case.scenario.rubric.values() for check in each.checks}
    return [
        Marked(key, dimension, tuple(found[check] for check in dimension.checks))
        for key, dimension in case.scenario.rubric.items()
    ]


def total(rubric: Mapping[str, Dimension], levels: Mapping[str, int], *, hint_costs: int = 0) -> int | None:
    """Points out of 100: weighted shares of the levels reached, less what hints cost; None until all are marked."""
    if any(key not in levels for key in rubric):
        return None
    weight = sum(each.weight for each in rubric.values())
    reached = sum(each.weight * levels[key] / (len(each.levels) - 1) for key, each in rubric.items())
    return max(0, round(100 * reached / weight) - hint_costs)


def _judged(check: Check, missed: Sequence[str], passed: str, failed: str, *, asked: int) -> Evidence:
    if not asked:
        return Evidence(check, "fail", failed)
    return Evidence(check, "fail" if missed else "pass", failed if missed else passed, tuple(missed))


def _requirements_have_operations(case: Case) -> Evidence:
    wanted = {
        key: each
        for key, each in case.document.scope.functional_requirements.items()
        if each.in_scope and each.priority != "stretch"
    }
    served = {key for each in case.document.api.operations.values() for key in each.serves}
    missed = [each.text or key for key, each in wanted.items() if key not in served]
    words = f"{len(wanted) - len(missed)} of {len(wanted)} functional requirements are served by an operation."
    return _judged("requirements_have_operations", missed, words, words, asked=len(wanted))


def _requirements_are_measurable(case: Case) -> Evidence:
    targets = case.document.scope.measurable_requirements.values()
    good = [each for each in targets if each.metric and quantity(each.quantity) is not None]
    words = f"{len(good)} targets have a number and a unit."
    return _judged("requirements_are_measurable", [], words, "No target has a number and a unit.", asked=len(good))


def _estimate_within_tolerance(case: Case) -> Evidence:
    """A result counts as there when some row of the estimate comes to it, whatever the row is called."""
    estimate = case.analysis.model.estimate
    missed = []
    for name, expected in case.expected.items():
        rows = [
            value
            for row, value in estimate.values.items()
            if estimate.dimensions[row].measured == expected.quantity.dimension.measured
        ]
        if not any(expected.allows(value) for value in rows):
            missed.append(case.scenario.figures[name].label)
    words = f"{len(case.expected) - len(missed)} of {len(case.expected)} expected results stand in the estimate."
    if not case.expected:
        return Evidence("estimate_within_tolerance", "cannot tell", "The scenario names no results.")
    return _judged("estimate_within_tolerance", missed, words, words, asked=len(case.expected))


def _operations_reach_storage(case: Case) -> Evidence:
    """Every operation that reads or writes something has a path to a component that stores it."""
    model, operations = case.analysis.model, case.document.api.operations
    missed, asked = [], 0
    for key, operation in operations.items():
        entities = {*operation.reads, *operation.writes}
        if not entities:
            continue
        asked += 1
        flow = model.flows.get(key)
        touched = () if flow is None or flow.problem else flow.components
        housed = {entity for each in touched for entity in model.graph.components[each].stores}
        reaches_store = any(model.graph.components[each].kind in STORES for each in touched)
        if not reaches_store or not entities <= housed:
            missed.append(operation.name or key)
    words = f"{asked - len(missed)} of {asked} operations reach what they read and write."
    return _judged("operations_reach_storage", missed, words, words, asked=asked)


def _capacity_covers_peak(case: Case) -> Evidence:
    loads = case.analysis.model.loads.components
    known = {key: load.utilisation for key, load in loads.items() if load.utilisation is not None and load.peak > 0}
    if not known:
        return Evidence("capacity_covers_peak", "cannot tell", "No component has both a load and a capacity.")
    over = [f"{case.analysis.model.graph.name(key)} at {used:.0%}" for key, used in known.items() if used > 1]
    fullest = max(known.values())
    passed = f"The fullest component is at {fullest:.0%} of its capacity at peak."
    failed = f"Above capacity at peak: {', '.join(over)}."
    return _judged("capacity_covers_peak", over, passed, failed, asked=1)


def _no_single_point_on_a_must(case: Case) -> Evidence:
    document, model = case.document, case.analysis.model
    musts = {
        key for key, each in document.scope.functional_requirements.items() if each.in_scope and each.priority == "must"
    }
    operations = [key for key, each in document.api.operations.items() if musts & set(each.serves)]
    telling = [key for key in operations if key in model.cuts]
    if not telling:
        return Evidence(
            "no_single_point_on_a_must", "cannot tell", "No operation of a must has a path through the drawing."
        )
    missed = []
    for key in telling:
        singles = single_points(model, key)
        if singles:
            missed.append(f"{model.operation_name(key)} needs {model.graph.names(singles)}")
    passed = f"None of {len(telling)} operations that a must depends on has a single point of failure."
    return _judged("no_single_point_on_a_must", missed, passed, "; ".join(missed) + ".", asked=len(telling))


def _requirements_are_met(case: Case) -> Evidence:
    results = case.analysis.requirements
    names = case.document.scope.measurable_requirements
    failed = [names[each.requirement].text or each.metric for each in results if each.verdict == "fail"]
    passed = [each for each in results if each.verdict == "pass"]
    words = f"{len(passed)} of {len(results)} measurable requirements pass."
    if not failed and len(passed) < len(results):
        return Evidence("requirements_are_met", "cannot tell", f"{words} The rest lack a fact to be told.")
    return _judged("requirements_are_met", failed, words, words, asked=len(results))


def _decisions_have_because(case: Case) -> Evidence:
    decisions = case.document.decisions.values()
    missed = [
        each.question or "a decision without a question"
        for each in decisions
        if not (each.choice and each.because.strip())
    ]
    words = f"{len(decisions) - len(missed)} of {len(decisions)} decisions say what was chosen and because of what."
    return _judged("decisions_have_because", missed, words, words, asked=len(decisions))


def _bottlenecks_are_answered(case: Case) -> Evidence:
    found = case.document.bottlenecks.values()
    missed = [
        each.finding or "a bottleneck without words"
        for each in found
        if each.response == "open" or not each.mitigation.strip()
    ]
    words = f"{len(found) - len(missed)} of {len(found)} bottlenecks are mitigated or accepted in words."
    return _judged("bottlenecks_are_answered", missed, words, words, asked=len(found))


def _time_per_stage(case: Case) -> Evidence:
    used = [each for each in case.time_spent if each.seconds]
    if not used:
        return Evidence("time_per_stage", "cannot tell", "No clock ran.")
    over = [f"{each.stage.title} took {each.minutes} of {each.stage.minutes} minutes" for each in used if each.is_over]
    return _judged("time_per_stage", over, "Every stage kept to its budget.", "; ".join(over) + ".", asked=len(used))


CHECKS: dict[Check, Callable[[Case], Evidence]] = {
    "requirements_have_operations": _requirements_have_operations,
    "requirements_are_measurable": _requirements_are_measurable,
    "estimate_within_tolerance": _estimate_within_tolerance,
    "operations_reach_storage": _operations_reach_storage,
    "capacity_covers_peak": _capacity_covers_peak,
    "no_single_point_on_a_must": _no_single_point_on_a_must,
    "requirements_are_met": _requirements_are_met,
    "decisions_have_because": _decisions_have_because,
    "bottlenecks_are_answered": _bottlenecks_are_answered,
    "time_per_stage": _time_per_stage,
}
