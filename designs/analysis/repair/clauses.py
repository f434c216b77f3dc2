"""The cheapest plan that satisfies all clauses: each requires some lever to be at one of certain levels.

Branch and bound: a branch is a set of levels left for each lever, its plan is the lowest of each, and since no price
falls with a higher level, the price of that plan is the lower bound of the branch.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from designs.analysis.repair.levers import Plan

# The levels left for a lever, as runs of numbers from the first to the last, in order.
Runs = tuple[tuple[int, int], ...]
MOST_BRANCHES = 200_000
Order = tuple[int, float, int, int]


class TooManyBranchesError(Exception):
    """There are too many clauses to be sure of the cheapest plan."""


@dataclass(frozen=True)
class Clause:
    """At least one of these levers must be at one of these levels. `requirement` is the test that requires it."""

    requirement: str
    allowed: Mapping[int, Runs]

    def holds(self, plan: Plan) -> bool:
        return any(has(runs, plan[lever]) for lever, runs in self.allowed.items())


def has(runs: Runs, level: int) -> bool:
    return any(first <= level <= last for first, last in runs)


def both(one: Runs, other: Runs) -> Runs:
    found = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((first, last) for first, last in found if first <= last))


def without(runs: Runs, taken: Runs) -> Runs:
    for first, last in taken:
        parts = (part for a, b in runs for part in ((a, min(b, first - 1)), (max(a, last + 1), b)))
        runs = tuple(part for part in parts if part[0] <= part[1])
    return runs


def cheapest(highest: Sequence[int], clauses: Sequence[Clause], price: Callable[[Plan], Order]) -> Plan | None:
    """The cheapest plan that satisfies all clauses; None when there is none. Raises TooManyBranchesError."""
    start: tuple[Runs, ...] = tuple(((0, most),) for most in highest)
    plan = tuple(0 for _ in highest)
    number = itertools.count()
    waiting = [(price(plan), next(number), plan, start)]
    while waiting:
        _, _, plan, left = heapq.heappop(waiting)
        open_clauses = [clause for clause in clauses if not clause.holds(plan)]
        if not open_clauses:
            return plan
        clause = min(open_clauses, key=lambda each: len(each.allowed))
        for lever, allowed in clause.allowed.items():
            taken = both(left[lever], allowed)
            if taken:
                branch = (*left[:lever], taken, *left[lever + 1 :])
                lowest = tuple(runs[0][0] for runs in branch)
                heapq.heappush(waiting, (price(lowest), next(number), lowest, branch))
            rest = without(left[lever], allowed)
            if not rest:
                break
            left = (*left[:lever], rest, *left[lever + 1 :])
        if next(number) > MOST_BRANCHES:
            raise TooManyBranchesError
    return None
