"""Designs of a class that are alike: the pairs, and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classrooms.models import Assignment, Work
from classrooms.review.similarity import Trace, alike, in_same_order, traces_of, weights_of
from classrooms.selectors.works import works_by_student
from classrooms.services.starting import starting_document
from designs.document import text
from designs.document.patches import apply
from designs.models import Change, Snapshot
from designs.scenarios.reference import reference_of

PLACES = {"/arrow": "Arrow", "/diagram": "Drawing", "/data_model": "Data model", "/api": "API", "/scope": "Scope"}
PLACES |= {"/estimate": "Estimate", "/decisions": "Decision", "/bottlenecks": "Bottleneck", "/meta": "Title"}
LONGEST_LOG = 4_000


@dataclass(frozen=True)
class AlikePair:
    one: Work
    other: Work
    percent: int
    common: int


@dataclass(frozen=True)
class Common:
    """Something that both wrote; the version and the moment at which each did, None where the log does not tell."""

    where: str
    what: str
    one: tuple[int, datetime] | None
    other: tuple[int, datetime] | None
    weight: float


@dataclass(frozen=True)
class SideBySide:
    percent: int
    common: tuple[Common, ...]
    ordered: int
    timed: int
    documents: tuple[Mapping[str, Any], Mapping[str, Any]]


def handed_in(assignment: Assignment) -> list[Work]:
    """Those who handed in; of a group one."""
    found: dict[tuple[str, int], Work] = {}
    for work in works_by_student(assignment).values():
        last = work.last_submission
        if last is not None and last.content:
            found.setdefault(("alone", work.pk) if work.group_id is None else ("group", work.group_id), work)
    return sorted(found.values(), key=lambda work: work.pk)


def own_traces(assignment: Assignment, works: list[Work]) -> list[set[Trace]]:
    """What each wrote that was neither given nor stands in the reference."""
    scenario = assignment.data
    reference = traces_of(reference_of(scenario))
    found = []
    for work in works:
        last = work.last_submission
        document = last.data() if last else {}
        given = traces_of(starting_document(assignment, scenario, last.own_figures if last else {}))
        found.append(traces_of(document) - given - reference)
    return found


def pairs_of(assignment: Assignment) -> list[AlikePair]:
    works = handed_in(assignment)
    return [
        AlikePair(works[pair.one], works[pair.other], round(100 * pair.share), pair.common)
        for pair in alike(own_traces(assignment, works))
    ]


def side_by_side(assignment: Assignment, one: Work, other: Work) -> SideBySide:
    """Weights are those of the whole class; the order is that of both logs."""
    works = handed_in(assignment)
    traces = own_traces(assignment, works)
    at = {work.pk: place for place, work in enumerate(works)}
    mine, theirs = traces[at[one.pk]], traces[at[other.pk]]
    weights = weights_of(traces)
    both, either = mine & theirs, mine | theirs
    whole = sum(weights[each] for each in either)
    first, second = _came(one, both), _came(other, both)
    common = [
        Common(PLACES.get(where, "Text"), what, first.get((where, what)),
               second.get((where, what)), weights[where, what])
        for where, what in both
    ]  # fmt: skip
    timed = [each for each in common if each.one and each.other]
    return SideBySide(
        percent=round(100 * sum(weights[each] for each in both) / whole) if whole else 0,
        common=tuple(sorted(common, key=lambda each: (-each.weight, each.where, each.what))),
        ordered=in_same_order(
            [each.one[0] for each in timed if each.one], [each.other[0] for each in timed if each.other]
        ),
        timed=len(timed),
        documents=(_document(one), _document(other)),
    )


def _document(work: Work) -> Mapping[str, Any]:
    last = work.last_submission
    return last.data() if last else {}


def _came(work: Work, wanted: set[Trace]) -> dict[Trace, tuple[int, datetime]]:
    """When each first stood in the document, from the log of the design; nothing where the design is gone."""
    last = work.last_submission
    if last is None or last.of_design is None:
        return {}
    begun = Snapshot.objects.filter(design_id=last.of_design, version=0).first()
    if begun is None:
        return {}
    document: Any = text.load(begun.document)
    changes = Change.objects.filter(design_id=last.of_design, version__lte=last.version).order_by("version")
    found: dict[Trace, tuple[int, datetime]] = {}
    left = set(wanted)
    for change in changes[:LONGEST_LOG].iterator(chunk_size=200):
        document = apply(text.load(change.patch), document)
        came = left & traces_of(document)
        found |= dict.fromkeys(came, (change.version, change.at))
        left -= came
        if not left:
            break
    return found
