"""The estimate and the data model give different amounts of data."""

from __future__ import annotations

from collections.abc import Iterator

from calculators.engine.units import BYTE, SECOND
from designs.analysis import values
from designs.analysis.findings import Element, Finding, Remedy, Rule
from designs.analysis.rules.case import Case

# Names that the capacity calculator and people use for stored bytes, and for bytes a day.
KEPT = ("stored", "storage", "total_storage")
DAILY = ("daily_volume", "storage_per_day", "bytes_per_day")
FACTOR = 2.0


def check(case: Case) -> Iterator[Finding]:
    sizes = list(case.loads.sizes.values())
    totals = (
        (KEPT, "kept", [size.bytes_kept for size in sizes]),
        (DAILY, "a day", [size.bytes_per_day for size in sizes]),
    )
    for names, words, parts in totals:
        estimated = next((name for name in names if _is_bytes(case, name)), None)
        known = [part for part in parts if part is not None]
        if estimated is None or not known or len(known) < len(parts):
            continue
        first, second = _per_day(case, estimated), sum(known)
        if first <= 0 or second <= 0 or max(first, second) / min(first, second) < FACTOR:
            continue
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(Element("estimate", estimated, estimated),),
            title=f"Estimate and data model disagree about data {words}",
            proof=(
                f"{estimated} is {values.said_bytes(first)}; the entities come to {values.said_bytes(second)} "
                f"{words}, {max(first, second) / min(first, second):.1f} times {'less' if second < first else 'more'}."
            ),
            why="One of the two is wrong, and disks, backups and cost follow from it.",
            topic="storage-estimation",
            remedies=(
                Remedy(
                    "Let the estimate follow from the entities' rows",
                    "one number instead of two",
                    "fields need sizes",
                    "storage-estimation",
                ),
                Remedy(
                    "Find what one of the two leaves out",
                    "media, indexes and copies are the usual ones",
                    "a few minutes",
                    "estimate-scale",
                ),
            ),
        )


def _per_day(case: Case, name: str) -> float:
    """Bytes, or for a rate bytes a day."""
    estimate = case.model.estimate
    is_rate = estimate.dimensions[name].measured != BYTE
    return estimate.values[name] * (values.SECONDS_PER_DAY if is_rate else 1.0)


def _is_bytes(case: Case, name: str) -> bool:
    found = case.model.estimate.dimensions.get(name)
    return found is not None and found.measured in (BYTE, BYTE / SECOND)


RULE = Rule("storage-disagrees", "Estimate against data model", check)
