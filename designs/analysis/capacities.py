"""What one server of a component serves and how available it is: as the design says, or from a figure with its source.

A default is the low end of the newest source, so that what it proves also holds on better machines. A default
capacity is at most the median of the low ends of all sources, and the words say how far the sources differ.
A kind without a fitting figure has no default: unknown figures are not invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from calculators.engine.figures import Figure, Figures
from calculators.engine.quantities import QuantityError, Spread
from calculators.engine.readings import Kind, read_as
from designs.analysis import values
from designs.document.diagram import Component

CAPACITY_FIGURES = {
    "web_server": "capacity-web-server",
    "service": "capacity-service",
    "reverse_proxy": "capacity-reverse-proxy",
    "load_balancer": "capacity-load-balancer",
    "cache": "capacity-cache",
    "sql": "capacity-sql",
    "wide_column": "capacity-wide-column",
    "stream": "capacity-stream",
    "search_index": "capacity-search-index",
    "vector_index": "capacity-vector-index",
    "workflow_engine": "capacity-workflow-engine",
}
# Software on one's own machines is as available as one machine.
OWN_AVAILABILITY_FIGURES = {
    "web_server": "sla-server",
    "service": "sla-server",
    "worker": "sla-server",
    "scheduler": "sla-server",
    "stream_processor": "sla-server",
    "model_server": "sla-server",
    "gpu_pool": "sla-server",
    "vector_index": "sla-server",
    "reverse_proxy": "sla-server",
    "cache": "sla-server",
    "sql": "sla-sql-single",
}
# These are mostly managed services; for those that are not, the promise is the best figure known.
BOUGHT_AVAILABILITY_FIGURES = {
    "key_value": "sla-key-value",
    "object_store": "sla-object-store",
    "data_lake": "sla-object-store",
    "workflow_engine": "sla-workflow-engine",
    "load_balancer": "sla-load-balancer",
    "queue": "sla-queue",
    "api_gateway": "sla-api-gateway",
    "cdn": "sla-cdn",
    "dns": "sla-dns",
}
AVAILABILITY_FIGURES = OWN_AVAILABILITY_FIGURES | BOUGHT_AVAILABILITY_FIGURES
FAILOVER_FIGURES = {"sql": "failover-sql"}
# Nobody operates these; other kinds count as managed services only if their name says so.
ALWAYS_BOUGHT = frozenset({"dns", "cdn", "object_store", "data_lake"})
BOUGHT_NAME = re.compile(
    r"\b(?:aws|gcp|azure|amazon|managed|elb|alb|nlb|elastic load balanc\w*|cloud load balanc\w*|dynamodb?|cosmos ?db|"
    r"sqs|sns|kinesis|api gateway v?2?|pub/?sub|bigtable|spanner|firestore|front ?door|temporal cloud|"
    r"step functions)\b",
    re.IGNORECASE,
)
COMMON_CAUSE = "common-cause-share"
PROMISE = "a promise, not a measurement"


@dataclass(frozen=True)
class Known:
    """A figure of one server and its source. For a range, `value` is the middle.

    `is_promise` tells that the figure is an SLA, which pays money back, and not a measurement.
    """

    value: float
    source: str
    is_default: bool = False
    spread: Spread | None = None
    is_promise: bool = False


def capacity_of(component: Component, figures: Figures) -> Known | None:
    """Requests a second that one server serves."""
    if component.capacity.strip():
        return _typed("capacity", component.capacity)
    figure_id = CAPACITY_FIGURES.get(component.kind)
    if figure_id is None or figure_id not in figures.by_id:
        return None
    return _of_all(figures[figure_id])


def _of_all(figure: Figure) -> Known:
    """No single source decides: the value of the newest one, or the lower median of all sources where that is less."""
    by_low = sorted(figure.entries, key=lambda entry: entry.low)
    entry = min(by_low[(len(by_low) - 1) // 2], figure.latest, key=lambda entry: entry.low)
    words = str(entry.source)
    if len(by_low) > 1:
        most = max(each.high for each in by_low)
        words += f"; {len(by_low)} sources say from {by_low[0].low:,.0f} to {most:,.0f}"
    return Known(entry.low, words, is_default=True)


def availability_of(component: Component, figures: Figures) -> Known | None:
    """The share of time that one server works. Where no availability was measured, the SLA of the service is used."""
    if component.availability.strip():
        return _typed("availability", component.availability)
    found = _default(AVAILABILITY_FIGURES.get(component.kind), figures)
    return None if found is None else Known(found.value, f"{found.source}: {PROMISE}", is_default=True, is_promise=True)


def is_bought(component: Component, known: Known) -> bool:
    """Whether its availability is that of a managed service as a whole: adding instances does not raise it."""
    if not known.is_default or component.kind not in BOUGHT_AVAILABILITY_FIGURES:
        return False
    names = f"{component.technology} {component.label}"
    return component.kind in ALWAYS_BOUGHT or BOUGHT_NAME.search(names) is not None


def common_cause_of(component: Component, figures: Figures) -> Known:
    """The share of outages that hit all servers of a component at once."""
    typed = values.share(component.common_cause)
    if typed is not None:
        return Known(typed, "as given in the design")
    if COMMON_CAUSE not in figures.by_id:
        return Known(0.0, "no figure", is_default=True)
    first = figures[COMMON_CAUSE].entries[0]
    return Known(first.high, str(first.source), is_default=True)


def failover_of(component: Component, figures: Figures) -> Known | None:
    """Seconds until another copy takes over: as typed, else the longest time in the newest source."""
    typed = values.seconds(component.failover_time)
    if typed is not None:
        return Known(typed, "as given in the design")
    figure_id = FAILOVER_FIGURES.get(component.kind)
    if figure_id is None or figure_id not in figures.by_id:
        return None
    newest = figures[figure_id].latest
    return Known(newest.high, str(newest.source), is_default=True)


def _typed(kind: Kind, text: str) -> Known | None:
    """The typed figure. One that cannot be read counts as unknown: no default replaces it."""
    try:
        reading = read_as(kind, text)
    except QuantityError:
        return None
    source = "as given in the design" + (f": {reading.remark}" if reading.remark else "")
    return Known(reading.quantity.value, source, spread=reading.quantity.spread)


def _default(figure_id: str | None, figures: Figures) -> Known | None:
    if figure_id is None or figure_id not in figures.by_id:
        return None
    newest = figures[figure_id].latest
    return Known(newest.low, str(newest.source), is_default=True)
