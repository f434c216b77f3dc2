"""The scenarios that come with the site: readable drawings, sound references, weak variants that fail as named."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from designs.analysis.model import Model
from designs.analysis.report import Analysis, analyse
from designs.analysis.settling import model_of
from designs.document.diagram import Component, Diagram
from designs.document.schema import Document
from designs.interviews.marking import Case, marked
from designs.pictures.diagram import arrows_of, box_of, paths_of
from designs.pictures.routing import crossed
from designs.scenarios.reading import ScenarioFile, read_scenario
from designs.scenarios.reference import expected_results, reference_of, variant_of, weak_of
from designs.scenarios.schema import SECTIONS
from tests.designs.analysis.build import figures
from tests.designs.scenarios.examples import ROOT

PATHS = sorted((ROOT / "fixtures" / "scenarios").glob("*.yaml"))
TOPICS = {path.stem for path in (ROOT / "fixtures" / "topics").rglob("*.md")}
GAP = 16  # pixels between boxes, so that labels of connections have some room
DOCUMENTED = "assumption"

each_scenario = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def read(path: Path) -> ScenarioFile:
    return read_scenario(path.read_bytes(), file=path.name)


@cache
def model(path: Path, variant: str = "reference") -> Model:
    scenario = read(path).scenario
    document = reference_of(scenario) if variant == "reference" else weak_of(scenario)
    return model_of(Document.model_validate(document), figures())


@cache
def analysis(path: Path, variant: str = "reference") -> Analysis:
    return Analysis(model(path, variant))


def diagram(path: Path) -> Diagram:
    return model(path).document.diagram


@each_scenario
def test_a_scenario_is_complete_and_without_warnings(path):
    scenario = read(path).scenario

    assert path.stem == scenario.slug
    assert read(path).warnings == ()
    assert 6 <= len(scenario.questions) <= 12
    assert all(question.synonyms for question in scenario.questions.values())
    assert 2 <= len(scenario.traps) <= 4
    assert 1 <= len(scenario.changes) <= 3
    assert 3 <= len(scenario.hints) <= 5
    assert 5 <= len(scenario.rubric) <= 6
    assert sum(figure.kind == "given" for figure in scenario.figures.values()) >= 3
    assert sum(figure.kind == "result" for figure in scenario.figures.values()) >= 2
    assert any(figure.range for figure in scenario.figures.values())
    assert scenario.sources
    assert scenario.weak is not None
    assert scenario.weak.shows.requirements
    assert scenario.weak.shows.findings


@each_scenario
def test_every_topic_exists(path):
    scenario = read(path).scenario
    named = [*scenario.topics, *(trap.topic for trap in scenario.traps.values() if trap.topic)]

    assert [slug for slug in named if slug not in TOPICS] == []


@each_scenario
def test_the_reference_says_something_at_every_step(path):
    document = model(path).document
    filled = {
        "scope": document.scope.questions and document.scope.measurable_requirements,
        "estimate": document.estimate.rows,
        "ui": document.ui.transaction,
        "data_model": document.data_model.entities,
        "api": document.api.operations,
        "diagram": document.diagram.components and document.diagram.zones and document.flows,
        "decisions": len(document.decisions) >= 2,
        "bottlenecks": len(document.bottlenecks) >= 2,
    }

    assert [section for section in SECTIONS if not filled[section]] == []
    assert all(decision.because and decision.choice for decision in document.decisions.values())
    assert all(entity.store_reason and entity.fields for entity in document.data_model.entities.values())
    assert len(read(path).scenario.commentary) >= 4


@each_scenario
def test_the_drawing_has_no_overlaps(path):
    boxes = diagram(path).components

    touching = [
        (first, second)
        for (first, one), (second, other) in combinations(boxes.items(), 2)
        if _overlap(one, other, gap=GAP)
    ]
    assert touching == []


@each_scenario
def test_every_box_lies_in_its_zones_and_in_no_other(path):
    zones = diagram(path).zones
    astray = []
    for key, box in diagram(path).components.items():
        around, zone = set[str](), box.zone
        while zone:
            around.add(zone)
            zone = zones[zone].parent
        for name, area in zones.items():
            inside = (
                area.x <= box.x
                and box.x + box.width <= area.x + area.width
                and area.y <= box.y
                and box.y + box.height <= area.y + area.height
            )
            outside = (
                box.x + box.width <= area.x
                or area.x + area.width <= box.x
                or box.y + box.height <= area.y
                or area.y + area.height <= box.y
            )
            if not (inside if name in around else outside):
                astray.append((key, name))
    assert astray == []


@each_scenario
def test_no_connection_runs_through_a_box(path):
    drawing = diagram(path).model_dump()
    boxes = {key: box_of(item) for key, item in drawing["components"].items()}
    paths = paths_of(drawing)
    through = {each.key: crossed(boxes, each, paths[each.key]) for each in arrows_of(drawing)}
    assert through == {key: [] for key in through}
    # And each runs at right angles.
    lines = [each for points in paths.values() for each in pairwise(points)]
    assert [(one, other) for one, other in lines if one[0] != other[0] and one[1] != other[1]] == []


def _overlap(one: Component, other: Component, *, gap: float) -> bool:
    return (
        one.x < other.x + other.width + gap
        and other.x < one.x + one.width + gap
        and one.y < other.y + other.height + gap
        and other.y < one.y + one.height + gap
    )


@each_scenario
def test_every_connection_is_part_of_a_flow(path):
    document = model(path).document
    used = {hop.connection for flow in document.flows.values() for hop in flow.hops.values()}

    unused = [
        key for key, each in document.diagram.connections.items() if each.kind != "replication" and key not in used
    ]
    assert unused == []


@each_scenario
def test_every_operation_has_a_flow_to_what_it_reads_and_writes(path):
    found = model(path)
    lost = []
    for key, flow in found.flows.items():
        assert not flow.problem, flow.problem
        operation = found.document.api.operations[key]
        for entity in {**operation.reads, **operation.writes}:
            if not set(found.graph.holders.get(entity, ())) & set(flow.components):
                lost.append((key, entity))
    assert lost == []
    assert [key for key, rate in found.loads.rates.items() if rate.average is None] == []


@each_scenario
def test_every_must_is_served_by_an_operation(path):
    document = model(path).document
    served = {key for operation in document.api.operations.values() for key in operation.serves}

    musts = [key for key, each in document.scope.functional_requirements.items() if each.in_scope]
    assert [key for key in musts if key not in served] == []


@each_scenario
def test_nothing_in_the_reference_is_too_full_or_unknown(path):
    """The capacity of every box is known, and covers the peak with some room."""
    found = model(path)
    boxes = found.document.diagram.components

    unknown = [
        key
        for key, load in found.loads.components.items()
        if load.capacity is None and boxes[key].kind not in ("client", "dns")
    ]
    full = {key: load.utilisation for key, load in found.loads.components.items() if (load.utilisation or 0) > 0.9}
    assert unknown == []
    assert full == {}


@each_scenario
def test_figures_of_a_box_are_the_sites_or_are_marked_as_assumptions_or_sourced(path):
    """Capacity, latency and availability that are typed in say in the note where they come from."""
    silent = [
        key
        for key, box in diagram(path).components.items()
        if (box.capacity or box.availability or box.cache_hit_ratio) and not _is_explained(box.note)
    ]
    assert silent == []


def _is_explained(note: str) -> bool:
    return any(word in note.lower() for word in (DOCUMENTED, "states", "promises", "measured"))


@each_scenario
def test_the_reference_passes_its_requirements(path):
    results = analysis(path).requirements

    assert {each.requirement: each.verdict for each in results} == dict.fromkeys(
        read(path).scenario.requirements.measurable, "pass"
    )


@each_scenario
def test_every_serious_finding_of_the_reference_has_an_answer_and_every_answer_a_finding(path):
    found = analysis(path)

    assert [finding.key for finding in found.open_findings if finding.severity != "low"] == []
    answered = {each.key for each in found.document.bottlenecks.values() if each.key}
    assert answered == set(found.answers)


@each_scenario
def test_the_weak_variant_fails_exactly_what_it_names(path):
    shows = read(path).scenario.weak.shows

    failing = [each.requirement for each in analysis(path, "weak").requirements if each.verdict == "fail"]
    assert sorted(failing) == sorted(shows.requirements)


@each_scenario
def test_the_weak_variant_shows_exactly_the_serious_findings_that_it_names(path):
    shows = read(path).scenario.weak.shows
    before = {finding.key for finding in analysis(path).findings}

    serious = {each.key for each in analysis(path, "weak").findings if each.severity != "low"}
    assert sorted(serious - before) == sorted(shows.findings)


@each_scenario
def test_the_machine_finds_nothing_missing_in_the_reference(path):
    """A rubric that its own reference does not reach would ask too much. What stands there only once is answered."""
    scenario = read(path).scenario
    case = Case(scenario=scenario, analysis=analysis(path), expected=expected_results(scenario))

    missed = {
        evidence.check: evidence.missed
        for line in marked(case)
        for evidence in line.evidence
        if evidence.verdict == "fail" and evidence.check != "time_per_stage"
    }
    if any(key.startswith("single-point:") for key in analysis(path).answers):
        missed.pop("no_single_point_on_a_must", None)
    assert missed == {}


@pytest.mark.one_database
@each_scenario
def test_a_scenario_seeds_three_faults_and_not_one_fault_three_times(path):
    """Its weak variant and two further ones, which change different components or different properties of one."""
    scenario = read(path).scenario
    patches = [each.patch["diagram"]["components"] for each in scenario.faults.values()]
    changed = [frozenset((key, field) for key, fields in patch.items() for field in fields) for patch in patches]

    assert scenario.weak
    assert len(changed) >= 2
    assert len(set(changed)) == len(changed)


@pytest.mark.one_database
@each_scenario
def test_each_further_fault_fails_and_shows_exactly_what_it_names(path):
    scenario = read(path).scenario
    before = {finding.key for finding in analysis(path).findings}
    for key, fault in scenario.faults.items():
        found = analyse(Document.model_validate(variant_of(scenario, fault)), figures())

        failing = [each.requirement for each in found.requirements if each.verdict == "fail"]
        serious = {each.key for each in found.findings if each.severity != "low"}
        assert failing == fault.shows.requirements, key
        assert sorted(serious - before) == sorted(fault.shows.findings), key
        assert failing, key
        assert fault.shows.findings, key
