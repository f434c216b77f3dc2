"""A box that no operation reaches."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

BESIDE = frozenset({"client", "dns", "third_party", "scheduler"})


def check(case: Case) -> Iterator[Finding]:
    graph, flows = case.graph, case.model.flows
    if not flows or any(flow.problem for flow in flows.values()):
        return
    used = [each for each in case.used_by if graph.components[each].kind != "client"]
    reached = graph.reach([*used, *graph.replica_group, *_started(case)])
    for each, component in graph.components.items():
        if component.kind in BESIDE or each in reached:
            continue
        name = graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.component(each),),
            title=f"No operation uses {name}",
            proof=f"None of the {len(flows)} operations reaches it, nor anything that one of them uses.",
            why="Either an arrow or an operation is missing, or it need not be there.",
            topic="high-level-design",
            remedies=(
                Remedy("Connect it to the components that need it", "it takes part", "an arrow", "high-level-design"),
                Remedy("Take it out", "less to run", "none, if no component needs it", "bottleneck-review"),
            ),
        )


def _started(case: Case) -> list[str]:
    """Components started by a schedule or another system rather than by a request."""
    return [key for key, each in case.graph.components.items() if each.kind in ("scheduler", "third_party")]


RULE = Rule("unused-component", "A component that no operation uses", check)
