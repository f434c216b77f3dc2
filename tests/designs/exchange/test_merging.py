"""Imports into a design that exists: beside what is there, or in its place, always as one patch that can be undone."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from designs.document.checks import read as read_document
from designs.document.patches import apply, invert
from designs.exchange.merging import merge_patch, replace_patch
from designs.exchange.problems import Imported
from designs.exchange.registry import BY_SLUG, IMPORTABLE, read, read_back
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import reference_of
from tests.designs.document.examples import complete
from tests.designs.exchange.examples import EXAMPLES

ROOT = Path(__file__).resolve().parents[3]
BOTH_WAYS = [each.slug for each in IMPORTABLE if each.write]


def merged(document, imported):
    after = apply(document, merge_patch(document, imported))
    read_document(after)
    return after


def replaced(document, imported: Imported):
    after = apply(document, replace_patch(document, imported, read_back(document, imported.format)))
    read_document(after)
    return after


def test_beside_keeps_all_that_was_there_and_adds_all_that_came():
    before, coming = complete(), complete()
    after = merged(before, coming)
    for section, collection in (("diagram", "components"), ("data_model", "entities"), ("api", "operations")):
        assert len(after[section][collection]) == 2 * len(before[section][collection])
        assert {key: after[section][collection][key] for key in before[section][collection]} == before[section][
            collection
        ]
    assert after["meta"] == before["meta"]


def test_references_follow_the_new_ids():
    after = merged(complete(), complete())
    came = {key: item for key, item in after["flows"].items() if key not in complete()["flows"]}
    connections = after["diagram"]["connections"]
    assert len(came) == 2
    for flow in came.values():
        assert flow["operation"] not in complete()["api"]["operations"]
        for hop in flow["hops"].values():
            assert hop["connection"] not in complete()["diagram"]["connections"]
            assert connections[hop["connection"]]["source"] not in complete()["diagram"]["components"]


def test_what_is_drawn_beside_does_not_lie_on_what_is_there():
    before = complete()
    after = merged(before, complete())
    right = max(each["x"] + each.get("width", 140) for each in before["diagram"]["zones"].values())
    came = [each for key, each in after["diagram"]["components"].items() if key not in before["diagram"]["components"]]
    assert min(each["x"] for each in came) > right


def test_in_place_keeps_what_hangs_on_things_that_stay():
    """A drawing that went through draw.io and back changes nothing: flows, decisions and findings still hold."""
    before = complete()
    assert replaced(before, read(BY_SLUG["drawio"].write(before))) == before


def test_in_place_removes_what_is_gone_and_what_hung_on_it():
    before = complete()
    imported = read(BY_SLUG["drawio"].write(before))
    del imported.document["diagram"]["components"]["cache"], imported.document["diagram"]["connections"]["c3"]
    after = replaced(before, imported)
    assert "cache" not in after["diagram"]["components"]
    assert "h3" not in after["flows"]["read"]["hops"]
    assert "component" not in after["decisions"]["fanout"]
    assert after["data_model"] == before["data_model"]


def test_in_place_knows_things_by_their_name():
    before = complete()
    imported = read("CREATE TABLE tweet (id bigint PRIMARY KEY, body text);\nCREATE TABLE likes (id bigint);")
    after = replaced(before, imported)
    assert sorted(after["data_model"]["entities"]) == ["likes", "tweet"]
    assert after["api"]["operations"]["post_tweet"]["writes"] == {"tweet": True}
    assert after["api"]["operations"]["post_tweet"]["reads"] == {}


def test_any_import_is_undone_by_one_patch():
    for name in EXAMPLES:
        for in_place in (False, True):
            before = complete()
            coming = Imported(document=EXAMPLES[name](), format="json")
            patch = replace_patch(before, coming, before) if in_place else merge_patch(before, coming.document)
            after = apply(before, patch)
            assert apply(after, invert(before, patch)) == before


def test_a_blank_design_becomes_what_came():
    after = merged({"format": 2, "meta": {"title": "Mine"}}, complete())
    assert after == {**complete(), "meta": {"title": "Mine"}}


@cache
def scenarios():
    """Those shipped, by name."""
    paths = sorted((ROOT / "fixtures" / "scenarios").glob("*.yaml"))
    return {path.stem: read_scenario(path.read_bytes(), file=path.name).scenario for path in paths}


@pytest.mark.parametrize("slug", BOTH_WAYS)
def test_an_unchanged_export_of_any_reference_changes_nothing(slug):
    """promise 14: what a format cannot say stays: flows, figures, places, kinds."""
    seen = 0
    for name, scenario in scenarios().items():
        document = reference_of(scenario)
        if exported := read_back(document, slug):
            imported = read(BY_SLUG[slug].write(document), slug)
            assert replace_patch(document, imported, exported) == {}, name
            seen += 1
    assert seen > 5


def test_what_was_changed_in_an_export_changes_and_nothing_else_does():
    before = complete()
    text = BY_SLUG["mermaid"].write(before).replace('"Tweet service"', '"Post service"').replace("api --> cache\n", "")
    text += '  api -.-> jobs["Jobs"]:::queue\n'
    after = replaced(before, read(text))
    assert after["diagram"]["components"]["api"] == {
        **before["diagram"]["components"]["api"],
        "label": "Post service",
    }
    came = after["diagram"]["components"].keys() - before["diagram"]["components"].keys()
    assert [after["diagram"]["components"][key]["kind"] for key in came] == ["queue"]
    assert "c3" not in after["diagram"]["connections"]
    assert after["flows"].keys() == before["flows"].keys()
    kept = {key: each for key, each in before["diagram"]["components"].items() if key != "api"}
    assert {key: after["diagram"]["components"][key] for key in kept} == kept


def test_a_column_dropped_from_an_exported_schema_goes_and_retention_stays():
    before = complete()
    tweet = before["data_model"]["entities"]["tweet"]
    (key, column), *_ = [pair for pair in tweet["fields"].items() if not pair[1].get("key")]
    lines = [
        line for line in BY_SLUG["sql"].write(before).splitlines() if not line.strip().startswith(column["name"] + " ")
    ]
    after = replaced(before, read("\n".join(lines)))
    fields = {name: each for name, each in tweet["fields"].items() if name != key}
    assert after["data_model"]["entities"]["tweet"] == {**tweet, "fields": fields}


def test_a_foreign_drawing_in_place_keeps_kinds_that_it_does_not_say():
    before = {"format": 1, "diagram": {"components": {"a": {"kind": "cache", "label": "Thing", "replicas": 4, "x": 7}}}}
    after = replaced(before, read("flowchart LR\n  t[Thing] --> n[New]\n"))
    assert after["diagram"]["components"]["a"] == before["diagram"]["components"]["a"]
    assert len(after["diagram"]["components"]) == 2


def test_a_schema_goes_into_the_one_database_of_the_drawing_and_into_neither_of_two():
    schema = read("CREATE TABLE t (id int PRIMARY KEY);").document
    one = {"format": 2, "diagram": {"components": {"db": {"kind": "sql"}, "api": {"kind": "service"}}}}
    assert merged(one, schema)["diagram"]["components"]["db"]["stores"] == {"t": True}
    two = {"format": 2, "diagram": {"components": {"a": {"kind": "sql"}, "b": {"kind": "sql"}}}}
    assert merged(two, schema)["diagram"] == two["diagram"]


INDEXED = """CREATE TABLE people (id bigint PRIMARY KEY, email text UNIQUE, name text, UNIQUE (name, email));
CREATE TABLE visits (id bigint PRIMARY KEY, who bigint REFERENCES people, at timestamp, place varchar(20));
CREATE INDEX by_person ON visits (who, at);
CREATE INDEX ON visits (at);
"""


def with_other_ids() -> dict:
    """The indexed tables as somebody made them here: under ids that no export knows."""
    text = json.dumps(read(INDEXED).document).replace('"by_person": {', '"i1": {')
    return json.loads(text.replace('"who": {', '"f1": {').replace('"field": "who"', '"field": "f1"'))


@pytest.mark.parametrize("slug", ["sql", "dbml"])
def test_indexes_of_several_fields_go_out_and_come_back_in_order(slug):
    before = with_other_ids()
    visits = before["data_model"]["entities"]["visits"]
    assert {key: each.get("key") for key, each in visits["fields"].items()}["at"] == "index"
    exported = BY_SLUG[slug].write(before)
    assert replaced(before, read(exported)) == before
    (was,) = visits["indexes"]
    swapped = re.sub(r'("?)who\1, \1at\1', r"\1at\1, \1who\1", exported)
    after = replaced(before, read(swapped))["data_model"]["entities"]["visits"]["indexes"][was]
    assert [each["field"] for _, each in sorted(after["columns"].items(), key=lambda one: one[1]["order"])] == [
        "at",
        "f1",
    ]


def test_a_field_dropped_outside_takes_its_place_in_indexes_along():
    """What is left is an index of one field, which the field itself says."""
    before = with_other_ids()
    exported = BY_SLUG["sql"].write(before).replace("  at timestamptz,\n", "").replace("who, at", "who")
    after = replaced(before, read(exported.replace("CREATE INDEX ON visits (at);\n", "")))
    visits = after["data_model"]["entities"]["visits"]
    assert "at" not in visits["fields"]
    assert visits["fields"]["f1"]["key"] == "index"
    assert visits["indexes"] == {}
