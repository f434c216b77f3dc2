"""Labels of the metrics of measurable requirements on forms, and what to type for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from designs.document.scope import MeasurableRequirement, Metric

WORDS: Mapping[str, str] = {
    "": "choose",
    "latency_mean": "mean latency",
    "latency_p50": "p50 latency",
    "latency_p95": "p95 latency",
    "latency_p99": "p99 latency",
    "latency_p999": "p99.9 latency",
    "error_rate": "share of requests that fail",
    "recovery_time": "time to recover (RTO)",
    "recovery_point": "data lost at most (RPO)",
    "cost_per_month": "cost a month",
    "no_single_point": "no single point of failure",
    "zone_loss": "survives the loss of a zone",
    "spare_utilisation": "utilisation after losing one (N-1)",
    "staleness": "staleness of reads",
    "read_your_writes": "people read their own writes",
    "delivery_time": "time until delivered",
    "traffic_growth": "growth of traffic, in times",
    "lasts": "lasts until something is full",
}
NAMES: Mapping[str, str] = {name: WORDS.get(name, name.replace("_", " ")) for name in get_args(Metric)}
# These are either met or not; they have no value.
WITHOUT_VALUE = frozenset({"no_single_point", "zone_loss", "read_your_writes"})
EXAMPLES: Mapping[str, str] = {
    **dict.fromkeys(WITHOUT_VALUE, "no value needed"),
    "availability": "99.9%",
    "error_rate": "0.1%",
    "throughput": "5k/s",
    "bandwidth": "2 Gbit/s",
    "storage": "20 TB",
    "retention": "5 years",
    "durability": "99.999999999%",
    "recovery_time": "5 min",
    "recovery_point": "1 min",
    "cost_per_month": "$5,000",
    "spare_utilisation": "70%",
    "staleness": "5 s",
    "delivery_time": "5 s",
    "traffic_growth": "10",
    "lasts": "2 years",
    "concurrent_connections": "1 million",
}
EXAMPLE = "200 ms"


def said(requirement: MeasurableRequirement) -> tuple[str, str]:
    """A target in a few words, with its value; empty when it is not a complete target yet."""
    name = NAMES.get(requirement.metric, "") if requirement.metric else requirement.text
    if requirement.metric in WITHOUT_VALUE:
        return name, "required"
    return (name, f"{requirement.comparison} {requirement.quantity}") if requirement.quantity else ("", "")
