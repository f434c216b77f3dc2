"""Posted fields become a patch of exactly what differs, with the types of the schema."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.document.checks import read
from designs.document.patches import apply
from designs.document.problems import InvalidDocumentError
from designs.document.schema import blank
from designs.workbench.actions import UnknownActionError, perform
from designs.workbench.areas import AREA_CONTEXTS
from designs.workbench.posted import Posted, read_posted, variable
from designs.workbench.types import type_at
from tests.designs.document.examples import complete
from tests.refusals import done_or_refused


def ids():
    counter = itertools.count(1)
    return lambda: f"k{next(counter)}"


def posted(fields: dict[str, str | list[str]], base: dict[str, Any] | None = None) -> Posted:
    lists = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return read_posted(lists, complete() if base is None else base, new_id=ids())


def test_only_what_differs_is_in_the_patch():
    found = posted(
        {"/scope/questions/q1/text": "How many people use it every day?", "/scope/questions/q1/answer": "1 million"}
    )
    assert found.patch == {"scope": {"questions": {"q1": {"answer": "1 million"}}}}


def test_a_field_that_was_never_filled_in_is_not_written():
    assert posted({"/scope/actors/reader/note": "", "/api/operations/post_tweet/note": ""}).patch == {}


@pytest.mark.parametrize(
    ("name", "values", "patch"),
    [
        pytest.param("/diagram/components/api/instances", ["1,200"], {"instances": 1200}, id="whole number"),
        pytest.param("/diagram/components/api/instances", [""], {"instances": 1}, id="emptied number is its default"),
        pytest.param("/diagram/components/api/x", ["12.5"], {"x": 12.5}, id="number"),
        pytest.param("/diagram/components/api/stateful", ["", "true"], {"stateful": True}, id="ticked"),
        pytest.param("/diagram/components/tweets/stateful", [""], {"stateful": False}, id="not ticked"),
        pytest.param("/diagram/components/api/note", ["a\r\nb"], {"note": "a\nb"}, id="line breaks"),
    ],
)
def test_values_get_the_types_of_the_schema(name, values, patch):
    key = name.split("/")[3]
    assert posted({name: values}).patch == {"diagram": {"components": {key: patch}}}


def test_a_set_gains_and_loses_members():
    found = posted({"/api/operations/post_tweet/reads": ["", "tweet"]})
    assert found.patch == {"api": {"operations": {"post_tweet": {"reads": {"tweet": True, "user": None}}}}}


def test_a_tick_of_a_checklist_is_a_member_of_a_set():
    assert posted({"/steps/scope/checked/users": [""]}).patch == {"steps": {"scope": {"checked": {"users": None}}}}
    assert posted({"/steps/api/checked/retries": ["", "true"]}).patch == {
        "steps": {"api": {"checked": {"retries": True}}}
    }


def test_an_empty_row_adds_nothing_and_a_filled_one_an_object_at_the_end():
    row = {"/scope/functional_requirements/+/text": "", "/scope/functional_requirements/+/priority": "must"}
    assert posted(row).patch == {}
    found = posted({**row, "/scope/functional_requirements/+/text": "Search"})
    assert found.patch == {"scope": {"functional_requirements": {"k1": {"order": 4, "text": "Search"}}}}
    assert found.added == {"/scope/functional_requirements/+": "/scope/functional_requirements/k1"}


def test_a_row_of_the_estimate_is_named_for_formulas():
    found = posted({"/estimate/rows/+/label": "Tweets per user", "/estimate/rows/+/formula": "3/day"})
    assert list(found.patch["estimate"]["rows"]) == ["tweets_per_user_2"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        pytest.param("Tweets a day", "tweets_a_day", id="words"),
        pytest.param("99th percentile", "row_99th_percentile", id="digit first"),
        pytest.param("日本", "row", id="no letters"),
        pytest.param("x" * 90, "x" * 34, id="long"),
    ],
)
def test_names_for_formulas(label, name):
    assert variable(label, []) == name
    read(apply(blank(), {"estimate": {"rows": {name: {"label": label[:90]}}}}))


@pytest.mark.parametrize("name", ["/nothing", "/meta", "/scope/questions", "/scope/questions/q1", "/meta/title/x", "/"])
def test_a_field_that_no_design_has_is_refused(name):
    found = posted({name: "x"})
    assert found.patch == {}
    assert [problem.path for problem in found.problems] == [name]


def test_a_number_that_is_none_is_named_beside_its_field():
    found = posted({"/diagram/components/api/instances": "many"})
    assert [(each.path, each.message) for each in found.problems] == [
        ("/diagram/components/api/instances", "'many' is not a whole number.")
    ]


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=40).map(lambda text: f"/{text}"), st.lists(st.text(max_size=20), max_size=2)))
def test_whatever_is_posted_gives_a_document_or_a_reason(fields):
    found = read_posted(fields, complete(), new_id=ids())
    assert done_or_refused(lambda: read(apply(complete(), found.patch)), InvalidDocumentError)


@pytest.mark.parametrize("area", list(AREA_CONTEXTS))
@pytest.mark.parametrize("document", [blank(), complete()], ids=["blank", "full"])
def test_posting_a_page_unchanged_changes_nothing(area, document):
    """Every field that a work area shows is a place of the schema, and reads back as what it showed."""
    found = read_posted(dict(fields_of(AREA_CONTEXTS[area](document, {}))), document, new_id=ids())
    assert (found.patch, found.problems) == ({}, [])


def fields_of(context: Any):
    """Name and posted values of every field in a work area's context."""
    from designs.workbench.fields import Cell, FilledTable

    if isinstance(context, Cell):
        place = type_at(tuple(context.pointer.split("/")[1:]))
        assert place is not None, context.pointer
        if context.column.kind == "set":
            yield context.pointer, ["", *context.value]
        elif context.column.kind == "check":
            yield context.pointer, ["", "true"] if context.value else [""]
        else:
            yield context.pointer, [str(context.value)]
    elif isinstance(context, FilledTable):
        for row in (*context.rows, context.blank):
            yield from fields_of(row.cells)
    elif isinstance(context, dict):
        yield from fields_of(list(context.values()))
    elif isinstance(context, (list, tuple)):
        for each in context:
            yield from fields_of(each)
    elif hasattr(context, "cells"):
        yield from fields_of(context.cells)


def test_deleting_takes_along_what_would_dangle():
    after = apply(complete(), perform(complete(), "delete:/data_model/entities/user", new_id=ids()))
    read(after)
    assert list(after["data_model"]["entities"]) == ["tweet"]


@pytest.mark.parametrize("asked", ["explode:/x", "delete:/meta", "delete:/scope", "delete:/meta/title", ""])
def test_other_buttons_are_refused(asked):
    with pytest.raises(UnknownActionError):
        perform(complete(), asked, new_id=ids())


def test_a_row_moves_up():
    after = apply(complete(), perform(complete(), "up:/scope/actors/author", new_id=ids()))
    assert {key: item["order"] for key, item in after["scope"]["actors"].items()} == {"reader": 2, "author": 1}


def test_suggestions_come_once():
    once = apply(complete(), perform(complete(), "suggest:questions", new_id=ids()))
    read(once)
    assert len(once["scope"]["questions"]) == 8
    assert perform(once, "suggest:questions", new_id=ids()) == {}
