"""Copies replicate a mistake at once, and the newest backup is old."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.burden import copies_of
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case

OLD_S = 12 * 3600.0


def check(case: Case) -> Iterator[Finding]:
    for each, component in case.graph.components.items():
        age = values.seconds(component.backup_every)
        is_copied = copies_of(component) > 1 or each in case.graph.replica_group
        load = case.loads.components[each]
        if component.kind not in STORES or age is None or age < OLD_S or not is_copied or load.writes <= 0:
            continue
        name = case.graph.name(each)
        average = load.writes * load.average / load.peak if load.peak > 0 else 0.0
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.component(each),),
            title=f"A deletion by mistake takes up to {values.said_seconds(age)} of {name} with it",
            proof=(
                f"Its copies take every write, so they take a wrong one too. The newest backup is up to "
                f"{values.said_seconds(age)} old: about {average * age:,.0f} writes at the average rate."
            ),
            why="Copies help against a machine that fails, and not against a person or a deployment that errs.",
            topic="backups",
            remedies=(
                Remedy(
                    "Keep the log of changes with the backup, and restore to any moment",
                    "minutes are lost instead of hours",
                    "storage, and restores that are practised",
                    "backups",
                    case.change(each, backup_every="5 min"),
                ),
                Remedy(
                    "Let one copy lag behind on purpose",
                    "a mistake is noticed before it reaches that copy",
                    "a copy that cannot take over at once",
                    "backups",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("old-backup", "The newest backup is old", check)
