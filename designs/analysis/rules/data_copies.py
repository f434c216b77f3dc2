"""Data has only one copy."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.burden import copies_of
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case
from designs.analysis.rules.remedies import add_follower

MANAGED = frozenset({"object_store", "data_lake"})  # keeps copies by itself
OWN_STORES = STORES - MANAGED


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        is_copied = copies_of(component) > 1 or each in graph.replica_group
        if case.model.is_bought(each) or component.kind not in OWN_STORES or not component.stores or is_copied:
            continue
        backup = values.seconds(component.backup_every)
        entities = ", ".join(case.entity_name(key) for key in component.stores)
        kept = f"Its last backup is up to {values.said_seconds(backup)} old." if backup else "No backup is taken."
        yield Finding(
            rule=RULE.id,
            severity="medium" if backup else "high",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} holds the only copy",
            proof=f"{entities} {'is' if len(component.stores) == 1 else 'are'} kept in one copy only. {kept}",
            why="A lost service starts again; lost data does not come back.",
            topic="replication",
            remedies=(
                add_follower(case, each),
                Remedy(
                    "Back it up every day",
                    "survives mistakes and bad deployments too, which copies repeat",
                    "newer writes are lost, and restoring takes time",
                    "backups",
                    case.change(each, backup_every="1 day"),
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("data-copies", "Data has one copy", check)
