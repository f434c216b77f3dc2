"""Storms of a design: its loops, what starts each, and which single change ends it. Pages and commands show this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from designs.analysis.closing import Change, changes_of, closing
from designs.analysis.loops import Loop, State
from designs.analysis.model import Model
from designs.analysis.triggers import Trigger, spike, stop

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


def storm_of(model: Model, loop: Loop, times: float = 1.0) -> Storm:
    if times >= loop.collapses_at:  # it needs no spike
        triggers, still = tuple(Trigger(factor, None) for factor in FACTORS), Trigger(0.0, None)
    else:
        triggers, still = tuple(spike(loop, times, factor) for factor in FACTORS), stop(loop, times)
    return Storm(loop, times, loop.states(times), triggers, still, changes_of(model, loop))


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
