"""A critical component without monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

OUTSIDE = frozenset({"client", "third_party"})


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    silent = [
        each
        for each in case.stopped_by
        if each in graph.components
        and graph.components[each].kind not in OUTSIDE
        and not graph.components[each].monitored
        and "monitored" in graph.components[each].model_fields_set  # a flag that is not set says nothing
    ]
    if not silent:
        return
    suffering = {key for each in silent for key in case.stopped_by[each]}
    operations = [key for key in case.model.flows if key in suffering]
    yield Finding(
        rule=RULE.id,
        severity="low",
        elements=case.components(silent),
        title=f"Nobody is alerted when {graph.names(silent[:3])} {'fails' if len(silent) == 1 else 'fail'}",
        proof=f"{case.operations(operations)} cannot do without {graph.names(silent)}, and no alert is set on them.",
        why="An outage lasts as long as it takes to notice it and then to mend it; the first part is yours to shorten.",
        topic="observability",
        remedies=(
            Remedy(
                "Watch latency, traffic, errors and saturation of each, with an alert",
                "the team knows within minutes",
                "alerts without a needed action teach people to ignore alerts",
                "observability",
                case.change(*silent, monitored=True),
            ),
            Remedy(
                "Alert on what users notice, at the edge",
                "one alert covers every cause",
                "shows that something is wrong, but not what",
                "bottleneck-review",
            ),
        ),
        operations=tuple(operations),
    )


RULE = Rule("unmonitored", "No alert on a critical part", check)
