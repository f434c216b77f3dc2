"""A message that always fails blocks the queue or is redelivered for ever."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in ("queue", "pubsub") or component.dead_letters or not graph.outgoing[each]:
            continue
        targets = dict.fromkeys(graph.connections[key].target for key in graph.outgoing[each])
        consumers = f"{graph.names(targets)} {'takes' if len(targets) == 1 else 'take'}"
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.component(each),),
            title=f"{graph.name(each)} has no dead-letter queue",
            proof=f"{consumers} messages from it, and nothing says where messages go that fail each time.",
            why="One poison message is delivered again and again, and those behind it wait.",
            topic="delivery-guarantees",
            remedies=(
                Remedy(
                    "Move messages to a dead-letter queue after a few tries",
                    "the rest continues, and people can inspect what failed",
                    "people have to inspect them and send them again",
                    "queue-durability",
                    case.change(each, dead_letters=True),
                ),
                Remedy(
                    "Drop such messages after a few tries, with an alert",
                    "nothing to empty",
                    "the work is lost",
                    "observability",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("no-dead-letters", "A queue without a dead-letter queue", check)
