"""A design to be marked: which of the scenario's requirements it serves, and how far that works. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from designs.analysis.graph import STORES
from designs.analysis.report import Analysis
from designs.document.schema import Document
from designs.interviews.clock import TimeSpent
from designs.interviews.coherence import looseness
from designs.interviews.results import results_found, results_told, to_work_out
from designs.interviews.said import Said, said_in
from designs.interviews.subject import (
    counts,
    named_words,
    shared_names,
    stems,
    terms_of,
    vocabulary,
    wide_vocabulary,
)
from designs.interviews.ways import BESIDE, HELD_OPEN, Arrival, behind, carries, way_of
from designs.scenarios.reference import Expected
from designs.scenarios.schema import Scenario

# Separates designs for this scenario from designs for another (measured, docs/marking.md): below `FOREIGN` the design
# counts as another's, from `OWN` on as this scenario's.
RESULTS_TELL, NAMES_ALONE, FOREIGN, OWN = 0.8, 1.5, 0.47, 0.6
ON_THE_SUBJECT = 0.6  # below it each operation must be named after the very requirement that it serves
WORKED_OUT, PROVEN = 1.5, 0.5
PLAIN_FROM = 5  # a word used by this many scenarios does not tell one requirement from another

# The shares of a drawing that may be loose without harm, and from which on it counts as no system at all.
IDLE_FREE, IDLE_MOST = 0.2, 0.45  # components
STRAY_FREE, STRAY_MOST = 0.1, 0.25  # arrows; one is forgiven in any drawing
ADRIFT_FREE, ADRIFT_MOST = 0.2, 0.45  # data
LOOSE_FREE, LOOSE_MOST = 0.4, 0.55  # arrows that no operation takes, and half of the needless copies of data
IN_PART = 0.5  # the share of a requirement whose operation reaches some of its data, but not all
PUSHING = frozenset({"service", "web_server"})
KEEPING = STORES | {"stream"}  # a stream keeps what was written into it
ASKS = frozenset({"client", "scheduler"})


@dataclass(frozen=True)
class Served:
    """A requirement of the scenario, and how far this design serves it, each from 0 to 1.

    `touches`: the operation that serves it reads or writes data; `reaches`: that operation has a path to all of this
    data.
    """

    key: str
    text: str
    is_must: bool
    operations: tuple[str, ...] = ()
    touches: float = 0.0
    reaches: float = 0.0


@dataclass(frozen=True)
class Case:
    """A design to be marked, with the history of its making. `given` is the document that it started from."""

    scenario: Scenario
    analysis: Analysis
    expected: Mapping[str, Expected]
    time_spent: Sequence[TimeSpent] = ()
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        return self.analysis.document

    @cached_property
    def served(self) -> list[Served]:
        """Every requirement of the scenario that is in scope and no stretch goal."""
        return _served(self)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Stems of the words that belong to this subject."""
        return wide_vocabulary(self.scenario)

    @cached_property
    def belongs(self) -> float:
        """How far, from 0 to 1, the design answers this scenario and no other: by the share of its names that occur in
        the scenario, and by the share of the expected results in its estimate."""
        names = shared_names(self.document, terms_of(self.scenario))
        told = names + RESULTS_TELL * results_told(self) if self.asked_results else NAMES_ALONE * names
        return min(1.0, max(0.0, (told - FOREIGN) / (OWN - FOREIGN)))

    @cached_property
    def said(self) -> Said:
        """What the scenario gave in words: a reason counts for what it adds to that."""
        return said_in(self.scenario)

    @cached_property
    def asked_results(self) -> dict[str, Expected]:
        """The expected results that have to be worked out; with the candidate's own figures where they have some."""
        return to_work_out(self.scenario, self.expected, self.given.get("estimate", {}).get("rows", {}))

    @cached_property
    def worked_out(self) -> float:
        """How far, from 0 to 1, the load on the drawing was worked out: by the share of the expected results in the
        estimate; a third may be missing. 1 where the scenario expects none."""
        return min(1.0, WORKED_OUT * results_found(self)) if self.asked_results else 1.0

    @cached_property
    def ways(self) -> dict[str, dict[str, Arrival]]:
        """By operation, the components that its requests reach, each with the way there."""
        return {key: way_of_operation(self, key) for key in self.document.api.operations}

    @cached_property
    def idle(self) -> list[str]:
        """Components that no operation reaches, directly or through what it reaches."""
        graph = self.analysis.model.graph
        return [key for key, each in graph.components.items() if each.kind not in BESIDE and key not in self._reached]

    @cached_property
    def stray(self) -> list[str]:
        """Arrows that carry nothing: they start where no operation comes, their target cannot be called from there, or
        they stand there twice. Replication, answers along the way of a request, and messages from a service to a client
        are not counted."""
        graph = self.analysis.model.graph
        components, arrows = graph.components, graph.connections
        reached = self._reached
        carrying: set[tuple[str, str]] = set()
        found = []
        for key, each in arrows.items():
            source, target = components[each.source], components[each.target]
            starts = each.source in reached or source.kind in BESIDE
            is_message = target.kind == "client" and source.kind in PUSHING
            if (each.source, each.target) in carrying:
                found.append(key)
            elif starts and (carries(source, target, each) or is_message):
                carrying.add((each.source, each.target))
            elif each.kind != "replication" or source.kind != target.kind:
                found.append(key)
        return [key for key in found if (arrows[key].target, arrows[key].source) not in carrying]

    @cached_property
    def musts(self) -> list[Served]:
        """The musts, or all requirements where there are no musts."""
        return [each for each in self.served if each.is_must] or self.served

    @cached_property
    def must_operations(self) -> list[str]:
        """Operations that serve a must."""
        return list(dict.fromkeys(key for each in self.musts for key in each.operations))

    @cached_property
    def must_data(self) -> set[str]:
        """Data that operations of musts read or write."""
        return {entity for each in self.must_operations for entity in touched(self, each)}

    @cached_property
    def adrift(self) -> list[str]:
        """Data of the musts that none of their operations reaches in the drawing."""
        return sorted(self.must_data - {entity for each in self.must_operations for entity in reached_data(self, each)})

    @property
    def joined(self) -> float:
        """How far, from 0 to 1, the components of the drawing are connected."""
        working = [key for key, each in self.document.diagram.components.items() if each.kind not in BESIDE]
        return _tolerated(len(self.idle), len(working), IDLE_FREE, IDLE_MOST)

    @property
    def directed(self) -> float:
        """How far, from 0 to 1, the arrows of the drawing carry something."""
        arrows = self.document.diagram.connections
        return _tolerated(max(0, len(self.stray) - 1), len(arrows), STRAY_FREE, STRAY_MOST)

    @property
    def stored(self) -> float:
        """How far, from 0 to 1, the data of the musts is where their operations reach it."""
        return _tolerated(len(self.adrift), len(self.must_data), ADRIFT_FREE, ADRIFT_MOST)

    @cached_property
    def coherent(self) -> float:
        """How far, from 0 to 1, the drawing is one system that its operations need."""
        return _tolerated_share(looseness(self), LOOSE_FREE, LOOSE_MOST)

    @cached_property
    def _reached(self) -> set[str]:
        """Components that operations reach, directly or through what they reach."""
        on_the_way = [each for key in self.document.api.operations for each in walked(self, key)]
        return behind(on_the_way, self.analysis.model.graph)

    def is_given(self, *path: str) -> bool:
        """Whether an object was there from the start, even if it was changed since."""
        found: Any = self.given
        for part in path:
            if not isinstance(found, Mapping) or part not in found:
                return False
            found = found[part]
        return True


