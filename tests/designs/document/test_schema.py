from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest

from designs.document import references, schema
from designs.document.basics import in_order
from designs.document.checks import problems_of, read
from designs.document.limits import MAX_COMPONENTS
from designs.document.problems import InvalidDocumentError, Problem
from designs.document.references import references_to, removal
from tests.designs.document.examples import ROOT, complete, documented, drawing


def test_published_schema_is_the_one_of_the_models():
    published = json.loads((ROOT / "designs" / "document" / "schema.json").read_text(encoding="utf-8"))
    assert published == schema.json_schema(), ".venv/bin/python -m designs.document --write"


def test_published_schema_is_valid_and_accepts_the_example():
    jsonschema.Draft202012Validator.check_schema(schema.json_schema())
    jsonschema.Draft202012Validator(schema.json_schema()).validate(complete())


def test_the_documented_example_uses_every_section_and_has_no_problems():
    assert set(complete()) == set(schema.Document.model_fields)
    assert problems_of(complete()) == []


def test_the_documented_patch_reads_as_said():
    assert documented("patch")["diagram"]["components"]["cache"]["kind"] == "cache"


def test_reading_changes_nothing():
    document = complete()
    before = copy.deepcopy(document)
    typed = read(document)
    assert document == before
    assert typed.model_dump(exclude_unset=True) == before


def test_a_blank_document_is_valid():
    assert schema.blank() == {"format": 2, "meta": {}}
    assert problems_of(schema.blank(title="Twitter", method="scope-sketch-bottleneck")) == []


def _schemas_of(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(found for inner in node.values() for found in _schemas_of(inner))]
    if isinstance(node, list):
        return [found for inner in node for found in _schemas_of(inner)]
    return []


def test_the_schema_needs_no_null_and_lists_nothing_but_points():
    """A merge patch cannot express null, and replaces a list whole."""
    types = [(each.get("type"), each.get("items")) for each in _schemas_of(schema.json_schema())]
    assert not [kind for kind, _ in types if kind == "null" or (isinstance(kind, list) and "null" in kind)]
    assert [items for kind, items in types if kind == "array"] == [{"$ref": "#/$defs/Point"}]


def test_every_collection_has_an_order():
    definitions = schema.json_schema()["$defs"]
    values = [
        value["$ref"].rsplit("/", 1)[1]
        for each in _schemas_of(schema.json_schema())
        for value in each.get("patternProperties", {}).values()
        if "$ref" in value
    ]
    assert len(values) == 27
    assert [name for name in values if "order" not in definitions[name]["properties"]] == []


def test_in_order_sorts_by_order_then_by_id():
    document = read({"scope": {"actors": {"b": {"order": 1}, "a": {"order": 1}, "z": {"order": 0.5}}}})
    assert [key for key, _ in in_order(document.scope.actors)] == ["z", "a", "b"]


BAD = {
    "unknown field": ({"diagram": {"boxes": {}}}, "/diagram/boxes", "not part of a design"),
    "unknown kind": (
        {"diagram": {"components": {"a": {"kind": "blockchain"}}}},
        "/diagram/components/a/kind",
        "blockchain",
    ),
    "null": ({"api": None}, "/api", "None"),
    "number in a string": (
        {"diagram": {"components": {"a": {"kind": "sql", "x": "1"}}}},
        "/diagram/components/a/x",
        "'1'",
    ),
    "infinity": (
        {"diagram": {"components": {"a": {"kind": "sql", "x": float("inf")}}}},
        "/diagram/components/a/x",
        "finite",
    ),
    "id with a slash": ({"flows": {"a/b": {}}}, "/flows/a~1b", "not a valid id"),
    "id for prototypes": ({"flows": {"__proto__": {}}}, "/flows/__proto__", "not a valid id"),
    "line break in a name": ({"meta": {"title": "a\nb"}}, "/meta/title", "line break"),
    "NUL in a text": ({"flows": {"f": {"note": "\x00"}}}, "/flows/f/note", "control character"),
    "half a character": ({"flows": {"f": {"note": "\ud800"}}}, "/flows/f/note", "half a character"),
    "long name": ({"meta": {"title": "a" * 201}}, "/meta/title", "longer than 200"),
    "missing end": ({"diagram": {"connections": {"c": {"source": "a"}}}}, "/diagram/connections/c/target", "required"),
    "later format": ({"format": 3}, "/format", "Only 2 is read here, not 3."),
    "no object": ([], "", "[]"),
    "no instances": (
        {"diagram": {"components": {"a": {"kind": "service", "instances": 0}}}},
        "/diagram/components/a/instances",
        "0",
    ),
    "too many components": (drawing(MAX_COMPONENTS + 1), "/diagram/components", "2,001 entries; at most 2,000"),
}


