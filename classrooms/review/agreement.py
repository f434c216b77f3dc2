"""How far two people who marked the same work agree. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Of one line: both levels, each as a share of the line's highest, from 0 to 1.
Pair = tuple[float, float]


@dataclass(frozen=True)
class Agreement:
    """`kappa` is Cohen's with quadratic weights (Cohen 1968): 1 is full agreement, 0 what chance would give; None
    where both gave the same level everywhere, of which it says nothing."""

    lines: int
    same: int
    kappa: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.same / self.lines)


def agreement_of(pairs: Sequence[Pair]) -> Agreement | None:
    """None where nothing was marked twice."""
    if not pairs:
        return None
    same = sum(one == other for one, other in pairs)
    observed = sum((one - other) ** 2 for one, other in pairs) / len(pairs)
    by_chance = sum((one - other) ** 2 for one, _ in pairs for _, other in pairs) / len(pairs) ** 2
    return Agreement(len(pairs), same, 1 - observed / by_chance if by_chance else None)
