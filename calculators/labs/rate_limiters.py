"""Five rate limiters judge the same requests: token bucket, leaky bucket, fixed window, sliding log, sliding counter.

All allow `limit` requests in a window of ten seconds. Each is a plain class, asked `allows(at)` in order of time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Protocol

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

WINDOW_S = 10.0
TRACE_S = 40.0
REQUESTS_A_STEP = 5


class Limiter(Protocol):
    def allows(self, at: float) -> bool:
        """Whether a request at this second may pass; counts it when it may."""

    def share(self, at: float) -> float:
        """How full what it keeps is at this second, from 0 to 1."""


class TokenBucket:
    """`limit` tokens at most, refilled at limit / window; a request takes one (RFC 2697 calls it committed burst)."""

    def __init__(self, limit: int) -> None:
        self.limit, self.tokens, self.at = limit, float(limit), 0.0

    def allows(self, at: float) -> bool:
        self.tokens = min(self.limit, self.tokens + (at - self.at) * self.limit / WINDOW_S)
        self.at = at
        if self.tokens < 1 - 1e-9:
            return False
        self.tokens = max(0.0, self.tokens - 1)  # rounding may leave a little less than 0, which counts as 0
        return True

    def share(self, at: float) -> float:
        return min(self.limit, self.tokens + (at - self.at) * self.limit / WINDOW_S) / self.limit


class LeakyBucket:
    """A queue of a quarter of the limit, emptied at an even pace; what finds it full is refused."""

    def __init__(self, limit: int) -> None:
        self.rate, self.size = limit / WINDOW_S, max(1.0, limit / 4)
        self.level, self.at = 0.0, 0.0

    def allows(self, at: float) -> bool:
        self.level = max(0.0, self.level - (at - self.at) * self.rate)
        self.at = at
        if self.level + 1 > self.size + 1e-9:
            return False
        self.level += 1
        return True

    def share(self, at: float) -> float:
        return max(0.0, self.level - (at - self.at) * self.rate) / self.size


class FixedWindow:
    """A counter that starts again at every full window of the clock."""

    def __init__(self, limit: int) -> None:
        self.limit, self.window, self.count = limit, -1, 0

    def allows(self, at: float) -> bool:
        if int(at // WINDOW_S) != self.window:
            self.window, self.count = int(at // WINDOW_S), 0
        if self.count >= self.limit:
            return False
        self.count += 1
        return True

    def share(self, at: float) -> float:
        return self.count / self.limit if int(at // WINDOW_S) == self.window else 0.0


class SlidingLog:
    """The times of all requests let through in the last window: exact, and as large as the limit."""

    def __init__(self, limit: int) -> None:
        self.limit, self.times = limit, deque[float]()

    def allows(self, at: float) -> bool:
        while self.times and self.times[0] <= at - WINDOW_S:
            self.times.popleft()
        if len(self.times) >= self.limit:
            return False
        self.times.append(at)
        return True

    def share(self, at: float) -> float:
        return sum(each > at - WINDOW_S for each in self.times) / self.limit


class SlidingCounter:
    """Two counters: this window's, and the last one's by the share of it that the sliding window still covers."""

    def __init__(self, limit: int) -> None:
        self.limit, self.window, self.count, self.before = limit, 0, 0, 0

    def allows(self, at: float) -> bool:
        window = int(at // WINDOW_S)
        if window != self.window:
            self.before = self.count if window == self.window + 1 else 0
            self.window, self.count = window, 0
        covered = 1 - (at % WINDOW_S) / WINDOW_S
        if self.before * covered + self.count + 1 > self.limit + 1e-9:
            return False
        self.count += 1
        return True

    def share(self, at: float) -> float:
        window = int(at // WINDOW_S)
        count, before = (self.count, self.before) if window == self.window else (0, self.count)
        if window > self.window + 1:
            before = 0
        return (before * (1 - (at % WINDOW_S) / WINDOW_S) + count) / self.limit


LIMITERS: dict[str, tuple[str, type[TokenBucket | LeakyBucket | FixedWindow | SlidingLog | SlidingCounter]]] = {
    "token": ("token bucket", TokenBucket),
    "leaky": ("leaky bucket", LeakyBucket),
    "fixed": ("fixed window", FixedWindow),
    "log": ("sliding log", SlidingLog),
    "counter": ("sliding counter", SlidingCounter),
}

KEEPS = {
    "token": "tokens left",
    "leaky": "in the bucket",
    "fixed": "counted",
    "log": "remembered",
    "counter": "estimated",
}
ROW = 58


def trace(kind: str, limit: int, random: Random) -> list[float]:
    """Seconds at which requests come, in order."""
    if kind == "edge":  # the whole limit on both sides of the window's edge
        return sorted(edge + random.uniform(-1.5, 1.5) for edge in (10.0, 20.0, 30.0) for _ in range(2 * limit))
    if kind == "burst":
        quiet = [random.uniform(0, TRACE_S) for _ in range(2 * limit)]
        return sorted(quiet + [12 + random.uniform(0, 1) for _ in range(3 * limit)])
    rate = limit / WINDOW_S * (0.9 if kind == "steady" else 1.6)
    times, at = [], random.expovariate(rate)
    while at < TRACE_S:
        times.append(at)
        at += random.expovariate(rate)
    return times


def most_in_a_window(times: Sequence[float]) -> int:
    """The most that passed in any ten seconds, wherever they begin."""
    return fullest_window(times)[0]


def fullest_window(times: Sequence[float]) -> tuple[int, float]:
    """The most that passed in any ten seconds, and when these begin."""
    most, begins, first = 0, 0.0, 0
    for last, at in enumerate(times):
        while times[first] <= at - WINDOW_S:
            first += 1
        if last - first + 1 > most:
            most, begins = last - first + 1, times[first]
    return most, begins


class Judging:
    def __init__(self, values: Values, random: Random) -> None:
        self.limit = number(values, "limit")
        self.times = trace(word(values, "trace"), self.limit, random)
        self.limiters: dict[str, Limiter] = {name: kind(self.limit) for name, (_, kind) in LIMITERS.items()}
        self.passed: dict[str, list[float]] = {name: [] for name in LIMITERS}
        self.kept: dict[str, list[tuple[float, float]]] = {
            name: [(0.0, limiter.share(0.0))] for name, limiter in self.limiters.items()
        }
        self.seen = 0
        self.said = f"{len(self.times)} requests come in {TRACE_S:.0f} seconds; {self.limit} may pass in any ten."

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        coming = self.times[self.seen : self.seen + REQUESTS_A_STEP]
        for at in coming:
            for name, limiter in self.limiters.items():
                self.kept[name].append((at, limiter.share(at)))
                if limiter.allows(at):
                    self.passed[name].append(at)
                self.kept[name].append((at, limiter.share(at)))
        self.seen += len(coming)
        over = [LIMITERS[name][0] for name, times in self.passed.items() if most_in_a_window(times) > self.limit]
        self.said = f"{self.seen} of {len(self.times)} requests judged. " + (
            f"More than {self.limit} in some ten seconds let through by: {', '.join(over)}."
            if over
            else f"None has let more than {self.limit} through in any ten seconds."
        )

    def view(self) -> View:
        rows = tuple(
            (
                LIMITERS[name][0].capitalize(),
                f"{len(times)}",
                f"{self.seen - len(times)}",
                f"{most_in_a_window(times)}",
            )
            for name, times in self.passed.items()
        )
        head = ("Limiter", "Let through", "Refused", "Most in any 10 s")
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(("Limit", f"{self.limit} in 10 s"), ("Judged", f"{self.seen} of {len(self.times)}")),
            tables=(Table("What each limiter did", head, rows),),
            can=(STEP,) if self.seen < len(self.times) else (),
        )

    def _drawing(self) -> str:
        """For each limiter: what passed (above) and what was refused, what it stores over time, and its fullest ten
        seconds."""
        left, width, inside = 96, 296, ""
        height = ROW * len(LIMITERS) + 30

        def place(second: float) -> float:
            return left + width * second / TRACE_S

        for second in range(0, int(TRACE_S) + 1, 10):
            inside += svg.line(place(second), 6, place(second), height - 22, "grid")
            anchor = "end" if second == TRACE_S else "middle"
            inside += svg.text(place(second), height - 8, f"{second} s", "label", anchor=anchor)
        for row, (name, (label, _)) in enumerate(LIMITERS.items()):
            y = 8 + ROW * row
            inside += svg.text(4, y + 12, label, "label", anchor="start")
            inside += svg.text(4, y + 40, KEEPS[name], "small", anchor="start")
            most, begins = fullest_window(self.passed[name])
            if most > self.limit:
                inside += svg.rect(place(begins), y - 2, width * WINDOW_S / TRACE_S, 50, "excess", radius=2)
                inside += svg.text(min(place(begins + WINDOW_S / 2), 356), y + 27, f"{most} in 10 s", "bad")
            passed = set(self.passed[name])
            for at in self.times[: self.seen]:
                top, css = (y, "passed") if at in passed else (y + 9, "refused")
                inside += svg.line(place(at), top, place(at), top + 8, css)
            for at in self.times[self.seen :]:
                inside += svg.line(place(at), y + 2, place(at), y + 10, "coming")
            inside += svg.line(left, y + 46, left + width, y + 46, "grid")
            inside += svg.path([(place(at), y + 46 - 18 * min(share, 1)) for at, share in self.kept[name]], "history")
        title = "Requests over time: upper marks passed, lower ones did not; below them what the limiter keeps"
        return svg.drawing(title, height, inside)


def _most(run: Judging) -> str:
    if run.seen < len(run.times):
        return ""
    return max(run.passed, key=lambda name: most_in_a_window(run.passed[name]))


def _lesson(run: Judging) -> str:
    most = _most(run)
    return (
        f"In its fullest ten seconds the {LIMITERS[most][0]} let {most_in_a_window(run.passed[most])} through, where "
        f"{run.limit} were meant; the sliding log never more than {most_in_a_window(run.passed['log'])}."
    )


LAB = Lab(
    slug="rate-limiters",
    title="Rate limiters",
    summary="Five limiters judge one trace of requests: see which lets a burst through, and which refuses too much.",
    notice=(
        "A fixed window lets up to twice the limit through around its edge: choose the trace at the edge.",
        "A token bucket starts full and refills meanwhile, so that ten seconds can see nearly twice the limit too.",
        "The sliding log is exact and remembers every request; the sliding counter keeps two numbers, a little off.",
        "A leaky bucket gives the work behind it an even pace, and refuses bursts that the others would take.",
    ),
    parameters=(
        Choice(
            name="trace",
            label="requests",
            options=(
                ("edge", "bursts at window edges"),
                ("burst", "one burst"),
                ("steady", "steady, below the limit"),
                ("busy", "steady, above the limit"),
            ),
        ),
        Number(name="limit", label="limit in 10 seconds", default=10, least=2, most=40),
    ),
    actions=(Action(STEP, f"Next {REQUESTS_A_STEP} requests"),),
    begin=Judging,
    shown="step*9",
    asks=Question(
        text="Which limiter will let most requests through in some ten seconds?",
        options=lambda _run: tuple((name, label) for name, (label, _) in LIMITERS.items()),
        answer=_most,
        lesson=_lesson,
    ),
    topics=("rate-limit-algorithms", "rate-limiting"),
    sources=(
        "Cloudflare, How we built rate limiting capable of scaling to millions of domains, 2017",
        "RFC 2697, 1999",
    ),
)
