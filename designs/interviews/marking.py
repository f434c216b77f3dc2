"""Marks the rubric automatically, as far as checks can tell: the result of each check, and the level that follows.

Rules, the same for every scenario (docs/marking.md gives the reasons and the figures):

- A check gives a share: how much of what was asked is there. Missing items count as missing.
- Only what the candidate added counts. What was given is not expected of the candidate.
- A line of the rubric takes the mean of its checks. A check that only limits (time) never raises a line.
- A level is reached at six tenths of the step to it, so that half of a step is not rounded up.
- What is written about a system depends on the drawing: while musts have no working path, every line has a ceiling.
- A design whose names and results belong to another scenario answers another task: all lines stay in the lowest third.
- The same holds for a design without results and reasons. Capacity and targets count as far as the load was worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designs.interviews.case import Case
from designs.interviews.checks import CHECKS, argued, works
from designs.interviews.evidence import Evidence, Verdict
from designs.interviews.results import answer_rows
from designs.scenarios.schema import Check, Dimension

__all__ = ["CHECKS", "Case", "Evidence", "Marked", "Verdict", "answer_rows", "marked", "suggested_points", "total"]

STEP_SLACK = 0.4
# What is written about a system depends on the drawing. While no must works, an estimate stays within the first third
# of its scale, and the rest on the lowest level; from five sixths of the musts on there is no ceiling.
FLOOR, CEILING_SLOPE = 0.34, 1.2
# The ceiling of every line for a design that answers another scenario, or that has neither results nor reasons.
LOWEST_THIRD = 0.29
STANDS_ALONE: frozenset[Check] = frozenset({"estimate_within_tolerance", "requirements_are_measurable"})
HELD_BY_DRAWING = "Held down, because too few of the musts have a path to their data in the drawing."
HELD_AS_FOREIGN = (
    "Held down, because too few of the names of its operations and data, and of its results, are this task's. "
    "It may answer another one."
)
# Boxes without results or reasons behind them: a third of the results, or of the reasons, removes this ceiling.
ENOUGH_ARGUED = 1 / 3
HELD_AS_BARE = "Held down, because hardly a result is worked out and hardly a reason is given."
HELD_AS_APART = "Held down, because no operation comes to {} of the components in the drawing: {}."
LIMITS: frozenset[Check] = frozenset({"time_per_stage"})


@dataclass(frozen=True)
class Marked:
    """One line of the rubric with its evidence. `ceiling` is the share that the drawing allows this line; `held` says
    why it is that low."""

    key: str
    dimension: Dimension
    evidence: tuple[Evidence, ...]
    ceiling: float = 1.0
    held: str = HELD_BY_DRAWING

    @cached_property
    def share(self) -> float | None:
        """How much of what the line asks is there, from 0 to 1; None when no check can tell."""
        asked = [each for each in self.evidence if each.share is not None]
        giving = [each.share or 0.0 for each in asked if each.check not in LIMITS]
        limiting = [each.share or 0.0 for each in asked if each.check in LIMITS]
        if not giving:
            return sum(limiting) / len(limiting) if limiting else None
        reached = sum(giving) / len(giving)
        # Time overrun costs at most one step, and time kept adds nothing.
        kept = min(limiting, default=1.0)
        return min(reached * (1 - (1 - kept) / len(self.dimension.levels)), self.ceiling)

    @property
    def suggested(self) -> int | None:
        """A level, 0 the weakest; None when no check can tell."""
        if self.share is None:
            return None
        steps = len(self.dimension.levels) - 1
        return min(steps, max(0, int(self.share * steps + STEP_SLACK)))

    @property
    def because(self) -> str:
        """The reason for this level, with the evidence."""
        if self.share is None:
            return "This is for people to judge."
        told = " ".join(each.words for each in self.evidence if each.share is not None)
        words = f"{self.share:.0%} of what this line asks. {told}"
        giving = [each.share or 0.0 for each in self.evidence if each.share is not None and each.check not in LIMITS]
        if giving and sum(giving) / len(giving) > self.ceiling:
            words += f" {self.held}"
        return words


def marked(case: Case) -> list[Marked]:
    """Every dimension of the scenario's rubric, in order."""
    found = {check: CHECKS[check](case) for each in case.scenario.rubric.values() for check in each.checks}
    working = works(case)
    whole = {
        HELD_AS_FOREIGN: _lifted(case.belongs),
        HELD_AS_BARE: _lifted(min(1.0, argued(case) / ENOUGH_ARGUED)),
    }
    names = case.analysis.model.graph.name
    apart = HELD_AS_APART.format(len(case.idle), ", ".join(map(names, case.idle)))
    whole[apart] = _lifted(case.joined)
    lines = []
    for key, dimension in case.scenario.rubric.items():
        ceilings = {HELD_BY_DRAWING: _ceiling(dimension, working), **whole}
        held = min(ceilings, key=lambda each: ceilings[each])
        evidence = tuple(found[check] for check in dimension.checks)
        lines.append(Marked(key, dimension, evidence, ceilings[held], held))
    return lines


def _lifted(share: float) -> float:
    """The ceiling for this share: LOWEST_THIRD for 0, and no ceiling for 1."""
    return LOWEST_THIRD + (1 - LOWEST_THIRD) * share


def _ceiling(dimension: Dimension, working: float) -> float:
    """The share that a line may reach while this much of the musts works."""
    stands_alone = set(dimension.checks) <= STANDS_ALONE
    floor = FLOOR if working or stands_alone else 0.0
    return min(1.0, max(floor, (CEILING_SLOPE * working) ** 2))


def suggested_points(lines: Sequence[Marked]) -> int:
    """Points out of 100 if every suggestion is accepted; lines that no check can tell are left out."""
    told = [(each.dimension, each.suggested) for each in lines if each.suggested is not None]
    weight = sum(dimension.weight for dimension, _ in told)
    reached = sum(dimension.weight * level / (len(dimension.levels) - 1) for dimension, level in told)
    return round(100 * reached / weight) if weight else 0


def total(rubric: Mapping[str, Dimension], levels: Mapping[str, int], *, hint_costs: int = 0) -> int | None:
    """Points out of 100: weighted shares of the levels reached, less the cost of hints; None until all lines are
    marked."""
    if any(key not in levels for key in rubric):
        return None
    weight = sum(each.weight for each in rubric.values())
    reached = sum(each.weight * levels[key] / (len(each.levels) - 1) for key, each in rubric.items())
    return max(0, round(100 * reached / weight) - hint_costs)
