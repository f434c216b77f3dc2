"""promise 17: what was saved in format 1 opens as before, and nothing in it becomes better than it was said to be."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from designs.document.checks import problems_of, read
from designs.document.patches import apply, diff
from designs.document.upgrade import NEW_IN_2, NEW_METRICS, downgrade, upgrade, upgrade_patch
from designs.exchange import own_json
from tests.designs.document.format_1 import STORED

STORES = {
    "sql", "key_value", "document_store", "wide_column", "graph_store", "time_series", "search_index", "object_store",
}  # fmt: skip
stored = pytest.mark.parametrize("document", STORED.values(), ids=list(STORED))


def one(kind: str, **fields: Any) -> dict[str, Any]:
    return {"format": 1, "diagram": {"components": {"a": {"kind": kind, **fields}}}}


def test_there_is_a_document_for_each_scenario_and_forty_drafts():
    assert len([key for key in STORED if key.startswith("random-")]) == 40
    assert len(STORED) == 60


@stored
def test_a_document_of_format_1_is_read_and_only_its_replicas_change(document):
    before = {key: dict(each) for key, each in document["diagram"]["components"].items()}
    upgraded = upgrade(document)

    assert [each for each in problems_of(upgraded) if each.severity == "error"] == []
    assert upgraded["format"] == 2
    for key, each in upgraded["diagram"]["components"].items():
        old = before[key]
        replicas = old.pop("replicas", None)
        field = "copies" if each["kind"] in STORES else "instances"
        assert each == ({**old, field: replicas} if replicas else old)
    same = {**upgraded, "format": 1, "diagram": {**upgraded["diagram"], "components": {}}}
    assert same == {**document, "diagram": {**document["diagram"], "components": {}}}


@stored
def test_upgrading_twice_is_upgrading_once(document):
    assert upgrade(upgrade(document)) == upgrade(document)


@stored
def test_taking_it_back_gives_the_old_document(document):
    def with_counts(design: dict[str, Any]) -> dict[str, Any]:
        boxes = {key: {"replicas": 1, **each} for key, each in design["diagram"]["components"].items()}
        return {**design, "diagram": {**design["diagram"], "components": boxes}}

    assert with_counts(downgrade(upgrade(document))) == with_counts(document)


@stored
def test_the_file_that_was_exported_is_imported(document):
    imported = own_json.read(own_json.write(document)).document

    assert imported == upgrade(document)
    assert read(imported).format == 2


@pytest.mark.parametrize("kind", ["service", "cache", "queue", "load_balancer", "third_party"])
def test_replicas_of_what_shares_requests_are_instances(kind):
    assert upgrade(one(kind, replicas=3))["diagram"]["components"]["a"] == {"kind": kind, "instances": 3}


def test_replicas_of_a_store_are_copies_of_which_nothing_more_is_known():
    component = read(one("sql", replicas=3)).diagram.components["a"]

    assert (component.copies, component.shards, component.instances) == (3, 1, 1)
    assert (component.replication, component.reads_from, component.lag, component.failover_time) == ("", "", "", "")


def test_format_2_has_no_replicas():
    problems = problems_of({**one("sql", replicas=3), "format": 2})

    assert [each.path for each in problems] == ["/diagram/components/a/replicas"]


@pytest.mark.parametrize("document", [[], {}, {"format": 1, "diagram": 5}, {"format": 1, "diagram": {"components": 7}}])
def test_what_is_no_design_is_left_for_the_checks(document):
    assert upgrade(document) in (document, {**document, "format": 2} if document else document)


@pytest.mark.parametrize(
    ("patch", "wanted"),
    [
        ({"replicas": 4}, {"copies": 4}),
        ({"replicas": None}, {"copies": None}),
        ({"replicas": 4, "kind": "service"}, {"instances": 4, "kind": "service"}),
        ({"label": "B"}, {"label": "B"}),
    ],
)
def test_a_patch_from_a_page_that_was_open_before(patch, wanted):
    document = upgrade(one("sql", replicas=2))
    sent = {"diagram": {"components": {"a": patch}}}

    assert upgrade_patch(sent, document) == {"diagram": {"components": {"a": wanted}}}


def test_the_log_of_format_1_leads_to_the_same_document():
    versions = [one("sql", replicas=2), one("sql", replicas=5, label="B"), one("sql", replicas=1)]
    document = upgrade(versions[0])
    for before, after in pairwise(versions):
        document = upgrade(apply(document, upgrade_patch(diff(before, after), document)))

    assert document == upgrade(versions[-1])


def test_what_format_1_lacks_is_lost_on_the_way_back_and_nothing_else():
    design = {
        "format": 2,
        "scope": {"measurable_requirements": {"r": {"metric": "zone_loss"}, "s": {"metric": "storage"}}},
        "diagram": {
            "components": {"a": {"kind": "sql", "shards": 2, "copies": 3, "replication": "quorum", "label": "A"}},
            "connections": {"c": {"source": "a", "target": "a", "timeout": "1 s", "retries": 1}},
        },
    }

    assert downgrade(design) == {
        "format": 1,
        "scope": {"measurable_requirements": {"r": {"metric": ""}, "s": {"metric": "storage"}}},
        "diagram": {
            "components": {"a": {"kind": "sql", "label": "A", "replicas": 6}},
            "connections": {"c": {"source": "a", "target": "a", "retries": 1}},
        },
    }


def test_every_field_and_metric_that_format_1_did_not_have_is_known():
    """Format 1 as it was published when format 2 began."""
    from typing import get_args

    from designs.document import api, diagram, reasoning, scope

    models = {
        ("diagram", "components"): diagram.Component,
        ("diagram", "connections"): diagram.Connection,
        ("api", "operations"): api.Operation,
        ("api", "operations", "*", "parameters"): api.Parameter,
        ("api", "messages", "*", "fields"): api.MessageField,
        ("flows", "*", "hops"): reasoning.Hop,
    }
    assert {path: fields - models[path].model_fields.keys() for path, fields in NEW_IN_2.items() if path in models} == {
        path: set() for path in NEW_IN_2
    }
    assert set(get_args(scope.Metric)) >= NEW_METRICS
