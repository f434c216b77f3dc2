"""The most useful facts to add to a drawing without operations that have a path."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import SERVERS, STORES, listed
from designs.analysis.rules.case import Case

MOST_FACTS = 4


def check(case: Case) -> Iterator[Finding]:
    if not is_bare(case):
        return
    facts = _facts(case)
    if facts:
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(),
            title=f"{len(facts)} missing fact{'s' if len(facts) > 1 else ''} would help most",
            proof=f"Not known: {listed(facts)}.",
            why="With these each box gets its load, and each operation its latency and availability.",
            topic="high-level-design",
            remedies=(
                Remedy(
                    "Write down the operation that matters most, with its rate",
                    "its path, its load and the components that it needs are shown at once",
                    "a minute",
                    "api-step",
                ),
                Remedy(
                    "Say what each store keeps",
                    "which store an operation needs is known, and how much it holds",
                    "a minute",
                    "data-model-step",
                ),
            ),
        )


def is_bare(case: Case) -> bool:
    """Whether components are drawn and no operation has a path through them."""
    return bool(case.graph.connections) and all(flow.problem for flow in case.model.flows.values())


def _facts(case: Case) -> list[str]:
    document, graph = case.document, case.graph
    stores = [graph.name(key) for key, each in graph.components.items() if each.kind in STORES and not each.stores]
    facts = []
    if not document.api.operations:
        facts.append("one operation, and what it reads and writes")
    if not document.data_model.entities:
        facts.append("one entity" + (f", and that {stores[0]} stores it" if stores else ""))
    elif stores:
        facts.append(f"what {stores[0]} stores")
    if not any(each.rate.strip() for each in document.api.operations.values()):
        facts.append("how often the operation is called")
    busy = [each for each, component in graph.components.items() if component.kind in SERVERS - {"scheduler"}]
    if busy and not graph.components[busy[0]].latency.strip():
        facts.append(f"how long {graph.name(busy[0])} takes, and how many of it run")
    return facts[:MOST_FACTS]


RULE = Rule("bare-drawing", "What a bare drawing shows", check)
