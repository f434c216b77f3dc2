"""Prices that fall with volume: the public steps of one provider, as multiples of the price of the first step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """`terabytes` is the size of the step a month; the last step has none. `price` is in USD per GB."""

    price: float
    terabytes: int | None = None


# AWS, Amazon EC2 on-demand pricing, data transfer out to the internet, us-east-1, list prices 2024.
INTERNET = (Step(0.09, 10), Step(0.085, 40), Step(0.07, 100), Step(0.05))
# AWS, Amazon CloudFront pricing, United States and Europe, list prices 2024.
CDN = (
    Step(0.085, 10), Step(0.08, 40), Step(0.06, 100), Step(0.04, 350), Step(0.03, 524), Step(0.025, 4_000), Step(0.02),
)  # fmt: skip


def by_volume(row: str, steps: Sequence[Step], *, switch: str = "") -> str:
    """The formula for the bytes of `row`, each counted at its share of the first price. Times that price it is a bill.

    `switch` names an input: 1 counts by steps, 0 counts every byte in full.
    """
    first, parts, below = steps[0].price, [], 0
    for step in steps:
        above = f"max({row} - {below} TB, 0 TB)" if below else row
        taken = f"min({above}, {step.terabytes} TB)" if step.terabytes else above
        parts.append(taken if step.price == first else f"{step.price} / {first} * {taken}")
        below += step.terabytes or 0
    stepped = " + ".join(parts)
    return f"if({switch} > 0, {stepped}, {row})" if switch else stepped
