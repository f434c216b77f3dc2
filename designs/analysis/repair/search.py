"""The cheapest set of remedies with which all requirements that must hold pass, proven by a reason for each failed
plan.

A plan that fails a requirement is improved lever by lever as long as it still fails. The result is a reason that covers
all plans below it: one of the remaining levers has to go beyond its level, or the requirement fails. The cheapest plan
that satisfies all reasons found so far is tried next; the first that passes is the cheapest of all, because every other
plan costs more or is excluded by a reason (implicit hitting sets: E. Moreno-Centeno, R. M. Karp, Operations Research
61, 2013).

A reason assumes that a lever that does not help while others are at their best does not help while they are lower. This
is true for counts of equal servers; for copies, shards, zones and caches the tests compare it with enumeration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.model import Model
from designs.analysis.repair.clauses import Clause, Runs, TooManyBranchesError, cheapest, has, without
from designs.analysis.repair.levers import Lever, Plan, Price, Prices, levers_of, patch_of, prices_of
from designs.analysis.repair.trials import MOST_TRIALS, TooManyTrialsError, Trials, goodness, quick_first, trial_of
from designs.analysis.requirements import RequirementResult
from designs.document.basics import in_order

PRIORITIES = ("must", "should", "stretch")
FEW = 8
MORE_TRIALS = 300


@dataclass(frozen=True)
class Step:
    """One change of a repair."""

    lever: Lever
    level: int

    @property
    def words(self) -> str:
        return self.lever.words_at(self.level)


@dataclass(frozen=True)
class Found:
    """A set of changes with its additional price a month, and the values it reaches."""

    steps: tuple[Step, ...]
    price: Price
    patch: Mapping[str, Any]
    results: tuple[RequirementResult, ...]


@dataclass(frozen=True)
class Unmendable:
    """A requirement that fails with all remedies. `best` is the nearest value that they reach, `steps` its working."""

    requirement: str
    best: RequirementResult
    beside_others: bool = False


@dataclass(frozen=True)
class Repair:
    """`failing` are the requirements that fail in the design as it is.

    `cheapest` is None when nothing fails or nothing can be repaired.

    Without `is_proven` the search stopped at its bound: a cheaper set may exist.
    """

    failing: tuple[RequirementResult, ...]
    untold: tuple[RequirementResult, ...]
    cheapest: Found | None
    next_best: Found | None
    unmendable: tuple[Unmendable, ...]
    levers: tuple[Lever, ...]
    trials: int
    most_trials: int
    is_proven: bool
    unpriced: tuple[str, ...] = ()


def repair(
    document: Mapping[str, Any],
    figures: Figures,
    *,
    priorities: Collection[str] = ("must",),
    with_assumed: bool = True,
    most_trials: int = MOST_TRIALS,
    progress: Callable[[float], None] | None = None,
) -> Repair:
    """The repair of a checked plain document.

    Requirements without a verdict are no goals, but must not start to fail.
    """
    levers = levers_of(trial_of(document, figures).model, document, with_assumed=with_assumed)
    return search(document, figures, levers, priorities=priorities, most_trials=most_trials, progress=progress)


def search(
    document: Mapping[str, Any],
    figures: Figures,
    levers: tuple[Lever, ...],
    *,
    priorities: Collection[str] = ("must",),
    most_trials: int = MOST_TRIALS,
    progress: Callable[[float], None] | None = None,
) -> Repair:
    """The same over given levers."""
    trials = Trials(document, figures, levers, most=most_trials, progress=progress)
    prices = prices_of(trials.trial((0,) * len(levers)).model, levers, document)
    return _Search(trials, prices, tuple(priorities)).repair()


def cheapest_plans(trials: Trials, prices: Prices) -> tuple[Plan, ...]:
    """The cheapest repair and the next best ones, as far as they exist."""
    looking = _Search(trials, prices, ("must",))
    found = looking.repair()
    return tuple(looking.plan_of(each) for each in (found.cheapest, found.next_best) if each is not None)


@dataclass
class _Search:
    trials: Trials
    prices: Prices
    priorities: tuple[str, ...]
    clauses: list[Clause] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)
    unmendable: dict[str, Unmendable] = field(default_factory=dict)
    lenient: set[str] = field(default_factory=set)
    tops: list[Plan] = field(default_factory=list)

    @property
    def levers(self) -> tuple[Lever, ...]:
        return self.trials.levers

    @property
    def nothing(self) -> Plan:
        return (0,) * len(self.levers)

    @property
    def model(self) -> Model:
        return self.trials.trial(self.nothing).model

    def repair(self) -> Repair:
        required = [
            key
            for key, each in in_order(self.model.document.scope.measurable_requirements)
            if each.priority in self.priorities and each.metric
        ]
        before = [self.trials.result(self.nothing, key) for key in required]
        failing = tuple(each for each in before if each.verdict == "fail")
        untold = tuple(each for each in before if each.verdict == "cannot tell")
        metrics = {each.requirement: each.metric for each in before}
        self.goals = sorted(required, key=lambda key: quick_first(metrics[key]))
        best = second = None
        is_proven = True
        try:
            self._set_aside(failing)
            if any(each.requirement in self.goals for each in failing):
                best = self._cheapest()
                if best is not None:
                    self.clauses.append(_not_again(best))
                    second = self._cheapest(is_second=True)
        except (TooManyTrialsError, TooManyBranchesError):
            is_proven = False
            best = best or self._some()
        return Repair(
            failing,
            untold,
            self._told(best),
            self._told(second),
            tuple(self.unmendable.values()),
            self.levers,
            len(self.trials.made),
            self.trials.most,
            is_proven,
            tuple(sorted({self.model.graph.name(key) for key, price in self.prices.servers.items() if price is None})),
        )

    # Requirements that cannot be repaired

    def _set_aside(self, failing: tuple[RequirementResult, ...]) -> None:
        """Requirements that no lever improves are no goals: otherwise no plan would pass."""
        for result in failing:
            key = result.requirement
            clause, top = self._reason(self.nothing, key)
            if clause.allowed:
                self.clauses.append(clause)
                continue
            best = self.trials.result(top, key)
            self.unmendable[key] = Unmendable(key, best)
            if best.verdict == "cannot tell":
                self.lenient.add(key)
                self.clauses.append(self._reason(self.nothing, key)[0])
            else:
                self.goals.remove(key)

    def _cheapest(self, *, is_second: bool = False) -> Plan | None:
        while True:
            plan = cheapest(
                [lever.highest for lever in self.levers], self.clauses, lambda each: self.prices.of(each).order
            )
            if plan is None:
                if is_second or not self._give_up_one():
                    return None
                continue
            broken = next((key for key in self.goals if not self._keeps(plan, key)), None)
            if broken is None:
                return plan
            clause, top = self._reason(plan, broken)
            if clause.allowed:
                self.clauses.append(clause)
            else:
                self._drop(broken, top)

    def _give_up_one(self) -> bool:
        """No plan satisfies all reasons: gives up the requirement of the last reason, for which the others leave no
        room.
        """
        if not self.clauses:
            return False
        key = self.clauses[-1].requirement
        self._drop(key, self.nothing, beside_others=True)
        return True

    def _drop(self, key: str, top: Plan, *, beside_others: bool = False) -> None:
        self.unmendable[key] = Unmendable(key, self.trials.result(top, key), beside_others)
        self.goals.remove(key)
        self.clauses = [each for each in self.clauses if each.requirement != key]

    # Reasons

    def _keeps(self, plan: Plan, key: str) -> bool:
        """Whether the requirement passes; one without a verdict today, or at its best, only must not fail."""
        verdict = self.trials.result(plan, key).verdict
        if verdict == "cannot tell":
            return key in self.lenient or self.trials.result(self.nothing, key).verdict == "cannot tell"
        return verdict == "pass"

    def _reason(self, plan: Plan, key: str) -> tuple[Clause, Plan]:
        """A reason: a set of levers and levels; one lever has to leave its levels, or the requirement fails.

        With the plan that shows it.

        The cheapest levers are set to their best first, so that the levers that remain are expensive.
        """
        in_turn = sorted(range(len(self.levers)), key=self._dearness)
        near = [index for index in in_turn if self._matters(self.levers[index], key)]
        clause, top = self._reason_by(near, plan, key)
        if any(self.levers[index].kind == "zones" for index in near):
            # One component in a second zone does not help while the others stay in one: all move, or none.
            together, other = self._reason_by(near, plan, key, zones_together=True)
            clause = _either(clause, together)
            comparison = self.model.document.scope.measurable_requirements[key].comparison
            top = max((top, other), key=lambda each: goodness(self.trials.result(each, key), comparison))
        if not clause.allowed:
            # Another order may show that two remedies worked against each other.
            clause, top = self._reason_by(in_turn[::-1], plan, key)
        if clause.holds(plan):
            # Levers that work against others are moved last; a reason that covers the plan alone is always correct.
            last = [index for index in in_turn if has(clause.allowed.get(index, ()), plan[index])]
            clause, top = self._reason_by([*(each for each in in_turn if each not in last), *last], plan, key)
            if clause.holds(plan):
                clause = self._another(plan, key)
        self.tops.append(top)
        return clause, top

    def _another(self, plan: Plan, key: str) -> Clause:
        """Some lever has to be at another level than in this plan, which fails."""
        runs = {
            index: without(((0, lever.highest),), ((level, level),))
            for index, (lever, level) in enumerate(zip(self.levers, plan, strict=True))
        }
        return Clause(key, {index: each for index, each in runs.items() if each})

    def _reason_by(
        self, indexes: list[int], plan: Plan, key: str, *, zones_together: bool = False
    ) -> tuple[Clause, Plan]:
        """The reason that results from moving the levers in this order."""
        at, allowed = list(plan), dict[int, Runs]()
        for index in indexes:
            runs, at[index] = self._leave(at, index, key, to_highest=zones_together and self._is_of_zones(index))
            if runs:
                allowed[index] = runs
        self._look_back(at, allowed, indexes, key)
        self._look_at_pairs(plan, at, allowed, indexes, key)
        return Clause(key, allowed), tuple(at)

    def _is_of_zones(self, index: int) -> bool:
        return self.levers[index].kind == "zones"

    def _look_back(self, at: list[int], allowed: dict[int, Runs], indexes: list[int], key: str) -> None:
        """Checks whether a lever that helped at first now works against the others, such as a cache before a store with
        copies.
        """
        for index in indexes:
            lever = self.levers[index]
            if lever.is_count or lever.highest > FEW:
                continue
            for level in range(lever.highest + 1):
                known = allowed.get(index, ())
                plan = (*at[:index], level, *at[index + 1 :])
                if level != at[index] and not has(known, level) and self._keeps(plan, key):
                    allowed[index] = (*known, (level, level))

    def _look_at_pairs(self, plan: Plan, at: list[int], allowed: dict[int, Runs], indexes: list[int], key: str) -> None:
        """Two remedies of one component that help only together, such as a copy and a change of who confirms writes."""
        few = [index for index in indexes if not self.levers[index].is_count and self.levers[index].highest <= FEW]
        for one, other in combinations(few, 2):
            if self.levers[one].at != self.levers[other].at:
                continue
            for level, beside in product(range(self.levers[one].highest + 1), range(self.levers[other].highest + 1)):
                moving = (one, level) if level != plan[one] else (other, beside)
                levels = ((one, level), (other, beside))
                if any(has(allowed.get(index, ()), to) for index, to in levels) or moving[1] == plan[moving[0]]:
                    continue
                tried = list(at)
                tried[one], tried[other] = level, beside
                if self._keeps(tuple(tried), key):
                    allowed[moving[0]] = (*allowed.get(moving[0], ()), (moving[1], moving[1]))

    def _dearness(self, index: int) -> tuple[int, float, int, int]:
        one = tuple(int(index == each) for each in range(len(self.levers)))
        return self.prices.of(one).order

    def _matters(self, lever: Lever, key: str) -> bool:
        """Whether the lever can affect a requirement.

        A component that an operation never meets cannot, unless calls are retried.
        """
        requirement = self.model.document.scope.measurable_requirements[key]
        if not requirement.operation or self.model.impatient or requirement.operation not in self.model.flows:
            return True
        if any(component.concurrency.strip() for component in self.model.graph.components.values()):
            return True
        flow = self.model.flows[requirement.operation]
        at = lever.at if lever.at in self.model.graph.components else self.model.graph.connections[lever.at].target
        return bool(flow.problem) or at in flow.visits

    def _leave(self, at: list[int], index: int, key: str, *, to_highest: bool = False) -> tuple[Runs, int]:
        """The levels of a lever at which the plan passes with the others unchanged, and the best of the other levels.

        With `to_highest`, the highest of the other levels, however bad.
        """
        lever = self.levers[index]

        def passes(level: int) -> bool:
            return self._keeps((*at[:index], level, *at[index + 1 :]), key)

        metric = self.model.document.scope.measurable_requirements[key].metric
        if lever.is_count:
            if metric == "cost_per_month":
                return _below(passes, lever.highest)
            return _beyond(passes, at[index], lever.highest)
        if lever.highest > FEW:
            return self._one_run(passes, at, index, key)
        passing = [level for level in range(lever.highest + 1) if passes(level)]
        failing = [level for level in range(lever.highest + 1) if level not in passing]
        stays = max(failing) if to_highest else self._best(at, index, failing, key)
        return tuple((level, level) for level in passing), stays

    def _one_run(self, passes: Callable[[int], bool], at: list[int], index: int, key: str) -> tuple[Runs, int]:
        """For a lever with many levels whose passing levels are consecutive: enough, and not too many."""
        highest = self.levers[index].highest
        tried = sorted(
            {0, at[index], highest, *(2**power for power in range(highest.bit_length()) if 2**power < highest)}
        )
        good = [level for level in tried if passes(level)]
        bad = [level for level in tried if level not in good]
        if not good:
            return (), self._best(at, index, bad, key)
        below = [level for level in bad if level < good[0]]
        above = [level for level in bad if level > good[-1]]
        first = _first(passes, below[-1], good[0]) if below else good[0]
        last = good[-1] if not above else _first(lambda level: not passes(level), good[-1], above[0]) - 1
        return ((first, last),), self._best(at, index, [*([first - 1] if below else []), *above], key)

    def _best(self, at: list[int], index: int, levels: list[int], key: str) -> int:
        """The level that comes nearest to passing, the highest of several equal ones."""
        comparison = self.model.document.scope.measurable_requirements[key].comparison

        def rank(level: int) -> tuple[tuple[int, float], int]:
            return goodness(self.trials.result((*at[:index], level, *at[index + 1 :]), key), comparison), level

        return max(levels, key=rank)

    # Results

    def _some(self) -> Plan | None:
        """A plan that passes, when the search took too long: all levers that helped, minus those that are not
        needed.
        """
        self.trials.most += MORE_TRIALS
        plan = tuple(max(levels) for levels in zip(*self.tops, strict=True)) if self.tops else self.nothing
        plan = min(
            (each for each in (plan, *self.trials.made) if self._passes_all(each)),
            key=lambda each: self.prices.of(each).order,
            default=self.nothing,
        )
        if plan == self.nothing:
            return None
        try:
            for index in sorted(range(len(self.levers)), key=self._dearness, reverse=True):
                if plan[index]:
                    plan = self._lowered(plan, index)
        except TooManyTrialsError:
            pass
        return plan

    def _passes_all(self, plan: Plan) -> bool:
        return all(self._keeps(plan, key) for key in self.goals)

    def _lowered(self, plan: Plan, index: int) -> Plan:
        def passes(level: int) -> bool:
            return self._passes_all((*plan[:index], level, *plan[index + 1 :]))

        level = 0 if passes(0) else _first(passes, 0, plan[index])
        return (*plan[:index], level, *plan[index + 1 :])

    def plan_of(self, found: Found) -> Plan:
        levels = {step.lever.key: step.level for step in found.steps}
        return tuple(levels.get(lever.key, 0) for lever in self.levers)

    def _told(self, plan: Plan | None) -> Found | None:
        if plan is None:
            return None
        trial = self.trials.trial(plan)
        steps = tuple(Step(lever, level) for lever, level in zip(self.levers, plan, strict=True) if level)
        required = {*self.goals, *self.unmendable}
        in_their_order = [
            key for key, _ in in_order(self.model.document.scope.measurable_requirements) if key in required
        ]
        results = tuple(trial.result(key) for key in in_their_order)
        return Found(steps, self.prices.of(plan), patch_of(self.levers, plan), results)


def _below(passes: Callable[[int], bool], highest: int) -> tuple[Runs, int]:
    """For a lever of which more is worse: all levels up to the last that passes, and the first that does not."""
    if not passes(0):
        return (), 0
    level = _first(lambda each: not passes(each), 0, highest)
    return ((0, level - 1),), level


def _beyond(passes: Callable[[int], bool], fails: int, highest: int) -> tuple[Runs, int]:
    """For a lever of which more is better: all levels from the first that passes, and the last that does not."""
    if not passes(highest):
        return (), highest
    level = _first(passes, fails, highest)
    return ((level, highest),), level - 1


def _first(holds: Callable[[int], bool], not_at: int, at: int) -> int:
    """The first level that passes, between one that does not and one that does."""
    step = 1
    while not_at + step < at and not holds(not_at + step):
        not_at, step = not_at + step, 2 * step
    at = min(at, not_at + step)
    while at - not_at > 1:
        middle = (not_at + at) // 2
        not_at, at = (not_at, middle) if holds(middle) else (middle, at)
    return at


def _either(one: Clause, other: Clause) -> Clause:
    """The reason that holds when one of two reasons is right: a lever may be at any level that either of them
    allows.
    """
    allowed = {**one.allowed}
    for lever, runs in other.allowed.items():
        allowed[lever] = tuple(sorted({*allowed.get(lever, ()), *runs}))
    return Clause(one.requirement, allowed)


def _not_again(plan: Plan) -> Clause:
    """Some lever has to be lower than in this plan, so that the next plan is not the same one with more."""
    return Clause("", {index: ((0, level - 1),) for index, level in enumerate(plan) if level})
