"""Sending answers costs more than all components that produce them."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.costs import sent_bytes
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case
from designs.document.servers import servers

PRICE = "price-egress"


def check(case: Case) -> Iterator[Finding]:
    sent, _, _ = sent_bytes(case.model)
    costs = [values.money(each.cost) for each in case.graph.components.values() if each.kind != "client"]
    if not sent or not any(costs) or PRICE not in case.model.figures.by_id:
        return
    figure = case.model.figures[PRICE].latest
    paid = figure.paid_for(sent / 1e9)
    machines = sum(
        (values.money(each.cost) or 0.0) * servers(each)
        for each in case.graph.components.values()
        if each.kind != "client"
    )
    if paid <= machines:
        return
    yield Finding(
        rule=RULE.id,
        severity="medium",
        elements=(),
        title="Sending data costs more than the machines",
        proof=(
            f"{values.said_bytes(sent)} of answers a month cost {values.said_money(paid)} by the tiers of the list "
            f"({figure.source}); the components cost {values.said_money(machines)}."
        ),
        why="Most of this bill is traffic, which a list of machines does not show.",
        topic="cost-estimation",
        remedies=(
            Remedy(
                "Serve repeated answers from a CDN",
                "cheaper by contract, and nearer to users",
                "staleness, and one more supplier",
                "cdn",
            ),
            Remedy(
                "Send less: compress, page, send what changed",
                "pays at once",
                "changes in clients and servers",
                "bandwidth-estimation",
            ),
        ),
        operations=tuple(case.model.flows),
    )


RULE = Rule("egress-cost", "Egress dominates the cost", check)
