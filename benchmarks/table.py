"""The result of a benchmark: its figure, the yardstick's, and the budget for the ratio of the two."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. `ours` and `yardstick` are in `unit`; smaller is better unless `is_rate`."""

    number: int
    name: str
    ours: float
    yardstick: float
    unit: str
    budget: float
    is_rate: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    @property
    def is_kept(self) -> bool:
        return self.ratio >= self.budget if self.is_rate else self.ratio <= self.budget


def best_seconds(work: Callable[[], object], *, rounds: int = 7, calls: int = 1) -> float:
    """CPU seconds of one call, the minimum of several rounds, because noise only adds time."""
    return min(_round(work, calls) for _ in range(rounds))


def best_of_both(
    ours: Callable[[], object], yardstick: Callable[[], object], *, rounds: int = 7, calls: int = 1
) -> tuple[float, float]:
    """Both measured in turns, so that a slow minute of the machine slows both."""
    pairs = [(_round(ours, calls), _round(yardstick, calls)) for _ in range(rounds)]
    return min(first for first, _ in pairs), min(second for _, second in pairs)


def _round(work: Callable[[], object], calls: int) -> float:
    begun = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - begun) / calls


def cpu_seconds_of(command: list[str], *, cwd: Path, env: Mapping[str, str]) -> float:
    """CPU time of a process from its start to its end, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


HEAD = f"{'budget':<62} {'ours':>12} {'yardstick':>12}  {'ratio':>7} {'allowed':>8}"


def line(row: Row) -> str:
    """A row of the table, as text."""
    verdict = "" if row.is_kept else "  <-- over budget"
    allowed = f"{'>=' if row.is_rate else '<='} {row.budget:g}x"
    return (
        f"{row.number:>2} {row.name:<59} {row.ours:>9.3f} {row.unit:<2} {row.yardstick:>9.3f} {row.unit:<2}"
        f"  {row.ratio:>6.2f}x {allowed:>8}{verdict}"
    )
