"""Guards between a caller and its targets: circuit breakers, bulkheads and rate limits, as a simulation runs them.

PURE.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

WINDOW = 100  # calls, as resilience4j has it (slidingWindowSize, minimumNumberOfCalls)
TRIALS = 10  # calls that are let through half open (permittedNumberOfCallsInHalfOpenState)
USUAL_PAUSE_S = 60.0  # waitDurationInOpenState
MOST_SAVED = 10.0  # retries that a budget may accumulate


@dataclass(eq=False)
class Breaker:
    """A circuit breaker.

    Closed, it watches the last 100 calls; open, it lets none through; half open, it lets ten through, whose results
    decide.

    It opens when at least the share `opens_at` of the calls that it watches failed. A call counts as failed after an
    error, a refusal or a timeout. `turn` counts its changes of state: results of calls from an earlier turn are
    ignored.
    """

    opens_at: float
    pause_s: float = USUAL_PAUSE_S
    window: int = WINDOW
    trials: int = TRIALS
    turn: int = 0
    opened: int = 0
    is_half_open: bool = False
    open_until_s: float = -math.inf
    let_through: int = 0
    failed: int = 0
    results: deque[bool] = field(default_factory=deque)

    def lets(self, now: float) -> bool:
        """Whether a call may be made now."""
        if now < self.open_until_s:
            return False
        if self.open_until_s > -math.inf:
            self._turns(is_half_open=True)
        if self.is_half_open:
            if self.let_through >= self.trials:
                return False
            self.let_through += 1
        return True

    def saw(self, turn: int, now: float, *, is_good: bool) -> None:
        """Records the result of a call that was let through at that `turn`."""
        if turn != self.turn:
            return
        self.results.append(is_good)
        self.failed += not is_good
        needed = self.trials if self.is_half_open else self.window
        if len(self.results) > needed:
            self.failed -= not self.results.popleft()
        if len(self.results) < needed:
            return
        if self.failed >= self.opens_at * needed:
            self._turns(is_half_open=False)
            self.opened += 1
            self.open_until_s = now + self.pause_s
        elif self.is_half_open:
            self._turns(is_half_open=False)

    def _turns(self, *, is_half_open: bool) -> None:
        self.turn += 1
        self.is_half_open, self.open_until_s = is_half_open, -math.inf
        self.let_through = self.failed = 0
        self.results.clear()


@dataclass(eq=False)
class Bucket:
    """A token bucket: `rate` tokens a second up to `burst`; each admitted request takes one."""

    rate: float
    burst: float
    tokens: float = -1.0
    at_s: float = 0.0

    def lets(self, now: float) -> bool:
        self.tokens = self.burst if self.tokens < 0 else min(self.burst, self.tokens + (now - self.at_s) * self.rate)
        self.at_s = now
        if self.tokens < 1.0 - 1e-9:
            return False
        self.tokens = max(0.0, self.tokens - 1.0)
        return True


@dataclass(eq=False)
class Guard:
    """State that all calls of one arrow share: its breaker, its bulkhead, and the retries that its budget allows.

    It represents all instances of the caller together. `under_way` are calls that hold one of at most `room` threads.
    """

    breaker: Breaker | None = None
    room: float = math.inf
    under_way: int = 0
    purse: float = 1.0
    calls: int = 0
    timed_out: int = 0
    retried: int = 0
    hedged: int = 0
    stopped: int = 0
    is_plain: bool = True

    def __post_init__(self) -> None:
        self.settles()

    def settles(self) -> None:
        """Whether it lets every call through."""
        self.is_plain = self.breaker is None and self.room == math.inf

    def lets(self, now: float) -> bool:
        """Whether a call may be made; one that may holds a thread until `ends`."""
        if self.under_way >= self.room or (self.breaker is not None and not self.breaker.lets(now)):
            self.stopped += 1
            return False
        self.under_way += 1
        return True

    def ends(self, turn: int, now: float, *, is_good: bool) -> None:
        """A call was answered or given up."""
        self.under_way -= 1
        if self.breaker is not None:
            self.breaker.saw(turn, now, is_good=is_good)

    @property
    def turn(self) -> int:
        return 0 if self.breaker is None else self.breaker.turn
