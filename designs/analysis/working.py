"""One line of working, and a figure with what is missing to know it exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Bound = Literal["exact", "at least", "at most"]


@dataclass(frozen=True)
class Step:
    """`Tweets`, `12 of 1,000 requests/s each`, `12,000 requests/s`."""

    label: str
    working: str
    result: str


@dataclass(frozen=True)
class Measured:
    """The measured value of a metric. With parts missing the value may still be a lower or an upper bound.

    `error` is half of the 95 % interval of a sampled value. With `upper` the truth lies between the value and that,
    depending on what is missing. `promised` are parts for which only an SLA is known. The working is put into words
    only on demand, because only one of many operations decides.
    """

    value: float | None
    missing: tuple[str, ...] = ()
    bound: Bound = "exact"
    error: float = 0.0
    upper: float | None = None
    work: Callable[[], Iterable[Step]] = field(default=tuple, compare=False)
    promised: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self.work())


def shown(value: float | None, steps: Sequence[Step], missing: Sequence[str] = (), bound: Bound = "exact") -> Measured:
    """A value whose working is known already."""
    return Measured(value, tuple(dict.fromkeys(missing)), bound, work=lambda: steps)
