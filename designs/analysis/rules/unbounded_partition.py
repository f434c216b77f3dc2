"""All rows of one owner are in one partition, which grows without a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Element, Finding, Remedy, Rule
from designs.analysis.rules.case import Case
from designs.analysis.rules.popular_key import partitioned
from designs.document.data_model import Entity, EntityField

TIMED = re.compile(r"(?:^|_)(?:at|on|time|date|day|seq|sequence|number|version|created|sent)(?:$|_)")
# One person writes a limited amount; data that many people write to (a room, a topic, a place) has no such limit.
ONE_OWNER = re.compile(
    r"author|user|owner|player|customer|member|account|person|sender|buyer|seller|ride|order|session"
)
KEPT_LONG_S = 365.25 * 86_400


def check(case: Case) -> Iterator[Finding]:
    for entity, store in partitioned(case):
        if store in case.graph.followed:
            continue  # the finding is reported for the leader that it follows
        kept = case.document.data_model.entities[entity]
        by_time = any(_is_time(each, kept) for each in kept.fields.values() if each.key == "sort")
        retention = values.seconds(kept.retention)
        partition = [each for each in kept.fields.values() if each.key == "partition"]
        grows = len(partition) == 1 and by_time and (retention is None or retention >= KEPT_LONG_S)
        if not grows or not kept.rows_per_day.strip() or partition[0].name.casefold() == "id":
            continue
        field = partition[0].name or "its partition key"
        elements: tuple[Element, ...] = (case.entity(entity), case.component(store))
        until = "for ever" if retention is None else f"for {values.said_seconds(retention)}"
        yield Finding(
            rule=RULE.id,
            severity="low" if ONE_OWNER.search(field.casefold()) else "medium",
            elements=elements,
            title=f"A partition of {case.entity_name(entity)} grows without bound",
            proof=f"All rows of one {field} lie in one partition, sorted, and are kept {until}.",
            why="Reads and compactions of a large partition get slower, and it cannot be split or moved in parts.",
            topic="partitioning-schemes",
            remedies=(
                Remedy(
                    "Add a time bucket to the partition key",
                    "a partition holds one owner's rows of a month",
                    "older rows need reads of several partitions",
                    "partitioning-schemes",
                    _bucketed(case, entity),
                ),
                Remedy(
                    "Keep rows for a limited time",
                    "old rows go by themselves",
                    "the rows can no longer be queried",
                    "storage-estimation",
                ),
            ),
            operations=tuple(case.writers.get(entity, ())),
        )


def _is_time(field: EntityField, kept: Entity) -> bool:
    """Whether new rows are appended at the end: a time, a counter, or the entity's own id."""
    name = field.name.casefold()
    own = {"id", f"{kept.name.casefold()}_id"}
    return field.type.casefold() in ("timestamp", "date") or name in own or TIMED.search(name) is not None


def _bucketed(case: Case, entity: str) -> dict[str, object]:
    fields = case.document.data_model.entities[entity].fields
    order = max((each.order for each in fields.values()), default=0.0) + 1
    key = next(f"bucket{number}" for number in range(1, len(fields) + 2) if f"bucket{number}" not in fields)
    added = {"name": "month", "type": "integer", "key": "partition", "order": order}
    return {"data_model": {"entities": {entity: {"fields": {key: added}}}}}


RULE = Rule("unbounded-partition", "A partition without a bound", check)
