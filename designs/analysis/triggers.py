"""What moves a design from the healthy to the collapsed state: how long a spike, or a stop of the component, must last.

Work is treated as a fluid: arrivals above the capacity wait, and a call that would wait longer than its timeout times
out and comes again, one timeout and one back-off later, as many times as full retries make. The wait follows from both
(a fluid limit; L. Kleinrock, Queueing Systems II, 1976, ch. 2). Below the capacity as many fail as in balance
(loops.py). Random variation is left out: a spike that is a little shorter may be enough, and one that is a little
longer may not be.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from designs.analysis.loops import FULL, Loop

STEPS = 32  # steps in one timeout
LONGEST = 200.0  # longest trigger, in timeouts
PRECISION = 0.02
MOST_GENERATIONS = 60
MOST_PAUSE = 200 * STEPS


@dataclass(frozen=True)
class Trigger:
    """A spike to `factor` times the traffic, or a component that answers nothing (factor 0).

    `seconds` is the shortest duration that causes the collapse; None where none does within 200 times the patience of
    the callers.
    """

    factor: float
    seconds: float | None


def spike(loop: Loop, times: float, factor: float) -> Trigger:
    """The shortest spike to `factor` times a traffic, itself given in times today's peak."""
    water = _Water(loop, times)
    return Trigger(factor, _shortest(lambda seconds: water.stays_down(seconds, factor=factor), loop.patience_s))


def stop(loop: Loop, times: float) -> Trigger:
    """The shortest time in which the component answers nothing."""
    water = _Water(loop, times)
    return Trigger(0.0, _shortest(lambda seconds: water.stays_down(seconds, is_stopped=True), loop.patience_s))


def _shortest(stays_down: Callable[[float], bool], patience_s: float) -> float | None:
    low, high = 0.0, patience_s * LONGEST
    if not 0 < high < math.inf or not stays_down(high):
        return None
    while high - low > PRECISION * high:
        middle = (low + high) / 2 if low > 0 else high / 4
        low, high = (low, middle) if stays_down(middle) else (middle, high)
    return high


class _Water:
    """A component, its callers and their retries; caches stay as warm as they are for so short a time."""

    def __init__(self, loop: Loop, times: float) -> None:
        self.loop, self.times = loop, times
        first, most = loop.curve[0], loop.warm_full.tries
        self.first_work = first.load / first.tries / first.times * times
        self.most = most
        whole = min(MOST_GENERATIONS, math.ceil(most - 1.0 - 1e-9))
        self.weights = [min(1.0, most - 1.0 - number) for number in range(whole)]
        self.step_s = loop.patience_s / STEPS
        self.top = loop.healthy[-1].load
        self.kept: dict[int, float] = {}

    def stays_down(self, seconds: float, *, factor: float = 1.0, is_stopped: bool = False) -> bool:
        """Whether it is still full when all work that arrived meanwhile has had its last try."""
        if not self.loop.has_two or self.first_work * self.most <= FULL:
            return False
        generations = len(self.weights)
        pause = round(self.loop.pause_s / self.step_s)
        spaces = [STEPS + min(MOST_PAUSE, pause * 2**number) for number in range(generations)]
        late = [deque([0.0] * space) for space in spaces]
        wait, patience, step = 0.0, self.loop.patience_s, self.step_s
        event, after = max(1, round(seconds / step)), sum(spaces) + 2 * STEPS
        calm = 0
        for number in range(event + 40 * after):
            is_on = number < event
            coming = [self.first_work * (factor if is_on else 1.0)]
            coming += [queue.popleft() * weight for queue, weight in zip(late, self.weights, strict=True)]
            total = sum(coming)
            left = (event - number) * step if is_stopped and is_on else 0.0
            failing = 1.0 if wait + left >= patience else self._failing(total)
            for queue, work in zip(late, coming, strict=False):
                queue.append(work * failing)
            wait = max(0.0, wait + (total - (0.0 if is_stopped and is_on else FULL)) * step)
            if not is_on:
                calm = calm + 1 if wait < patience else 0
                if calm > after:
                    return False
                if calm == 0 and number > event + after:
                    return True
        return wait >= patience

    def _failing(self, total: float) -> float:
        """The share of tries that fails in balance at this load, from the tries that are made then."""
        place = round(min(total, self.top) * 1000)
        if place not in self.kept:
            tries = self.loop.tries_at(place / 1000)
            low, high = 0.0, 1.0
            for _ in range(30):
                middle = (low + high) / 2
                made = 1.0 + sum(weight * middle ** (power + 1) for power, weight in enumerate(self.weights))
                low, high = (middle, high) if made < tries else (low, middle)
            self.kept[place] = (low + high) / 2
        return self.kept[place]
