"""The facts on a result page beside the rubric: which expected results were found, and how the drawing differs from the
reference by the roles of its parts. Each fact comes with its evidence. PURE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculators.engine.wording import readable
from designs.analysis.estimate import SolvedEstimate
from designs.document.diagram import Component, Diagram
from designs.document.kinds import BY_SLUG
from designs.interviews.asking import words_of
from designs.interviews.case import Case
from designs.interviews.results import answer_rows

# Kinds that do the same work: a gateway counts where the reference has a load balancer.
SAME_WORK: dict[str, str] = {
    "api_gateway": "load_balancer",
    "reverse_proxy": "load_balancer",
    "web_server": "service",
    "pubsub": "queue",
    "stream": "queue",
    "scheduler": "worker",
    "stream_processor": "worker",
    "gpu_pool": "worker",
    "model_server": "service",
    "data_lake": "object_store",
    "vector_index": "search_index",
    "document_store": "key_value",
    "wide_column": "key_value",
}
WORK_NAMES: dict[str, str] = {"load_balancer": "load balancer or gateway", "queue": "queue or stream"}
LEAST_SURE = 0.35
SAID_DIGITS = 3  # of an expected result, which holds within a tolerance of per cents


@dataclass(frozen=True)
class ResultLine:
    """An expected result. `own_name` is the row that answers it, under any name, and empty when none does; `is_found`
    says whether that row matches the result within its tolerance. A result that `is_given` is a given figure in another
    unit: it is shown, and not counted."""

    name: str
    label: str
    said: str
    own_name: str = ""
    own_said: str = ""
    is_found: bool = False
    is_given: bool = False

    @property
    def words(self) -> str:
        if not self.own_name:
            return "not in the estimate"
        return f"{'found' if self.is_found else 'too far off'}: {self.own_said} as {self.own_name}"


@dataclass(frozen=True)
class Missing:
    """A part of the reference without a counterpart: `a queue between Posting service and Fan-out workers`."""

    key: str
    words: str


@dataclass(frozen=True)
class Difference:
    """`counterparts` maps components of the reference to those of the design that do the same work; `extra` are
    components of the design that have none."""

    missing: tuple[Missing, ...]
    extra: tuple[str, ...]
    counterparts: Mapping[str, str]


def results(case: Case, reference: SolvedEstimate) -> list[ResultLine]:
    """Each expected result with the row that answers it, by the rule that marks the estimate."""
    own, rows = case.analysis.model.estimate, answer_rows(case)
    found = []
    for name, expected in case.expected.items():
        row = rows.get(name, "")
        label = case.scenario.figures[name].label
        said = readable(reference.quantities[name], digits=SAID_DIGITS) if name in reference.quantities else ""
        is_found = bool(row) and expected.allows(own.values[row])
        is_given = name not in case.asked_results
        found.append(ResultLine(name, label, said, row, own.shown.get(row, ""), is_found, is_given))
    return found


def difference(own: Diagram, reference: Diagram) -> Difference:
    """Pairs components that do the same work, the best match first: by kind, words of the label, and neighbours; of
    equals the one with the most connections in the reference."""
    pairs = _paired(own, reference)
    missing = [
        Missing(key, _missing_words(key, component, reference, own, pairs))
        for key, component in reference.components.items()
        if key not in pairs and component.kind != "client"
    ]
    taken = set(pairs.values())
    extra = [
        each.label or BY_SLUG[each.kind].name
        for key, each in own.components.items()
        if key not in taken and each.kind != "client"
    ]
    return Difference(tuple(missing), tuple(extra), pairs)


def work_of(component: Component) -> str:
    return SAME_WORK.get(component.kind, component.kind)


def _paired(own: Diagram, reference: Diagram) -> dict[str, str]:
    pairs: dict[str, str] = {}
    beside_own, beside_reference = _neighbours(own), _neighbours(reference)
    # Two rounds: the second uses the pairs of the first to compare neighbours.
    for _ in range(2):
        ranked = sorted(
            (
                (
                    -_likeness(mine, theirs, _shared(beside_own[a], beside_reference[b], pairs)),
                    -len(beside_reference[b]),
                    b,
                    a,
                )
                for b, theirs in reference.components.items()
                for a, mine in own.components.items()
                if work_of(mine) == work_of(theirs)
            ),
        )
        pairs = {}
        for unlike, _, b, a in ranked:
            if b not in pairs and a not in pairs.values() and -unlike >= LEAST_SURE:
                pairs[b] = a
    return pairs


def _likeness(mine: Component, theirs: Component, shared: float) -> float:
    """How alike two components that do the same work are: LEAST_SURE, plus up to 0.3 each for shared words and shared
    neighbours, plus 0.05 for an equal kind."""
    own, their = set(words_of(mine.label)), set(words_of(theirs.label))
    words = len(own & their) / len(own | their) if own | their else 0.0
    return LEAST_SURE + 0.3 * words + 0.3 * shared + 0.05 * (mine.kind == theirs.kind)


def _neighbours(diagram: Diagram) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {key: set() for key in diagram.components}
    for each in diagram.connections.values():
        if each.source in found and each.target in found:
            found[each.source].add(each.target)
            found[each.target].add(each.source)
    return found


def _shared(own: set[str], theirs: set[str], pairs: Mapping[str, str]) -> float:
    known = {pairs[each] for each in theirs if each in pairs}
    return len(known & own) / len(theirs) if theirs else 0.0


def _missing_words(key: str, component: Component, reference: Diagram, own: Diagram, pairs: Mapping[str, str]) -> str:
    """`A queue between Posting service and Fan-out workers`, in the design's own names where it has them."""

    def name(each: str) -> str:
        if each in pairs and own.components[pairs[each]].label:
            return _quoted(own.components[pairs[each]].label)
        return _quoted(reference.components[each].label) or BY_SLUG[reference.components[each].kind].name

    before = [each.source for each in reference.connections.values() if each.target == key]
    after = [each.target for each in reference.connections.values() if each.source == key]
    work = work_of(component)
    kind = WORK_NAMES.get(work, _lowered(BY_SLUG[component.kind].name))
    article = "an" if kind.startswith(("a", "e", "i", "o", "SQL")) else "a"
    label = component.label or BY_SLUG[component.kind].name
    first, last = (list(dict.fromkeys(map(name, each))) for each in (before, after))
    place = ""
    if len(first) == 1 and len(last) == 1:
        place = f" between {first[0]} and {last[0]}"
    else:
        sides = [f"{word} {_listed(names)}" for word, names in (("behind", first), ("before", last)) if names]
        place = " " + ", ".join(sides) if sides else ""
    return (
        f"{_quoted(label)}: {article} {kind}{place}"
        if kind.lower() != label.lower()
        else f"{article.title()} {kind}{place}"
    )


def _quoted(label: str) -> str:
    """In quotation marks where the name has a sign that would end it within a sentence."""
    return f"“{label}”" if any(sign in label for sign in ",:;") else label


def _lowered(name: str) -> str:
    """`Load balancer` in lower case within a sentence; `SQL database` unchanged."""
    return name if name.split()[0].isupper() else name[0].lower() + name[1:]


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return " and ".join(found) if len(found) < 3 else f"{', '.join(found[:-1])} and {found[-1]}"
