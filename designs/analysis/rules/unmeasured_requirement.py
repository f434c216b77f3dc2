"""A requirement without a measurable target."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Element, Finding, Remedy, Rule
from designs.analysis.requirements import KINDS, METRIC_NAMES
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    for key, requirement in case.document.scope.measurable_requirements.items():
        lacks = _lacks(requirement.metric, requirement.quantity.strip())
        if not lacks:
            continue
        name = requirement.text or METRIC_NAMES.get(requirement.metric, "") or key
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(Element("requirement", key, name),),
            title=f"“{name}” cannot be tested",
            proof=f"It has {lacks}.",
            why="“Fast” and “highly available” cannot be tested; a number can.",
            topic="understand-the-question",
            remedies=(
                Remedy(
                    "Ask for the number",
                    "the design can be tested against it",
                    "a person has to commit to it",
                    "understand-the-question",
                ),
                Remedy(
                    "Assume one, and write down that you did",
                    "you can go on",
                    "the assumption may be wrong, so check it again later",
                    "estimate-scale",
                ),
            ),
        )


def _lacks(metric: str, quantity: str) -> str:
    if not metric:
        return "no metric"
    if KINDS[metric].read(quantity) is not None:
        return ""
    return f"no number: {quantity!r} is no {KINDS[metric].noun}" if quantity else "no number"


RULE = Rule("unmeasured-requirement", "A requirement without a number", check)
