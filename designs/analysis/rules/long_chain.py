"""Many services answer one after another before the client gets an answer."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.flow import OperationFlow
from designs.analysis.graph import SERVERS
from designs.analysis.rules.case import Case

LONG = 4
ANSWERING = SERVERS | {"third_party"}


def check(case: Case) -> Iterator[Finding]:
    for key, flow in case.model.flows.items():
        chain = _longest(case, flow) if not flow.problem else []
        if len(chain) < LONG:
            continue
        count = len(chain)
        proof = (
            f"{case.graph.names(chain)} answer one after another. When each is quick for 99 % of calls, all {count} "
            f"are for {0.99**count:.1%}: the slow share grows from 1 % to {1 - 0.99**count:.1%}."
        )
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.operation(key),),
            title=f"{case.model.operation_name(key)} waits for {count} services in a row",
            proof=proof,
            why="Latencies add up and failures too: the chain is slower and less available than any of its links.",
            topic="percentiles-and-littles-law",
            remedies=(
                Remedy(
                    "Let the last step happen behind a queue",
                    "the client does not wait for it",
                    "its result comes later, and may come twice",
                    "message-queues",
                    _later(case, flow, chain),
                ),
                Remedy(
                    "Join services that always change together",
                    "fewer calls",
                    "teams share code and deployments",
                    "monolith-vs-microservices",
                ),
            ),
            operations=(key,),
        )


def _longest(case: Case, flow: OperationFlow) -> list[str]:
    """The longest chain of services that wait for each other, in the order of the calls."""
    chains: dict[str, list[str]] = {}
    for each in flow.callees_first or ():
        calls = [hop.target for group in flow.groups.get(each, ()) for hop in group.hops if not hop.is_later]
        longest = max((chains[target] for target in calls), key=len, default=[])
        chains[each] = [each, *longest] if case.graph.components[each].kind in ANSWERING else longest
    return max((chains.get(entry, []) for entry in flow.entries), key=len, default=[])


def _later(case: Case, flow: OperationFlow, chain: list[str]) -> dict[str, object] | None:
    """Makes the call of the last service asynchronous, where it only writes."""
    if flow.is_read:
        return None
    arrow = next((hop.connection for hop in flow.hops if (hop.source, hop.target) == tuple(chain[-2:])), None)
    return case.change_connection(arrow, kind="async") if arrow else None


RULE = Rule("long-chain", "A long chain of synchronous calls", check)