@pytest.mark.parametrize(("document", "path", "words"), BAD.values(), ids=BAD.keys())
def test_a_wrong_type_is_refused_with_its_path(document, path, words):
    [problem] = problems_of(document)
    assert (problem.path, problem.severity) == (path, "error")
    assert words in problem.message


@pytest.mark.parametrize("name", sorted(BAD.keys() - {"infinity", "half a character"}))
def test_the_published_schema_refuses_the_same(name):
    """Infinity and half characters do not exist in JSON."""
    assert not jsonschema.Draft202012Validator(schema.json_schema()).is_valid(BAD[name][0])


def test_the_largest_drawing_is_valid():
    """promise 12"""
    assert problems_of(drawing(MAX_COMPONENTS)) == []


@pytest.mark.parametrize("rule", references.RULES, ids=lambda rule: "/".join(rule.holder))
def test_a_dangling_id_is_refused_wherever_ids_are_held(rule):
    """Each place is tried in the complete example, which therefore must use each of them."""
    document = complete()
    held = [reference for reference in references.references(document) if reference.rule is rule]
    assert held
    *way, last = held[0].path
    at = document
    for part in way:
        at = at[part]
    at.pop(last)
    at["nobody" if rule.holder[-1] == "{}" else last] = True if rule.holder[-1] == "{}" else "nobody"
    with pytest.raises(InvalidDocumentError, match=f"There is no {rule.noun} with the id 'nobody'"):
        read(document)


def test_zones_in_a_circle_are_reported_once():
    zones = {"a": {"parent": "b"}, "b": {"parent": "c"}, "c": {"parent": "b"}, "d": {"parent": "d"}}
    assert problems_of({"diagram": {"zones": zones}}) == [
        Problem("/diagram/zones/b/parent", "Zones in a circle: 'b' in 'c' in 'b'."),
        Problem("/diagram/zones/d/parent", "Zones in a circle: 'd' in 'd'."),
    ]


def test_two_objects_of_one_name_are_a_warning():
    components = {
        "a": {"kind": "sql", "label": "User  store"},
        "b": {"kind": "sql", "label": "user store"},
        "c": {"kind": "sql"},
    }
    assert problems_of({"diagram": {"components": components}}) == [
        Problem("/diagram/components/a/label", "2 components are called 'User  store'.", "warning"),
        Problem("/diagram/components/b/label", "2 components are called 'user store'.", "warning"),
    ]


def test_a_jump_in_a_flow_is_a_warning():
    document = complete()
    document["flows"]["post"]["hops"]["h2"]["connection"] = "c3"
    [problem] = problems_of(document)
    assert (problem.path, problem.severity) == ("/flows/post/hops/h2/connection", "warning")
    assert "'api'" in problem.message


def test_references_to_a_component_are_its_arrows_decisions_and_bottlenecks():
    held = references_to(complete(), ("diagram", "components", "cache"))
    assert ["/".join(reference.path) for reference in held] == [
        "diagram/connections/c3/target",
        "decisions/fanout/component",
    ]


def test_references_to_a_screen_include_those_to_what_is_on_it():
    held = references_to(complete(), ("ui", "screens", "home"))
    assert {reference.id for reference in held} == {"home", "box", "send"}


def test_removal_takes_what_cannot_be_without_it_and_clears_the_rest():
    assert removal(complete(), ("diagram", "components", "cache")) == {
        "diagram": {"components": {"cache": None}, "connections": {"c3": None}},
        "flows": {"read": {"hops": {"h3": None}}},
        "decisions": {"fanout": {"component": None}},
    }
