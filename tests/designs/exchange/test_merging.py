"""Imports into a design that exists: beside what is there, or in its place, always as one patch that can be undone."""

from __future__ import annotations

from designs.document.checks import read as read_document
from designs.document.patches import apply, invert
from designs.exchange.merging import merge_patch
from designs.exchange.registry import BY_SLUG, read
from tests.designs.document.examples import complete
from tests.designs.exchange.examples import EXAMPLES


def merged(document, imported, **options):
    after = apply(document, merge_patch(document, imported, **options))
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
    imported = read(BY_SLUG["drawio"].write(before)).document
    after = merged(before, imported, in_place=True)
    assert read_document(after) == read_document(before)


def test_in_place_removes_what_is_gone_and_what_hung_on_it():
    before = complete()
    imported = read(BY_SLUG["drawio"].write(before)).document
    del imported["diagram"]["components"]["cache"], imported["diagram"]["connections"]["c3"]
    after = merged(before, imported, in_place=True)
    assert "cache" not in after["diagram"]["components"]
    assert "h3" not in after["flows"]["read"]["hops"]
    assert "component" not in after["decisions"]["fanout"]
    assert after["data_model"] == before["data_model"]


def test_in_place_knows_things_by_their_name():
    before = complete()
    imported = read("CREATE TABLE tweet (id bigint PRIMARY KEY, body text);\nCREATE TABLE likes (id bigint);").document
    after = merged(before, imported, in_place=True)
    assert sorted(after["data_model"]["entities"]) == ["likes", "tweet"]
    assert after["api"]["operations"]["post_tweet"]["writes"] == {"tweet": True}
    assert after["api"]["operations"]["post_tweet"]["reads"] == {}


def test_any_import_is_undone_by_one_patch():
    for name in EXAMPLES:
        for in_place in (False, True):
            before = complete()
            patch = merge_patch(before, EXAMPLES[name](), in_place=in_place)
            after = apply(before, patch)
            assert apply(after, invert(before, patch)) == before


def test_a_blank_design_becomes_what_came():
    after = merged({"format": 2, "meta": {"title": "Mine"}}, complete())
    assert after == {**complete(), "meta": {"title": "Mine"}}
