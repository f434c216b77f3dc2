"""Marks the rubric automatically, as far as checks can tell: the result of each check, and the level that follows.

Rules, the same for every scenario (docs/marking.md gives the reasons and the figures):

- A check gives a share: how much of what was asked is there. Missing items count as missing.
- Only what the candidate added counts. What was given is not expected of the candidate.
- A line of the rubric takes the mean of its checks. A check that only limits (time) never raises a line.
- A level is reached at six tenths of the step to it, so that half of a step is not rounded up.
- What is written about a system depends on the drawing: while musts have no working path, every line has a ceiling.
- A design whose names and results belong to another scenario answers another task: all lines stay at the lowest level.
- The same holds for a design without any right result, and for a drawing of which much is loose: components that no
  operation reaches, arrows that carry nothing or that no operation takes, data of musts that their operations do not
  reach, data that lies in every store.
- Capacity and targets count as far as the load was worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designs.interviews.case import Case
from designs.interviews.checks import CHECKS, argued, works
from designs.interviews.coherence import needless_copies, unused_arrows
from designs.interviews.evidence import Evidence, Verdict
from designs.interviews.results import answer_rows
from designs.scenarios.schema import Check, Dimension

__all__ = ["CHECKS", "Case", "Evidence", "Marked", "Verdict", "answer_rows", "marked", "suggested_points", "total"]

STEP_SLACK = 0.4
# What is written about a system depends on the drawing. While no must works as a whole, an estimate stays in the first
# third of its scale, and the rest rises with the square of what works; from five sixths on there is no ceiling.
FLOOR, CEILING_SLOPE = 0.34, 1.2
# The ceiling of every line for what is no design for this task: with up to five levels, at most the second of them.
LOWEST = 0.19
STANDS_ALONE: frozenset[Check] = frozenset({"estimate_within_tolerance", "requirements_are_measurable"})
HELD_BY_DRAWING = "Held down, because too few of the musts have a path to their data in the drawing."
HELD_AS_FOREIGN = (
    "Held down, because too few of the names of its operations and data, and of its results, are this task's. "
    "It may answer another one."
)
# A drawing that nothing was worked out for: a quarter of the results removes this ceiling. Where a scenario expects no
# results, a quarter of the reasons does.
ENOUGH_ARGUED = 1 / 4
HELD_AS_UNSIZED = (
    "Held down, because the expected results are missing or wrong, so nothing says what has to be carried."
)
HELD_AS_BARE = "Held down, because hardly a reason is given."
HELD_AS_APART = "Held down, because no operation comes to {} of the components in the drawing: {}."
HELD_AS_STRAY = "Held down, because {} of the arrows carry nothing, such as {}."
HELD_AS_ADRIFT = "Held down, because operations do not reach the data that they read and write: {}."
HELD_AS_LOOSE = (
    "Held down, because the drawing is hardly one system: no operation takes {} of {} arrows, and {} of {} places for "
    "data only repeat another store."
)
MOST_NAMED = 3
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
    def is_held(self) -> bool:
        """Whether the checks of this line found more than the drawing allows."""
        giving = [each.share or 0.0 for each in self.evidence if each.share is not None and each.check not in LIMITS]
        return bool(giving) and sum(giving) / len(giving) > self.ceiling

    @property
    def because(self) -> str:
        """The reason for this level, with the evidence."""
        if self.share is None:
            return "This is for people to judge."
        told = " ".join(each.words for each in self.evidence if each.share is not None)
        words = f"{self.share:.0%} of what this line asks. {told}"
        return f"{words} {self.held}" if self.is_held else words


def marked(case: Case) -> list[Marked]:
    """Every dimension of the scenario's rubric, in order."""
    found = {check: CHECKS[check](case) for each in case.scenario.rubric.values() for check in each.checks}
    working = works(case)
    is_any_whole = any(each.reaches >= 1 for each in case.musts)
    held_by = _held_as_a_whole(case)
    lines = []
    for key, dimension in case.scenario.rubric.items():
        floor = FLOOR if is_any_whole or set(dimension.checks) <= STANDS_ALONE else 0.0
        ceilings = {HELD_BY_DRAWING: min(1.0, max(floor, (CEILING_SLOPE * working) ** 2)), **held_by}
        held = min(ceilings, key=lambda each: ceilings[each])
        evidence = tuple(found[check] for check in dimension.checks)
        lines.append(Marked(key, dimension, evidence, ceilings[held], held))
    return lines


def _held_as_a_whole(case: Case) -> dict[str, float]:
    """What may hold down every line of the design: the words, and the ceiling."""
    graph, entities = case.analysis.model.graph, case.document.data_model.entities
    idle = ", ".join(map(graph.name, case.idle))
    arrows = [graph.connections[key] for key in case.stray[:MOST_NAMED]]
    stray = ", ".join(f"{graph.name(each.source)} to {graph.name(each.target)}" for each in arrows)
    adrift = ", ".join(entities[key].name or key for key in case.adrift)
    return {
        HELD_AS_FOREIGN: _lifted(case.belongs),
        HELD_AS_UNSIZED if case.asked_results else HELD_AS_BARE: _lifted(min(1.0, argued(case) / ENOUGH_ARGUED)),
        HELD_AS_APART.format(len(case.idle), idle): _lifted(case.joined),
        HELD_AS_STRAY.format(len(case.stray), stray): _lifted(case.directed),
        HELD_AS_ADRIFT.format(adrift): _lifted(case.stored),
        HELD_AS_LOOSE.format(*_looseness_told(case)): _lifted(case.coherent),
    }


def _looseness_told(case: Case) -> tuple[int, ...]:
    return (len(unused_arrows(case)), len(case.document.diagram.connections), *needless_copies(case))


def _lifted(share: float) -> float:
    """The ceiling for this share: LOWEST for 0, and no ceiling for 1."""
    return LOWEST + (1 - LOWEST) * share


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
