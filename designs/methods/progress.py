"""The progress of a design, step by step: what the document itself shows, and what was ticked. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from calculators.engine.dimensions import Dimension
from calculators.engine.units import BYTE, SECOND
from designs.analysis.estimate import FormulaError, SolvedEstimate, solved
from designs.analysis.graph import STORES
from designs.analysis.values import PER_SECOND, quantity
from designs.document.api import Operation
from designs.document.diagram import Component
from designs.document.schema import Document
from designs.methods.method import ChecklistEntry, Method, Step

SERVICES = frozenset(
    {"load_balancer", "api_gateway", "reverse_proxy", "web_server", "service", "worker", "model_server"}
)
# What a scenario may give at the start: answers, actors, requirements, and figures.
GIVEN_BY_SCENARIOS = (
    "questions_answered", "actors_named", "scope_in", "scope_out", "targets_measurable", "inputs_typed",
    "inputs_sourced",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A checklist entry with its state. `is_given`: the scenario gave it, so it is not expected of the person."""

    entry: ChecklistEntry
    is_met: bool
    is_given: bool = False

    @property
    def is_computed(self) -> bool:
        return self.entry.mark is not None


@dataclass(frozen=True)
class StepProgress:
    step: Step
    checks: tuple[Check, ...]

    @property
    def met(self) -> int:
        """The number of expected entries that are met."""
        return sum(check.is_met and not check.is_given for check in self.checks)

    @property
    def given(self) -> int:
        return sum(check.is_given for check in self.checks)

    @property
    def asked(self) -> int:
        return len(self.checks) - self.given

    @property
    def is_done(self) -> bool:
        """Whether all that can be computed holds; ticks alone never finish a step."""
        return all(check.is_met for check in self.checks if check.is_computed)

    @property
    def rest_to_tick(self) -> int:
        """Of a step that is done: checks that nothing can compute, and that its author has not ticked."""
        return self.asked - self.met if self.is_done else 0

    @property
    def percent(self) -> int:
        return round(100 * self.met / self.asked) if self.asked else 100