def _tolerated(loose: int, all_of_them: int, free: float, most: float) -> float:
    """1 while a share of at most `free` is loose, 0 from `most` on."""
    return _tolerated_share(loose / all_of_them if all_of_them else 0.0, free, most)


def _tolerated_share(share: float, free: float, most: float) -> float:
    return min(1.0, max(0.0, (most - share) / (most - free)))


def _served(case: Case) -> list[Served]:
    theirs = _requirements_of(case)
    known = vocabulary(case.scenario)
    plain = frozenset(word for word, count in counts().items() if count >= PLAIN_FROM)
    operations = case.document.api.operations
    # A design with half of the results answers this task, whatever words it uses.
    proven = bool(case.asked_results) and results_told(case) >= PROVEN
    found = []
    for key, wanted in case.scenario.requirements.functional.items():
        if not wanted.in_scope or wanted.priority == "stretch":
            continue
        own = theirs.get(key, "")
        serving = [each for each, operation in operations.items() if own and own in operation.serves]
        words = known if case.belongs >= ON_THE_SUBJECT else named_words(case.scenario, key) - plain
        serving = [each for each in serving if touched(case, each) and (proven or _is_about(case, each, words))]
        reached = [reach(case, each) for each in serving]
        found.append(
            Served(
                key,
                wanted.text or key,
                wanted.priority == "must",
                tuple(serving),
                1.0 if serving else 0.0,
                sum(reached) / len(reached) if reached else 0.0,
            )
        )
    return found


