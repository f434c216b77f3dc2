"""A workflow engine without a store for the progress of its workflows."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.capacities import availability_of, is_bought
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind != "workflow_engine" or component.stores:
            continue
        known = availability_of(component, case.model.figures)
        targets = [graph.connections[key].target for key in graph.outgoing[each]]
        if any(graph.components[key].kind in STORES for key in targets) or (known and is_bought(component, known)):
            continue
        name = graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.component(each),),
            title=f"{name} has no store for its steps",
            proof="No arrow leads from it to a store, and it stores no entity of the data model.",
            why="A workflow outlives a crash only when each finished step is on disk before the next one begins.",
            topic="durable-execution",
            remedies=(
                Remedy(
                    "Give it a database for its history",
                    "every workflow continues where it stopped",
                    "a write for each step",
                    "durable-execution",
                    _history(case, each),
                ),
                Remedy(
                    "Use a managed engine",
                    "the provider keeps its history",
                    "a price for each step, and a limit on steps a second",
                    "durable-execution",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _history(case: Case, engine: str) -> dict[str, object]:
    key, box = case.beside(engine, "sql", f"History of {case.graph.name(engine)}", copies=2)
    arrow = case.arrow(engine, key)
    return {"diagram": {"components": {key: box}, "connections": {case.free_connection(): arrow}}}


RULE = Rule("forgetful-workflow", "A workflow engine without a history", check)
