"""Single changes to a design with two stable states, and how each affects them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designs.analysis import values
from designs.analysis.effort import TooManyTriesError
from designs.analysis.graph import CACHES, STORES
from designs.analysis.loops import Loop, as_if_patient, loop_of
from designs.analysis.model import Model, plain_model
from designs.document.checks import read
from designs.document.diagram_fields import COMPONENT_FIELDS
from designs.document.patches import apply

FIELD_KINDS = {field.name: field.only_for for field in COMPONENT_FIELDS}
BUDGET = "10%"
BREAKER, PAUSE = "50%", "10 s"
SPARE = 1.1


@dataclass(frozen=True)
class Proposal:
    """A merge patch of the document, and what it costs."""

    slug: str
    title: str
    cost: str
    patch: Mapping[str, Any]


@dataclass(frozen=True)
class Change(Proposal):
    """A proposal and the loop that is left after it; None when failures no longer add load."""

    after: Loop | None

    @property
    def closes(self) -> bool:
        """No second state is left, whatever the traffic."""
        return self.after is None or not self.after.has_two

    @property
    def is_safe_today(self) -> bool:
        """Today's peak neither collapses by itself nor stays collapsed."""
        return self.after is None or self.after.recovers_at > 1.0


def changes_of(model: Model, loop: Loop) -> tuple[Change, ...]:
    """The changes that fit, each tried on the whole design, the cheapest first; those that take too long are left
    out.
    """
    document = model.document.model_dump(mode="json")
    found = []
    for each in proposals(model, loop):
        changed = plain_model(read(apply(document, each.patch)), model.figures)
        try:
            after = loop_of(as_if_patient(changed), loop.component) if changed.impatient else None
        except TooManyTriesError:
            continue
        found.append(Change(each.slug, each.title, each.cost, each.patch, after))
    return tuple(found)


def closing(changes: tuple[Change, ...]) -> Change | None:
    """The first change after which the design recovers at today's peak by itself."""
    return next((each for each in changes if each.is_safe_today), None)


def proposals(model: Model, loop: Loop) -> Iterator[Proposal]:
    """Changes to try, the cheapest first."""
    graph, name = model.graph, model.graph.name(loop.component)
    connections = graph.connections
    loose = [key for key in loop.arrows if (values.share(connections[key].retry_budget) or 1.0) > 0.1]
    if loose:
        yield Proposal(
            "budget",
            f"Let at most {BUDGET} of calls be retries",
            "in a real outage most calls fail at the first error",
            _arrows({key: {"retry_budget": BUDGET} for key in loose}),
        )
    yield from _shorter_queue(model, loop)
    unbroken = [
        key for key in loop.impatient if not connections[key].breaker.strip() and connections[key].kind == "sync"
    ]
    if unbroken and not loop.caches:
        yield Proposal(
            "breaker",
            f"Open a circuit breaker for {PAUSE} when {BREAKER} of calls fail",
            "while it is open every call fails at once",
            _arrows({key: {"breaker": BREAKER, "breaker_pause": PAUSE} for key in unbroken}),
        )
    yield from _larger_caches(model, loop)
    if loop.arrows:
        yield Proposal(
            "no-retries",
            "Try nothing again",
            "a lost packet fails a request",
            _arrows({key: {"retries": 0} for key in loop.arrows}),
        )
    if loop.arrows and not all(connections[key].backoff.strip() for key in loop.arrows):
        yield Proposal(
            "backoff",
            "Wait up to a second before a retry, then twice that",
            "a lost packet costs half a second",
            _arrows({key: {"backoff": "1 s"} for key in loop.arrows}),
        )
    for factor, slug, words, cost in (
        (0.5, "half", "Wait half as long", "slow answers fail that are good today"),
        (2.0, "double", "Wait twice as long", "callers hold threads for longer"),
    ):
        times = {key: values.seconds(connections[key].timeout) or 0.0 for key in loop.impatient}
        new = {key: {"timeout": f"{seconds * factor * 1e3:.6g} ms"} for key, seconds in times.items() if seconds}
        yield Proposal(slug, f"{words} for an answer", cost, _arrows(new))
    more = math.ceil(SPARE / loop.recovers_at)
    if more > 1:
        component = graph.components[loop.component]
        field = "shards" if component.kind in STORES else "instances"
        count = getattr(component, field) * more
        yield Proposal(
            "servers",
            f"Run {count} {field} of {name}",
            "money, for servers that are idle on a good day",
            {"diagram": {"components": {loop.component: {field: count}}}},
        )


def _shorter_queue(model: Model, loop: Loop) -> Iterator[Proposal]:
    """A queue that drains in half the time that callers wait, so that admitted requests are answered in time."""
    component, load = model.graph.components[loop.component], model.loads.components[loop.component]
    fields = FIELD_KINDS["queue_limit"]
    if load.capacity is None or (fields and component.kind not in fields) or not math.isfinite(loop.patience_s):
        return
    limit = math.floor(loop.patience_s / 2 * load.capacity.value)
    now = values.count(component.queue_limit)
    if limit >= 1 and (now is None or limit < now):
        yield Proposal(
            "queue",
            f"Let at most {limit:,} wait for {model.graph.name(loop.component)}, and refuse the rest",
            "while it is full some requests fail at once",
            {"diagram": {"components": {loop.component: {"queue_limit": str(limit)}}}},
        )


def _larger_caches(model: Model, loop: Loop) -> Iterator[Proposal]:
    """Caches of known size enlarged to their working set, so that fewer reads miss in normal operation."""
    boxes = model.graph.components
    small = {
        key: boxes[key].working_set
        for key in loop.caches
        if boxes[key].kind in CACHES
        and values.share(boxes[key].cache_hit_ratio) is None
        and (values.count(boxes[key].entries) or 0.0) < (values.count(boxes[key].working_set) or 0.0)
    }
    if small:
        yield Proposal(
            "entries",
            f"Let {model.graph.names(small)} hold all entries that are asked for",
            "memory",
            {"diagram": {"components": {key: {"entries": working_set} for key, working_set in small.items()}}},
        )


def _arrows(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"diagram": {"connections": {key: dict(each) for key, each in fields.items()}}}