def reach(case: Case, operation: str) -> float:
    """The share of its data that an operation has a path to."""
    entities, found = touched(case, operation), len(reached_data(case, operation))
    if not entities:
        return 0.0
    # Half at most as soon as some of the data is out of reach.
    return 1.0 if found == len(entities) else IN_PART * found / len(entities)


def reached_data(case: Case, operation: str) -> set[str]:
    """Those of the entities of an operation that it has a path to."""
    found = _through_code(case, operation)
    # A file that a client reads directly was put there by something that runs code.
    reads = case.document.api.operations[operation].reads
    if reads and any(_through_code(case, each) for each in case.ways):
        components = case.analysis.model.graph.components
        found |= {
            entity
            for each in case.ways[operation]
            if components[each].kind in HELD_OPEN
            for entity in components[each].stores
            if entity in reads
        }
    return found & touched(case, operation)


def _through_code(case: Case, operation: str) -> set[str]:
    """The data in the stores that an operation reaches through something that runs code."""
    components = case.analysis.model.graph.components
    path = case.ways[operation]
    if not any(components[each].kind in KEEPING for each in path):
        return set()
    only_reads = not case.document.api.operations[operation].writes
    asks = case.analysis.model.flows[operation].entries
    waits = only_reads and any(components[each].kind == "client" for each in asks)
    return {
        entity
        for each, arrival in path.items()
        if arrival.is_served and (arrival.is_waited_for or not waits)
        for entity in components[each].stores
    }


def walked(case: Case, operation: str) -> list[str]:
    """Components that a request of the operation reaches from its entry; [] where the entry cannot start a request."""
    return list(case.ways[operation])


def way_of_operation(case: Case, operation: str) -> dict[str, Arrival]:
    """The same components, each with the way a request reaches it."""
    model = case.analysis.model
    flow = model.flows.get(operation)
    if flow is None or flow.problem:
        return {}
    begins = starting_kinds(case.scenario)
    entries = [each for each in flow.entries if model.graph.components[each].kind in begins]
    return way_of(flow, entries, model.graph)


def touched(case: Case, operation: str) -> set[str]:
    """Entities that an operation reads or writes, and that have fields."""
    each = case.document.api.operations[operation]
    entities = case.document.data_model.entities
    return {key for key in {*each.reads, *each.writes} if key in entities and entities[key].fields}


def starting_kinds(scenario: Scenario) -> frozenset[str]:
    """Kinds of component at which an operation may begin: outside callers, and the kinds where the reference begins."""
    diagram = scenario.reference.get("diagram", {})
    components, arrows = diagram.get("components", {}), diagram.get("connections", {})
    firsts: list[dict[str, Any]] = [
        next(iter(each.get("hops", {}).values()), {}) for each in scenario.reference.get("flows", {}).values()
    ]
    sources = [arrows.get(hop.get("connection"), {}).get("source") for hop in firsts]
    return ASKS | {components[each]["kind"] for each in sources if each in components}


def _is_about(case: Case, key: str, known: frozenset[str]) -> bool:
    """Whether an operation or its data has a name from the scenario's subject."""
    operation, entities = case.document.api.operations[key], case.document.data_model.entities
    names = [operation.name, operation.path, *(entities[each].name for each in touched(case, key))]
    return bool(stems(names) & known)


def _requirements_of(case: Case) -> dict[str, str]:
    """By requirement of the scenario, the design's own requirement: that of the same id, or else the most similar in
    words."""
    own = {
        key: stems([each.text])
        for key, each in case.document.scope.functional_requirements.items()
        if each.in_scope and each.text.strip()
    }
    wanted = case.scenario.requirements.functional
    found = {key: key for key in wanted if key in own}
    free = {key: words for key, words in own.items() if key not in found}
    likeness = sorted(
        (
            (_likeness(stems([each.text]), words), key, mine)
            for key, each in wanted.items()
            if key not in found
            for mine, words in free.items()
        ),
        reverse=True,
    )
    for likely, key, mine in likeness:
        if likely > 0 and key not in found and mine in free:
            found[key] = mine
            del free[mine]
    return found


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
