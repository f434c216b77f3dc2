"""An operation has no path through the drawing to what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    for key, flow in case.model.flows.items():
        if not flow.problem or not case.graph.components:
            continue
        operation = case.document.api.operations[key]
        names_data = bool(operation.reads or operation.writes)
        yield Finding(
            rule=RULE.id,
            severity="high" if names_data or flow.hops else "low",
            elements=(case.operation(key),),
            title=f"{case.model.operation_name(key)} {'is not computed' if flow.hops else 'has no path'}",
            proof=f"{flow.problem[:1].upper()}{flow.problem[1:]}.",
            why="What has no path carries no load and keeps no promise: nothing can be said about it.",
            topic="high-level-design",
            remedies=(
                Remedy(
                    "Say which component stores what it needs, and connect it",
                    "the traffic of this operation becomes part of the analysis",
                    "a decision where the data lives",
                    "data-model-step",
                    _stored(case, key),
                ),
                Remedy(
                    "Draw its flow by hand",
                    "it goes where you say",
                    "to be kept right when the drawing changes",
                    "high-level-design",
                ),
            ),
            operations=(key,),
        )


def _stored(case: Case, key: str) -> dict[str, object] | None:
    """Puts entities without a store into the first store of their kind that requests reach."""
    graph, operation = case.graph, case.document.api.operations[key]
    patch: dict[str, dict[str, object]] = {}
    for entity in {**operation.reads, **operation.writes}:
        if graph.holders.get(entity):
            continue
        wanted = case.document.data_model.entities[entity].store or "sql"
        store = next((each for each in graph.distance if graph.components[each].kind == wanted), None)
        if store is None:
            return None
        patch.setdefault(store, {"stores": {}})["stores"] = {entity: True}
    return {"diagram": {"components": patch}} if patch else None


RULE = Rule("no-path", "An operation without a path", check)
