"""A functional requirement without an operation that serves it."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Element, Finding, Remedy, Rule, free_id
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    operations = case.document.api.operations
    served = {key for each in operations.values() for key in each.serves}
    if not operations:
        return
    for key, requirement in case.document.scope.functional_requirements.items():
        if not requirement.in_scope or requirement.priority != "must" or key in served:
            continue
        name = requirement.text or key
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(Element("requirement", key, name),),
            title=f"No operation serves “{name}”",
            proof=f"It must be done, and none of the {len(operations)} operations says that it serves it.",
            why="What no operation does has no flow, no load and no place in the drawing.",
            topic="api-step",
            remedies=(
                Remedy(
                    "Add the operation, or tick it at the one that serves it",
                    "the requirement is part of the design",
                    "one more operation to serve",
                    "api-step",
                    _added(case, key, name),
                ),
                Remedy(
                    "Move it out of scope",
                    "less to build",
                    "users may expect it",
                    "understand-the-question",
                    {"scope": {"functional_requirements": {key: {"in_scope": False}}}},
                ),
            ),
        )


def _added(case: Case, key: str, name: str) -> dict[str, object]:
    operations = case.document.api.operations
    order = max((each.order for each in operations.values()), default=0) + 1
    return {"api": {"operations": {free_id(operations, "o"): {"name": name, "serves": {key: True}, "order": order}}}}


RULE = Rule("unserved-requirement", "A requirement that no operation serves", check)
