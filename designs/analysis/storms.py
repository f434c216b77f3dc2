"""Storms of a design: its loops, what starts each, and which single change ends it. Pages and commands show this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from calculators.engine.shipped import all_figures
from designs.analysis.closing import Change, changes_of, closing
from designs.analysis.loops import Found, Loop, State, loops_of
from designs.analysis.model import Model, plain_model
from designs.analysis.triggers import Trigger, spike, stop
from designs.document.checks import read

FACTORS = (1.25, 1.5, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class Storm:
    """One loop at one traffic, in times today's peak."""

    loop: Loop
    times: float
    states: tuple[State, ...]
    triggers: tuple[Trigger, ...]
    stop: Trigger
    changes: tuple[Change, ...]

    @property
    def closing(self) -> Change | None:
        return closing(self.changes)

    @property
    def spikes_do(self) -> bool:
        """Whether retries alone, with warm caches, would keep it full."""
        return self.loop.warm_full.times <= self.times


class Storms:
    """The storms of one design. Loops and changes do not depend on the traffic that somebody looks at."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._changes: dict[str, tuple[Change, ...]] = {}

    @cached_property
    def found(self) -> Found:
        return loops_of(self.model)

    @property
    def loops(self) -> tuple[Loop, ...]:
        return self.found.loops

    def loop(self, component: str) -> Loop | None:
        return next((each for each in self.loops if each.component == component), None)

    def changes(self, loop: Loop) -> tuple[Change, ...]:
        if loop.component not in self._changes:
            self._changes[loop.component] = changes_of(self.model, loop)
        return self._changes[loop.component]

    def at(self, loop: Loop, times: float = 1.0) -> Storm:
        """One loop at a traffic of `times` today's peak."""
        if times >= loop.collapses_at:  # it needs no spike
            triggers, still = tuple(Trigger(factor, None) for factor in FACTORS), Trigger(0.0, None)
        else:
            triggers, still = tuple(spike(loop, times, factor) for factor in FACTORS), stop(loop, times)
        return Storm(loop, times, loop.states(times), triggers, still, self.changes(loop))


@lru_cache(maxsize=16)
def storms_of(document: str) -> Storms:
    """The storms of a design's JSON, kept because a person looks at one design at many traffics.

    Trying each change on the whole design takes most of the second that a page takes otherwise.
    """
    return Storms(plain_model(read(json.loads(document)), all_figures()))


def published(model: Model, storm: Storm) -> dict[str, Any]:
    """As JSON.

    Traffic is a multiple of today's peak, loads are shares of the capacity, `seconds` is null where no spike is long
    enough.
    """
    loop, name = storm.loop, model.graph.name
    return {
        "component": loop.component,
        "name": name(loop.component),
        "collapses_at": loop.collapses_at,
        "recovers_at": loop.recovers_at,
        "has_two_states": loop.has_two,
        "is_vulnerable_today": loop.is_vulnerable,
        "retrying": {key: name(key) for key in loop.arrows},
        "caches": {key: name(key) for key in loop.caches},
        "cold_load": loop.cold_load,
        "patience_s": loop.patience_s,
        "curve": [asdict(point) for point in (*loop.curve, loop.full)],
        "traffic": storm.times,
        "states": [asdict(state) for state in storm.states],
        "spikes": [asdict(trigger) for trigger in storm.triggers],
        "stop_s": storm.stop.seconds,
        "changes": [_change(change) for change in storm.changes],
    }


def _change(change: Change) -> Mapping[str, Any]:
    after = change.after
    return {
        "title": change.title,
        "cost": change.cost,
        "patch": change.patch,
        "closes": change.closes,
        "is_safe_today": change.is_safe_today,
        "collapses_at": after.collapses_at if after else None,
        "recovers_at": after.recovers_at if after else None,
    }
