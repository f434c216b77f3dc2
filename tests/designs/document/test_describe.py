from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs.document.describe import NOUNS, Difference, describe
from designs.document.patches import ABSENT, apply, look_up
from designs.document.references import references, removal
from designs.document.schema import blank, json_schema
from tests.designs.document.examples import complete

CACHE_2 = {"kind": "cache", "label": "Session cache"}


def words(patch: dict) -> list[str]:
    before = complete()
    return [difference.words for difference in describe(before, apply(before, patch))]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (
            {"diagram": {"components": {"s": CACHE_2}, "connections": {"n": {"source": "api", "target": "s"}}}},
            ["Added cache 'Session cache'", "Connected 'Tweet service' to 'Session cache'"],
        ),
        (
            {"diagram": {"connections": {"n": {"source": "api", "target": "lb", "kind": "async"}}}},
            ["Connected 'Tweet service' to 'Load balancer' asynchronously"],
        ),
        ({"flows": None}, ["Removed flow 'post'", "Removed flow 'read'"]),
        ({"diagram": {"components": {"api": {"x": 1, "y": 2}}}}, ["Moved service 'Tweet service'"]),
        ({"diagram": {"components": {"api": {"x": 1, "width": 200}}}}, ["Resized service 'Tweet service'"]),
        ({"diagram": {"components": {"api": {"label": "API"}}}}, ["Renamed service 'Tweet service' to 'API'"]),
        (
            {"diagram": {"components": {"api": {"instances": 5, "zone": "europe"}}}},
            [
                "Set instances of service 'Tweet service' to 5 (was 12)",
                "Set zone of service 'Tweet service' to 'Europe' (was 'Zone 1')",
            ],
        ),
        (
            {"diagram": {"components": {"tweets": {"stores": {"user": True, "tweet": None}}}}},
            ["Changed stores of wide-column store 'Tweets': added 'User'; removed 'Tweet'"],
        ),
        (
            {"diagram": {"connections": {"c4": {"bends": []}}}},
            ["Changed bends of connection from 'Tweet service' to 'Tweets'"],
        ),
        (
            {"data_model": {"entities": {"tweet": {"fields": {"id": {"name": "id"}, "text": None}}}}},
            ["Removed field 'text' from entity 'Tweet'", "Added field 'id' to entity 'Tweet'"],
        ),
        (
            {"data_model": {"entities": {"tweet": {"fields": {"text": {"size": "1 kB"}}}}}},
            ["Set size of field 'text' of entity 'Tweet' to '1 kB' (was '280 B')"],
        ),
        (
            {"decisions": {"fanout": {"choice": "read"}}},
            ["Set choice of decision 'Fill timelines when writing or when reading?' to 'On read' (was 'On write')"],
        ),
        (
            {"meta": {"title": "X", "scenario": None}},
            ["Cleared scenario (was 'twitter')", "Set title to 'X' (was 'Twitter')"],
        ),
        (
            {"api": {"operations": {"post_tweet": {"rate": ""}}}},
            ["Cleared rate of operation 'postTweet' (was 'tweet_rate')"],
        ),
        ({"flows": {"read": {"proposed": False}}}, ["Set proposed of flow 'read' to no (was yes)"]),
        (
            {"flows": {"read": {"hops": {"h4": {"split": "5%"}}}}},
            ["Set split of hop from 'Tweet service' to 'Tweets' of flow 'read' to '5%' (was '10%')"],
        ),
        ({"scope": {"actors": {"reader": {"order": 3}}}}, ["Moved actor 'Reader' in its list"]),
        ({"steps": {"scope": {"checked": {"scale": True}}}}, ["Changed checked of step 'scope': added 'scale'"]),
        ({"meta": {"title": "a" * 100}}, ["Set title to '" + "a" * 59 + "…' (was 'Twitter')"]),
        ({}, []),
    ],
)
def test_changes_in_words(patch, expected):
    assert sorted(words(patch)) == sorted(expected)


def test_a_difference_says_where():
    [difference] = describe(complete(), apply(complete(), {"diagram": {"components": {"api": {"x": 1}}}}))
    assert difference == Difference("/diagram/components/api", "changed", "Moved service 'Tweet service'")


def test_removing_a_component_tells_all_that_goes_with_it():
    assert sorted(words(removal(complete(), ("diagram", "components", "cache")))) == [
        "Cleared component of decision 'Fill timelines when writing or when reading?' (was 'Timeline cache')",
        "Disconnected 'Tweet service' from 'Timeline cache'",
        "Removed cache 'Timeline cache'",
        "Removed hop from 'Tweet service' to 'Timeline cache' from flow 'read'",
    ]


def test_a_design_from_nothing_is_told_object_by_object_and_taken_back_so():
    there, back = describe(blank(), complete()), describe(complete(), blank())
    objects = {(difference.path, difference.kind) for difference in there if difference.kind == "added"}
    assert ("/diagram/components/api", "added") in objects
    assert {(path, "removed") for path, _ in objects} == {
        (difference.path, difference.kind) for difference in back if difference.kind == "removed"
    }


def test_every_collection_has_a_noun():
    definitions = json_schema()["$defs"]

    def collections(schema: dict, path: tuple[str, ...]):
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        for key, value in schema.get("properties", {}).items():
            [values] = value.get("patternProperties", {"": {}}).values()
            if "$ref" in values:
                yield (*path, key)
                yield from collections(values, (*path, key, "*"))
            elif "$ref" in value:
                yield from collections(value, (*path, key))

    assert set(collections(json_schema(), ())) == set(NOUNS)


OBJECTS = sorted({reference.targets[0] + (reference.id,) for reference in references(complete())})


@given(st.lists(st.sampled_from(OBJECTS), max_size=4), st.lists(st.sampled_from(OBJECTS), max_size=4))
def test_any_two_designs_can_be_told_apart(gone_before, gone_after):
    """Whatever objects two documents share or not, words are found for it."""

    def without(gone):
        document = complete()
        for path in gone:
            if look_up(document, path) is not ABSENT:
                document = apply(document, removal(document, path))
        return document

    before, after = without(gone_before), without(gone_after)
    assert bool(describe(before, after)) == (before != after)