class _Facts:
    """The document with the facts that several marks use."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.scope, self.api, self.data, self.diagram = (
            document.scope,
            document.api,
            document.data_model,
            document.diagram,
        )

    @cached_property
    def estimate(self) -> SolvedEstimate:
        return solved(self.document.estimate)

    @property
    def operations(self) -> Iterable[Operation]:
        return self.api.operations.values()

    def components(self, kinds: frozenset[str]) -> list[tuple[str, Component]]:
        return [(key, each) for key, each in self.diagram.components.items() if each.kind in kinds]

    @cached_property
    def computed(self) -> list[str]:
        """Rows with a formula; plain figures are left out."""
        return [key for key, each in self.document.estimate.rows.items() if quantity(each.formula) is None]

    def estimates(self, dimension: Dimension) -> bool:
        found = self.estimate.dimensions
        return any(found[each].measured == dimension for each in self.computed if each in found)

    def is_started(self) -> bool:
        return bool(self.computed)


def progress(document: Document, method: Method, *, began: Document | None = None) -> list[StepProgress]:
    """Every step of the method, with each entry of its checklist. `began` is the document that the scenario gave."""
    facts = _Facts(document)
    known: dict[str, bool] = {}
    before = _Facts(began) if began is not None else None
    given = {mark for mark in GIVEN_BY_SCENARIOS if before is not None and MARKS[mark](before)}
    found = []
    for step in method.steps:
        ticked = document.steps[step.slug].checked if step.slug in document.steps else {}
        checks = tuple(
            Check(entry, _is_met(entry, ticked, facts, known), entry.mark in given) for entry in step.checklist
        )
        found.append(StepProgress(step, checks))
    return found


def _is_met(entry: ChecklistEntry, ticked: Mapping[str, object], facts: _Facts, known: dict[str, bool]) -> bool:
    if entry.mark is None:
        return entry.id in ticked
    if entry.mark not in known:
        known[entry.mark] = MARKS[entry.mark](facts)
    return known[entry.mark]


def _questions_answered(facts: _Facts) -> bool:
    return sum(bool(each.text.strip() and each.answer.strip()) for each in facts.scope.questions.values()) >= 3


def _actors_named(facts: _Facts) -> bool:
    return any(each.name.strip() for each in facts.scope.actors.values())


def _scope_in(facts: _Facts) -> bool:
    return any(each.in_scope and each.text.strip() for each in facts.scope.functional_requirements.values())


def _scope_out(facts: _Facts) -> bool:
    return any(not each.in_scope and each.text.strip() for each in facts.scope.functional_requirements.values())


def _targets_measurable(facts: _Facts) -> bool:
    targets = facts.scope.measurable_requirements.values()
    return any(each.metric and quantity(each.quantity) is not None for each in targets)


def _inputs_typed(facts: _Facts) -> bool:
    """Rows count when they are figures, not formulas."""
    estimate = facts.document.estimate
    inputs = sum(bool(each.value.strip()) for each in estimate.inputs.values())
    return inputs + sum(quantity(each.formula) is not None for each in estimate.rows.values()) >= 2


def _inputs_sourced(facts: _Facts) -> bool:
    estimate = facts.document.estimate
    sources = [each.source for each in estimate.inputs.values()] + [each.source for each in estimate.rows.values()]
    return any(source.strip() for source in sources)


def _estimates(*dimensions: Dimension) -> Callable[[_Facts], bool]:
    return lambda facts: facts.is_started() and any(facts.estimates(each) for each in dimensions)


def _estimate_solved(facts: _Facts) -> bool:
    return facts.is_started() and not facts.estimate.errors


def _screens_drawn(facts: _Facts) -> bool:
    return any(screen.elements for screen in facts.document.ui.screens.values())


def _transaction_told(facts: _Facts) -> bool:
    return sum(bool(each.text.strip()) for each in facts.document.ui.transaction.values()) >= 2


def _transaction_calls(facts: _Facts) -> bool:
    return any(each.operation for each in facts.document.ui.transaction.values())


def _entities_named(facts: _Facts) -> bool:
    return any(each.name.strip() for each in facts.data.entities.values())


def _entities_described(facts: _Facts) -> bool:
    entities = facts.data.entities.values()
    return bool(entities) and all(any(field.name.strip() for field in each.fields.values()) for each in entities)


def _entities_keyed(facts: _Facts) -> bool:
    entities = facts.data.entities.values()
    keys = {"primary", "partition"}
    return bool(entities) and all(any(field.key in keys for field in each.fields.values()) for each in entities)


def _stores_reasoned(facts: _Facts) -> bool:
    entities = facts.data.entities.values()
    return bool(entities) and all(each.store and each.store_reason.strip() for each in entities)


def _access_told(facts: _Facts) -> bool:
    return any(
        pattern.text.strip() for each in facts.data.entities.values() for pattern in each.access_patterns.values()
    )


def _growth_known(facts: _Facts) -> bool:
    return any(
        each.rows_per_day.strip() and any(quantity(field.size) is not None for field in each.fields.values())
        for each in facts.data.entities.values()
    )


def _requirements_served(facts: _Facts) -> bool:
    wanted = {
        key for key, each in facts.scope.functional_requirements.items() if each.in_scope and each.priority != "stretch"
    }
    served = {key for each in facts.operations for key in each.serves}
    return bool(wanted) and wanted <= served


def _operations_rated(facts: _Facts) -> bool:
    return bool(facts.api.operations) and all(_has_rate(facts.estimate, each.rate) for each in facts.operations)


def _has_rate(estimate: SolvedEstimate, formula: str) -> bool:
    try:
        estimate.rate(formula)
    except FormulaError:
        return False
    return True


def _operations_touch_data(facts: _Facts) -> bool:
    return bool(facts.api.operations) and all(each.reads or each.writes for each in facts.operations)


def _retries_settled(facts: _Facts) -> bool:
    writing = [each for each in facts.operations if each.writes]
    return bool(writing) and all(each.idempotency for each in writing)


def _boxes_drawn(facts: _Facts) -> bool:
    return len(facts.diagram.components) >= 5


def _boxes_connected(facts: _Facts) -> bool:
    ends = {end for each in facts.diagram.connections.values() for end in (each.source, each.target)}
    return bool(facts.diagram.components) and ends >= facts.diagram.components.keys()


def _client_reaches_store(facts: _Facts) -> bool:
    after: dict[str, list[str]] = {}
    for each in facts.diagram.connections.values():
        after.setdefault(each.source, []).append(each.target)
    reached, waiting = set[str](), [key for key, _ in facts.components(frozenset({"client"}))]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += after.get(here, [])
    return any(key in reached for key, _ in facts.components(STORES))


def _entities_housed(facts: _Facts) -> bool:
    housed = {key for each in facts.diagram.components.values() for key in each.stores}
    return bool(facts.data.entities) and housed >= facts.data.entities.keys()


def _decisions_raised(facts: _Facts) -> bool:
    return sum(bool(each.question.strip()) for each in facts.document.decisions.values()) >= 2


def _options_weighed(facts: _Facts) -> bool:
    decisions = facts.document.decisions.values()
    return bool(decisions) and all(len(each.options) >= 2 for each in decisions)


def _choices_reasoned(facts: _Facts) -> bool:
    decisions = facts.document.decisions.values()
    return bool(decisions) and all(each.choice and each.because.strip() for each in decisions)


def _bottlenecks_listed(facts: _Facts) -> bool:
    return sum(bool(each.finding.strip()) for each in facts.document.bottlenecks.values()) >= 2


def _bottlenecks_answered(facts: _Facts) -> bool:
    found = facts.document.bottlenecks.values()
    return bool(found) and all(each.response != "open" and each.mitigation.strip() for each in found)


def _stores_copied(facts: _Facts) -> bool:
    stores = facts.components(STORES)
    copied = {each.source for each in facts.diagram.connections.values() if each.kind == "replication"}
    followers = {each.target for each in facts.diagram.connections.values() if each.kind == "replication"}
    return bool(stores) and all(each.copies > 1 or key in copied | followers for key, each in stores)


def _services_copied(facts: _Facts) -> bool:
    services = facts.components(SERVICES)
    return bool(services) and all(each.instances > 1 for _, each in services)


MARKS: dict[str, Callable[[_Facts], bool]] = {
    "questions_answered": _questions_answered,
    "actors_named": _actors_named,
    "scope_in": _scope_in,
    "scope_out": _scope_out,
    "targets_measurable": _targets_measurable,
    "inputs_typed": _inputs_typed,
    "inputs_sourced": _inputs_sourced,
    "rate_estimated": _estimates(PER_SECOND),
    "storage_estimated": _estimates(BYTE),
    "bandwidth_estimated": _estimates(BYTE / SECOND),
    "estimate_solved": _estimate_solved,
    "screens_drawn": _screens_drawn,
    "transaction_told": _transaction_told,
    "transaction_calls": _transaction_calls,
    "entities_named": _entities_named,
    "entities_described": _entities_described,
    "entities_keyed": _entities_keyed,
    "stores_reasoned": _stores_reasoned,
    "access_told": _access_told,
    "growth_known": _growth_known,
    "requirements_served": _requirements_served,
    "operations_rated": _operations_rated,
    "operations_touch_data": _operations_touch_data,
    "retries_settled": _retries_settled,
    "boxes_drawn": _boxes_drawn,
    "boxes_connected": _boxes_connected,
    "client_reaches_store": _client_reaches_store,
    "entities_housed": _entities_housed,
    "decisions_raised": _decisions_raised,
    "options_weighed": _options_weighed,
    "choices_reasoned": _choices_reasoned,
    "bottlenecks_listed": _bottlenecks_listed,
    "bottlenecks_answered": _bottlenecks_answered,
    "stores_copied": _stores_copied,
    "services_copied": _services_copied,
}
