from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from designs.document.schema import json_schema as design_schema
from designs.scenarios.problems import InvalidScenarioError
from designs.scenarios.reading import MAX_BYTES, read_scenario
from designs.scenarios.schema import Check, bundled_schema, json_schema
from tests.designs.scenarios.examples import ROOT, changed, example, line_of, read_example
from web.reading.safe_yaml import read_yaml

SCENARIOS = sorted((ROOT / "fixtures" / "scenarios").glob("*.yaml"))


def test_the_documented_example_is_a_scenario_without_warnings():
    read = read_example()

    assert (read.scenario.slug, read.scenario.level, read.scenario.minutes) == ("guest-book", "starter", 30)
    assert list(read.scenario.figures) == ["lines_per_day", "reads_per_line", "line_size", "peak_factor", "read_rate"]
    assert read.source == example()
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "words"),
    [
        pytest.param("level: starter", "level: easy", 0, "level", "'easy' is not one of", id="unknown word"),
        pytest.param("minutes: 30", "minutes: '30'", 0, "minutes", "whole number such as 3", id="number in quotes"),
        pytest.param(
            "title: Guest book", "titel: Guest book", 0, "titel", "not part of a scenario", id="unknown field"
        ),
        pytest.param("slug: guest-book\n", "", -1, "slug", "required", id="missing field"),
        pytest.param("slug: guest-book", "slug: upload", 0, "slug", "is that of a page", id="address of a page"),
        pytest.param("weight: 60", "weight: 50", None, "rubric", "sum to 90", id="weights"),
        pytest.param(
            "{lines_per_day}, all", "{lines}, all", 0, "questions.lines.answer", "no figure {lines}", id="hole"
        ),
        pytest.param("value: 200 B", "value: lots", 0, "figures.line_size.value", "no quantity", id="no quantity"),
        pytest.param("range: 50..200", "range: '50'", 0, "figures.reads_per_line.range", "no range", id="no range"),
        pytest.param("range: 50..200", "range: 5..20", 0, "figures.reads_per_line.range", "100 is not", id="outside"),
        pytest.param(
            "range: 50..200",
            "range: 50 B..200 B",
            0,
            "figures.reads_per_line.range",
            "measured in byte",
            id="other unit",
        ),
        pytest.param(
            "value: 1.2k/s", "value: 2k/s", 0, "figures.read_rate.value", "comes to 1,157/s", id="wrong result"
        ),
        pytest.param("value: 1.2k/s", "value: 1.2 kB", 0, "figures.read_rate.value", "not byte", id="result in bytes"),
        pytest.param(
            "      read_rate: {label", "      other: {label", None, "", "no row 'read_rate'", id="no such row"
        ),
        pytest.param("minute: 20", "minute: 30", 0, "changes.holiday.minute", "not within the 30", id="too late"),
        pytest.param(
            "{lines_per_day: 3M/day}", "{l: 3M/day}", 0, "changes.holiday.figures.l", "no given", id="no figure"
        ),
        pytest.param(
            "shows: {requirements: [fast", "shows: {requirements: [slow", 0, "", "'slow'", id="no requirement"
        ),
        pytest.param(
            '["saturated:api', '["too-full:api', 0, "weak.shows.findings.0", "no rule 'too-full'", id="no rule"
        ),
        pytest.param("{write: true}", "{wrote: true}", 0, "", "no functional requirement", id="dangling id"),
        pytest.param(
            "operation: read_lines", "operation: read", 0, "requirements.measurable.fast.operation", "no operation"
        ),
        pytest.param("actor: visitor}", "actor: guest}", 0, "requirements.functional.write.actor", "no actor"),
        pytest.param("instances: 6", "instances: 0", 0, "reference.diagram.components.api.instances", "greater than"),
        pytest.param("patch: {diagram", "patch: {diagrams", 0, "weak.patch", "not part of a design"),
        pytest.param("checks: [estimate", "checks: [guess_estimate", 0, "rubric.estimate.checks.0", "not one of"),
        pytest.param("minutes: 30", "minutes: 30\nminutes: 40", 1, "", "already given on line", id="key twice"),
        pytest.param("minutes: 30", "minutes: !!python/object:int 30", 0, "", "tag", id="tag"),
        pytest.param("minutes: 30", "minutes: &m 30", 0, "", "anchor", id="anchor"),
        pytest.param("minutes: 30", "minutes: " + "[" * 50 + "]" * 50, 0, "", "deeper than 20 levels", id="50 levels"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_place(old, new, line, place, words):
    """promise 40"""
    with pytest.raises(InvalidScenarioError) as caught:
        read_example((old, new))

    found = [problem for problem in caught.value.problems if words in problem.message]
    assert len(found) == 1, str(caught.value)
    if line is not None:
        assert found[0].line == (line_of(old) + line if line >= 0 else 2)
    if place:
        assert found[0].place == place
    assert found[0].file == "guest-book.yaml"


def test_several_errors_come_at_once_in_the_order_of_the_file():
    with pytest.raises(InvalidScenarioError) as caught:
        read_example(("level: starter", "level: easy"), ("weight: 40", "weight: forty"), ("cost: 4", "cost: -4"))

    assert [problem.place for problem in caught.value.problems] == [
        "level",
        "hints.cache.grades.1.cost",
        "rubric.estimate.weight",
    ]


@pytest.mark.parametrize("raw", [b"- a\n", b"just words\n", b"", b"a" * (MAX_BYTES + 1)])
def test_what_is_no_scenario_at_all_is_one_error_on_line_1(raw):
    """promise 40"""
    with pytest.raises(InvalidScenarioError) as caught:
        read_scenario(raw, file="a.yaml")

    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("a.yaml", 1)]


def test_what_is_odd_without_being_wrong_is_a_warning():
    read = read_example(("label: Newest lines", "label: Lines"))

    assert {warning.place for warning in read.warnings} == {
        "reference.diagram.components.cache.label",
        "reference.diagram.components.lines.label",
    }


def test_the_published_schema_is_that_of_the_code():
    published = (ROOT / "designs" / "scenarios" / "schema.json").read_text(encoding="utf-8")

    assert json.loads(published) == json_schema()


def test_every_check_is_documented():
    documented = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")

    assert [check for check in Check.__args__ if f"`{check}`" not in documented] == []


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """The two schemas as an editor finds them: the second by its path from the first."""
    base = "file:///designs/scenarios/schema.json"
    scenario = {"$id": base, **json_schema()}
    design = Resource.from_contents(design_schema())
    registry = Registry().with_resource("file:///designs/document/schema.json", design)
    return Draft202012Validator(scenario, registry=registry)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_files_hold_the_schema_that_their_first_line_names(path: Path, validator):
    text = path.read_text(encoding="utf-8")
    hint, named = text.partition("\n")[0].split("$schema=")

    assert hint == "# yaml-language-server: "
    assert (path.parent / named).resolve() == ROOT / "designs" / "scenarios" / "schema.json"
    assert [error.message for error in validator.iter_errors(read_yaml(text.encode(), file=path.name).value)] == []


def test_the_schema_in_one_file_says_the_same():
    whole = Draft202012Validator(bundled_schema())
    wrong = changed(("level: starter", "level: easy"), ("instances: 6", "instances: 0"), ("actor: visitor", "actor: 5"))

    assert list(whole.iter_errors(read_yaml(changed(), file="a.yaml").value)) == []
    assert len(list(whole.iter_errors(read_yaml(wrong, file="a.yaml").value))) == 3


def test_the_schema_refuses_what_the_reader_refuses(validator):
    wrong = read_yaml(changed(("level: starter", "level: easy"), ("instances: 6", "instances: 0")), file="a.yaml").value

    assert len(list(validator.iter_errors(wrong))) == 2
