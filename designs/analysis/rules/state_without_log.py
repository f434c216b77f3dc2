"""A stream processor whose input is deleted after reading: after a crash its running results cannot be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind != "stream_processor":
            continue
        sources = list(dict.fromkeys(graph.connections[key].source for key in graph.incoming[each]))
        kinds = {graph.components[key].kind for key in sources}
        if not sources or kinds & {"stream", "object_store", "data_lake"}:
            continue
        name = graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"{name} cannot read its input again",
            proof=f"It is fed by {graph.names(sources)}, and none of these keeps what was read.",
            why="A count of the last hour is only in memory. After a crash it starts at zero: its input is deleted.",
            topic="stream-processing",
            remedies=(
                Remedy(
                    "Feed it from a stream",
                    "it goes back to its last checkpoint and reads again",
                    "one more component to run, and days of events to store",
                    "stream-processing",
                    _stream(case, each),
                ),
                Remedy(
                    "Write every event to a table, and count there",
                    "any database will do",
                    "one write for each event, at the peak",
                    "sketches",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _stream(case: Case, processor: str) -> dict[str, object]:
    key, box = case.beside(processor, "stream", f"Events for {case.graph.name(processor)}", instances=3)
    arrow = case.arrow(key, processor, kind="async")
    return {"diagram": {"components": {key: box}, "connections": {case.free_connection(): arrow}}}


RULE = Rule("state-without-log", "Running results that cannot be rebuilt", check)
