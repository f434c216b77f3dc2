"""Step 1: the question, its users, and what the system must do and reach."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Id, Item, Model, Name, Quantity, Reference, Text
from designs.document.limits import MAX_ITEMS

Priority = Literal["must", "should", "stretch"]
Metric = Literal[
    "",
    "latency_mean",
    "latency_p50",
    "latency_p95",
    "latency_p99",
    "latency_p999",
    "availability",
    "error_rate",
    "throughput",
    "bandwidth",
    "storage",
    "retention",
    "durability",
    "recovery_time",
    "recovery_point",
    "cost_per_month",
    "no_single_point",
    "zone_loss",
    "spare_utilisation",
    "staleness",
    "read_your_writes",
    "delivery_time",
    "traffic_growth",
    "lasts",
    "concurrent_connections",
]
Comparison = Literal["<=", ">="]


class Question(Item):
    """A question to the interviewer, and the answer once there is one."""

    text: Text = ""
    answer: Text = ""


class Actor(Item):
    """A person or a system that uses the design."""

    name: Name = ""
    note: Text = ""


class FunctionalRequirement(Item):
    """A sentence that says what the system does, or, out of scope, what it does not do."""

    text: Text = ""
    actor: Annotated[Reference, Field(description="Who needs it: an id of `scope.actors`.")] = ""
    in_scope: bool = True
    priority: Priority = "must"


class MeasurableRequirement(Item):
    """A target that the design passes or fails: `latency_p99 <= 200 ms`, for one operation or for all.

    Three need no quantity: `no_single_point` (no component may stop the operation alone), `zone_loss` (it continues,
    with enough capacity, without any one zone) and `read_your_writes`. `spare_utilisation` is the highest utilisation
    after the loss of one instance, copy or zone; `traffic_growth` counts in times today's traffic.
    """

    text: Text = ""
    metric: Metric = ""
    comparison: Comparison = "<="
    quantity: Quantity = ""
    operation: Annotated[Reference, Field(description="An id of `api.operations`; empty means the whole system.")] = ""
    priority: Priority = "must"


class Scope(Model):
    questions: Annotated[dict[Id, Question], Field(max_length=MAX_ITEMS)] = {}
    actors: Annotated[dict[Id, Actor], Field(max_length=MAX_ITEMS)] = {}
    functional_requirements: Annotated[dict[Id, FunctionalRequirement], Field(max_length=MAX_ITEMS)] = {}
    measurable_requirements: Annotated[dict[Id, MeasurableRequirement], Field(max_length=MAX_ITEMS)] = {}
