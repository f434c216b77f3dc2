"""Who reviews whom, how near a reviewer comes to the reference, and what reviews say together. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random


def dealt(units: Sequence[Sequence[int]], count: int, *, seed: int | None = None) -> dict[int, list[int]]:
    """For each person the indexes of `count` units to review, never their own; fewer when there are fewer others.

    `units` are groups of people, or single people. In a shuffled ring everybody takes the next ones, so where all work
    alone each person is reviewed as often as they review. Members of one group begin at different places.
    """
    order = list(range(len(units)))
    Random(seed).shuffle(order)  # noqa: S311 - who reviews whom is told by nobody, and guards nothing
    most = min(count, len(units) - 1)
    found: dict[int, list[int]] = {}
    for place, unit in enumerate(order):
        for nth, person in enumerate(units[unit]):
            steps = [(nth * most + step) % (len(units) - 1) + 1 for step in range(most)]
            found[person] = [order[(place + step) % len(order)] for step in steps]
    return found


def share_off(given: Mapping[str, int], right: Mapping[str, int], lines: Mapping[str, tuple[int, int]]) -> float:
    """How far levels are from those of the reference: 0 is equal, 1 as far as can be. `lines` are weight and highest
    level by key; a line without a level on either side does not count."""
    known = [key for key in lines if key in given and key in right]
    weights = sum(lines[key][0] for key in known)
    if not weights:
        return 0.0
    return sum(lines[key][0] * abs(given[key] - right[key]) / lines[key][1] for key in known) / weights


@dataclass(frozen=True)
class Said:
    """What one reviewer gave, out of 100, and how much that counts: 1 less the share by which they were off."""

    points: int
    weight: float


def mean_points(said: Sequence[Said]) -> int | None:
    """The mean by weight, out of 100; None where nobody has said anything that counts."""
    weights = sum(each.weight for each in said)
    return round(sum(each.points * each.weight for each in said) / weights) if weights else None
