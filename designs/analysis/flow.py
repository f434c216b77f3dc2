"""The path of one operation's requests: its hops, how arrows of a component belong together, and what is visited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from designs.document.api import Operation

# How a component uses the arrows of a group: it needs all of them, any one of them, or the one that holds the key of
# a request; it works without them; or it does not wait for them.
Mode = Literal["all", "any", "by_key", "optional", "later"]
CHOOSING: frozenset[Mode] = frozenset({"any", "by_key"})
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class FlowHop:
    """One arrow of a flow: `share` of the source's requests take it, and each makes `multiplier` calls.

    `cold_share` is the share while `caches`, whose misses take this arrow, are empty; `service_s` is the service time
    of
    the target for this call, where it was typed.
    """

    connection: str
    source: str
    target: str
    share: float = 1.0
    multiplier: float = 1.0
    is_later: bool = False
    reason: str = ""
    cold_share: float = 1.0
    service_s: float | None = None
    caches: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def calls(self) -> float:
        """Calls along the arrow for each request at its source, without retries."""
        return self.share * self.multiplier


@dataclass(frozen=True)
class Group:
    """Arrows of one source that belong together; `is_parallel` when their calls are made at once."""

    mode: Mode
    hops: tuple[FlowHop, ...]
    is_parallel: bool = False


@dataclass(frozen=True)
class OpenWay:
    """A choice that a proposed flow leaves open: a request takes one of these `ways`, each given as its components.

    Loads count all of them, as if every request took each.
    """

    question: str
    ways: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class OperationFlow:
    """`visits` and `calls` are per request; visits behind a queue are kept apart, because they see no peak.

    With a `problem` there are no visits: it says why the flow gives no figures. `unsure` are the choices that a
    proposed
    flow leaves open, `unasked` third parties beside it that the operation may or may not call.
    """

    operation: str
    entries: tuple[str, ...] = ()
    hops: tuple[FlowHop, ...] = ()
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    visits: Mapping[str, float] = field(default_factory=dict)
    later_visits: Mapping[str, float] = field(default_factory=dict)
    calls: Mapping[str, float] = field(default_factory=dict)
    later_calls: Mapping[str, float] = field(default_factory=dict)
    copied_writes: Mapping[str, float] = field(default_factory=dict)
    is_proposed: bool = False
    is_read: bool = True
    problem: str = ""
    unsure: tuple[OpenWay, ...] = ()
    unasked: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    def without_figures(self, problem: str) -> OperationFlow:
        return replace(self, problem=problem, visits={}, later_visits={}, calls={}, later_calls={}, copied_writes={})

    @cached_property
    def components(self) -> tuple[str, ...]:
        ends = (end for hop in self.hops for end in (hop.source, hop.target))
        return tuple(dict.fromkeys((*self.entries, *ends)))

    @cached_property
    def callees_first(self) -> list[str] | None:
        """Components ordered so that callees come before their callers, work behind queues apart; None in a circle."""
        callers: dict[str, list[str]] = {each: [] for each in self.components}
        waiting_for = dict.fromkeys(callers, 0)
        for hop in self.hops:
            if not hop.is_later:
                callers[hop.target].append(hop.source)
                waiting_for[hop.source] += 1
        order = [each for each, count in waiting_for.items() if count == 0]
        for each in order:
            for caller in callers[each]:
                waiting_for[caller] -= 1
                if waiting_for[caller] == 0:
                    order.append(caller)
        return order if len(order) == len(callers) else None

    @cached_property
    def service_s(self) -> dict[str, float]:
        """Service times typed for this operation: by component, the mean over the calls that reach it."""
        found: dict[str, tuple[float, float]] = {}
        for hop in self.hops:
            if hop.service_s is not None:
                calls = self.calls.get(hop.connection, 0.0) + self.later_calls.get(hop.connection, 0.0) or 1.0
                total, weight = found.get(hop.target, (0.0, 0.0))
                found[hop.target] = total + hop.service_s * calls, weight + calls
        return {each: total / weight for each, (total, weight) in found.items()}


def is_read(operation: Operation) -> bool:
    """Whether an operation changes nothing: it writes no entity, and its method does not say otherwise."""
    if operation.writes:
        return False
    return bool(operation.reads) or operation.method in READING_METHODS
