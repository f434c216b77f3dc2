"""Callers time out before answers arrive, although no component is full."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

LEAST = 0.01


def check(case: Case) -> Iterator[Finding]:
    for key, share in case.model.cut_off.items():
        flow = case.model.flows[key]
        if share < LEAST or any(_is_full(case, each) for each in flow.components):
            continue
        timed = [
            each
            for each in flow.calls
            if case.graph.connections[each].timeout.strip()
            and not case.graph.components[case.graph.connections[each].target].queue_limit.strip()
        ]
        if not timed:
            continue
        waits = ", ".join(
            f"{case.graph.name(each)} after {case.graph.connections[each].timeout.strip()}" for each in timed[:3]
        )
        name = case.model.operation_name(key)
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.operation(key), *(case.connection(each) for each in timed[:3])),
            title=f"Callers of {name} give up before the answer comes",
            proof=(
                f"{values.said_failing(share)} of its requests at peak get no answer in time, although nothing is "
                f"full. Timeouts: {waits}."
            ),
            why="A timeout below what good answers take turns slow answers into failures, and retries into load.",
            topic="retries-and-circuit-breakers",
            remedies=(
                Remedy(
                    "Wait longer than 99 % of good answers take",
                    "slow answers arrive",
                    "callers hold connections longer while the dependency is down",
                    "retries-and-circuit-breakers",
                ),
                Remedy(
                    "Prefetch the answer, and serve it from a cache",
                    "no caller waits for the slow call",
                    "the cached answer may be old",
                    "caching-basics",
                ),
            ),
            operations=(key,),
        )


def _is_full(case: Case, each: str) -> bool:
    """Whether it is full of requests, or of requests that wait inside it; other rules report that."""
    held = case.held[each].utilisation if each in case.held else None
    return max(case.loads.components[each].utilisation or 0.0, held or 0.0) > 1


RULE = Rule("hasty-caller", "Timeouts are shorter than answers take", check)
