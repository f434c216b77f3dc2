"""Whether a scenario meets its own demands: its reference by its own targets and rubric, and its weak variant.

In the browser, the site asks before it loads a scenario that contradicts itself, and only reports what costs the
reference points. Neither blocks the upload, because later versions of the analysis may find more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calculators.engine.shipped import all_figures
from designs.analysis.report import Analysis, analyse
from designs.document.schema import Document
from designs.interviews.evidence import ended
from designs.interviews.marking import Case, marked
from designs.scenarios.problems import ScenarioProblem
from designs.scenarios.reading import ScenarioFile
from designs.scenarios.reference import expected_results, reference_of, variant_of, variants_of, weak_of
from designs.scenarios.schema import Scenario, Weak
from web.reading.safe_yaml import Place


@dataclass(frozen=True)
class Target:
    """A measurable requirement with the value that the reference reaches. `verdict` is pass, fail or cannot tell."""

    key: str
    words: str
    asked: str
    reached: str
    verdict: str


@dataclass(frozen=True)
class Unsound:
    """`contradictions`: targets that the reference misses, and faults that the weak variant does not show.
    `shortcomings`: what the reference lacks by its own rubric. Each with its line."""

    contradictions: tuple[ScenarioProblem, ...]
    shortcomings: tuple[ScenarioProblem, ...]

    @property
    def all(self) -> list[ScenarioProblem]:
        return [*self.contradictions, *self.shortcomings]


def unsound(read: ScenarioFile) -> Unsound:
    reference = analyse(Document.model_validate(reference_of(read.scenario)), all_figures())
    weak = _weak(read, {each.key for each in reference.findings})
    return Unsound((*_targets(read, reference), *weak), tuple(_rubric(read, reference)))


def targets_of(scenario: Scenario, reference: Analysis) -> list[Target]:
    """Every target of the scenario with the reference's verdict, in order."""
    known = {each.requirement: each for each in reference.requirements}
    found = []
    for key, each in scenario.requirements.measurable.items():
        result = known.get(key)
        asked = result.asked if result else f"{each.metric} {each.comparison} {each.quantity}"
        verdict = result.verdict if result else "cannot tell"
        found.append(Target(key, each.text or key, asked, result.reached if result else "", verdict))
    return found


def shown_by_weak(scenario: Scenario) -> tuple[list[str], list[str]]:
    """The targets that the weak variant fails, and the serious findings that the reference does not have."""
    document = weak_of(scenario)
    if document is None:
        return [], []
    reference = analyse(Document.model_validate(reference_of(scenario)), all_figures())
    weak = analyse(Document.model_validate(document), all_figures())
    before = {each.key for each in reference.findings}
    failing = [each.requirement for each in weak.requirements if each.verdict == "fail"]
    return failing, [each.key for each in weak.findings if each.severity != "low" and each.key not in before]


def _targets(read: ScenarioFile, reference: Analysis) -> Iterator[ScenarioProblem]:
    targets = read.scenario.requirements.measurable
    for result in reference.requirements:
        if result.verdict == "fail" and result.requirement in targets:
            named = targets[result.requirement].text or result.requirement
            words = f"The reference does not keep this target itself: {named} is {result.reached}."
            yield read.problem(("requirements", "measurable", result.requirement), words)


def _rubric(read: ScenarioFile, reference: Analysis) -> Iterator[ScenarioProblem]:
    """Shortcomings by the rubric; targets are reported separately."""
    case = Case(read.scenario, reference, expected_results(read.scenario))
    for line in marked(case):
        for position, each in enumerate(line.evidence):
            if each.share is None or each.verdict == "pass" or each.check == "requirements_are_met":
                continue
            words = f"By its own rubric the reference gets {each.share:.0%} of this. {each.words}"
            if each.missed:
                words += ended(f" Missing: {'; '.join(each.missed[:5])}")
            yield read.problem(("rubric", line.key, "checks", position), words)


def _weak(read: ScenarioFile, of_reference: set[str]) -> Iterator[ScenarioProblem]:
    for place, weak in variants_of(read.scenario).items():
        yield from _variant(read, place, weak, of_reference)


def _variant(read: ScenarioFile, at: Place, weak: Weak, of_reference: set[str]) -> Iterator[ScenarioProblem]:
    name = "the weak variant" if at[0] == "weak" else f"the variant {weak.title!r}"
    document = variant_of(read.scenario, weak)
    analysis = analyse(Document.model_validate(document), all_figures())
    shown = [each.key for each in analysis.findings]
    for position, key in enumerate(weak.shows.findings):
        place: Place = (*at, "shows", "findings", position)
        if key in shown and key in of_reference:
            words = f"{key!r} stands in the reference already, so {name} does not show it."
            yield read.problem(place, words)
        elif key not in shown:
            rule = key.partition(":")[0]
            alike = [each for each in shown if each.startswith(f"{rule}:")] or shown
            found = ", ".join(alike[:6]) or "nothing"
            yield read.problem(place, f"The analysis does not find {key!r} in {name}. It finds: {found}.")
    failing = {each.requirement for each in analysis.requirements if each.verdict == "fail"}
    for position, key in enumerate(weak.shows.requirements):
        if key not in failing:
            words = f"{name[0].upper()}{name[1:]} keeps {key!r}. It fails: {', '.join(sorted(failing)) or 'nothing'}."
            yield read.problem((*at, "shows", "requirements", position), words)
