"""A write that takes effect twice when it is sent twice."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import QUEUES, listed
from designs.analysis.rules.case import Case

NATURALLY = frozenset({"PUT", "DELETE", "GET", "HEAD", "OPTIONS"})


def check(case: Case) -> Iterator[Finding]:
    for key, operation in case.document.api.operations.items():
        is_open = operation.idempotency == "not_idempotent" or not operation.idempotency
        if not operation.writes or not is_open or (not operation.idempotency and operation.method in NATURALLY):
            continue
        repeats = _repeats(case, key)
        name = case.model.operation_name(key)
        said = (
            "says that sending it twice takes effect twice"
            if operation.idempotency
            else "does not say what sending it twice does"
        )
        yield Finding(
            rule=RULE.id,
            severity="low" if not repeats else "high" if operation.idempotency else "medium",
            elements=(case.operation(key),),
            title=f"{name} may be done twice",
            proof=f"It {said}"
            + (f", and {listed(repeats)}." if repeats else "; a client that gets no answer sends again."),
            why="A lost answer looks like a lost request: a user who tries again pays, posts or orders twice.",
            topic="delivery-guarantees",
            remedies=(
                Remedy(
                    "Ask for an idempotency key",
                    "any number of tries takes effect once",
                    "keys are kept for as long as a client may try again",
                    "stripe-api-spec",
                    _keyed(case, key),
                ),
                Remedy(
                    "Let the client choose the id, and PUT",
                    "no table of keys",
                    "clients make ids that never collide",
                    "api-design",
                    {"api": {"operations": {key: {"method": "PUT", "idempotency": "idempotent"}}}},
                ),
            ),
            operations=(key,),
        )


def _repeats(case: Case, operation: str) -> list[str]:
    """The components on its way that may deliver more than once."""
    graph, flow = case.graph, case.model.flows[operation]
    found = []
    for hop in flow.hops:
        connection = graph.connections[hop.connection]
        if connection.retries:
            times = "once" if connection.retries == 1 else f"{connection.retries} times"
            found.append(f"{graph.name(hop.connection)} tries again {times}")
        if graph.components[hop.target].kind in QUEUES and case.document.api.operations[operation].idempotency:
            found.append(f"{graph.name(hop.target)} may deliver twice")
    return list(dict.fromkeys(found))


def _keyed(case: Case, key: str) -> dict[str, object]:
    operation = case.document.api.operations[key]
    parameter = {
        "name": "Idempotency-Key",
        "location": "header",
        "type": "uuid",
        "order": len(operation.parameters) + 1,
    }
    taken, number = operation.parameters, 1
    while f"key{number}" in taken:
        number += 1
    fields = {"idempotency": "idempotency_key", "parameters": {f"key{number}": parameter}}
    return {"api": {"operations": {key: fields}}}


RULE = Rule("unsafe-writes", "A write without idempotency", check)
