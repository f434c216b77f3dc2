"""What a component serves and how available it is: as the design says, or from a figure with its source.

A default is the low end of the newest source, so that what is proven with it holds on the better machines too. A kind
without a fitting figure has none: what is not known is not made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculators.engine.figures import Figures
from calculators.engine.quantities import QuantityError, Spread
from calculators.engine.readings import Kind, read_as
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
}
# What runs on one's own machines is as available as one machine; the rest is bought as a service.
AVAILABILITY_FIGURES = {
    "web_server": "sla-server",
    "service": "sla-server",
    "worker": "sla-server",
    "scheduler": "sla-server",
    "reverse_proxy": "sla-server",
    "cache": "sla-server",
    "sql": "sla-sql-single",
    "key_value": "sla-key-value",
    "object_store": "sla-object-store",
    "load_balancer": "sla-load-balancer",
    "queue": "sla-queue",
    "api_gateway": "sla-api-gateway",
    "cdn": "sla-cdn",
    "dns": "sla-dns",
}


@dataclass(frozen=True)
class Known:
    """A figure of one replica and where it comes from. Of a range `value` is the middle."""

    value: float
    source: str
    is_default: bool = False
    spread: Spread | None = None


def capacity_of(component: Component, figures: Figures) -> Known | None:
    """Requests a second that one replica serves."""
    if component.capacity.strip():
        return _typed("capacity", component.capacity)
    return _default(CAPACITY_FIGURES.get(component.kind), figures)


def availability_of(component: Component, figures: Figures) -> Known | None:
    """The share of time that one replica works."""
    if component.availability.strip():
        return _typed("availability", component.availability)
    return _default(AVAILABILITY_FIGURES.get(component.kind), figures)


def with_replicas(availability: float, replicas: int) -> float:
    """At least one of several replicas that fail independently is up."""
    return float(1.0 - (1.0 - availability) ** replicas)


def _typed(kind: Kind, text: str) -> Known | None:
    """A figure that cannot be read is not known: no default takes its place."""
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
