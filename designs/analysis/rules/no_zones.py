"""The design does not say in which zones replicas are, so they may all fail together."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    if any(zone.kind != "boundary" for zone in graph.zones.values()):
        return
    several = [key for key, each in graph.components.items() if servers(each) > 1 and each.kind != "client"]
    if not several:
        return
    yield Finding(
        rule=RULE.id,
        severity="low",
        elements=(),
        title="No zone is drawn",
        proof=(
            f"{graph.names(several[:4])} {'has' if len(several) == 1 else 'have'} several servers, "
            "but no zone is given for them."
        ),
        why="Several help only against what they do not share: a rack, a power feed, a region.",
        topic="failover",
        remedies=(
            Remedy(
                "Draw the zones and put each component into one",
                "zones that fail together become part of the analysis",
                "a few minutes of drawing",
                "high-level-design",
            ),
            Remedy(
                "Say that one zone is enough",
                "simple and cheap",
                "its outage is yours",
                "availability-nines",
            ),
        ),
    )


RULE = Rule("no-zones", "No zone is drawn", check)
