from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs.document.patches import ABSENT, Conflict, apply, compose, diff, effective, invert, overlap, rebase, same

# RFC 7396, appendix A, in its order: original, patch, result.
APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

KEYS = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 2.5]) | st.text("xy", max_size=2)
VALUES = LEAVES | st.lists(LEAVES, max_size=2)
DOCUMENTS = st.dictionaries(
    KEYS, st.recursive(VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
)
PATCHES = st.dictionaries(
    KEYS, st.recursive(st.none() | VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
)


@pytest.mark.parametrize(("original", "patch", "result"), APPENDIX_A)
def test_apply_passes_the_examples_of_the_rfc(original, patch, result):
    assert same(apply(original, patch), result)


@given(DOCUMENTS, PATCHES)
def test_apply_changes_neither_argument_and_leaves_no_null(document, patch):
    before = copy.deepcopy((document, patch))
    assert "None" not in repr(apply(document, patch))
    assert same([document, patch], list(before))


@given(DOCUMENTS, PATCHES)
def test_apply_then_invert_is_the_identity(document, patch):
    assert same(apply(apply(document, patch), invert(document, patch)), document)


@given(DOCUMENTS, PATCHES)
def test_inverting_twice_redoes(document, patch):
    after = apply(document, patch)
    assert same(apply(document, invert(after, invert(document, patch))), after)


@given(DOCUMENTS, DOCUMENTS)
def test_diff_then_apply_gives_the_target(before, after):
    assert same(apply(before, diff(before, after)), after)


@given(DOCUMENTS, PATCHES)
def test_effective_is_the_difference_that_a_patch_makes(document, patch):
    assert same(effective(document, patch), diff(document, apply(document, patch)))


@given(DOCUMENTS)
def test_diff_of_the_same_is_nothing(document):
    assert diff(document, document) == {}


@given(DOCUMENTS, PATCHES)
def test_a_patch_is_idempotent(document, patch):
    once = apply(document, patch)
    assert same(apply(once, patch), once)


@given(DOCUMENTS, st.lists(PATCHES, max_size=4))
def test_compose_equals_one_after_the_other(document, patches):
    result = document
    for patch in patches:
        result = apply(result, patch)
    assert same(apply(document, compose(document, patches)), result)


def test_compose_of_deleting_and_adding_again_forgets_the_old_fields():
    assert compose({"a": {"x": 1}}, [{"a": None}, {"a": {"y": 2}}]) == {"a": {"x": None, "y": 2}}


@given(DOCUMENTS, PATCHES, PATCHES)
def test_patches_that_do_not_overlap_commute(document, ours, theirs):
    if not overlap(ours, theirs):
        assert same(apply(apply(document, ours), theirs), apply(apply(document, theirs), ours))


@given(PATCHES, PATCHES)
def test_patches_to_different_things_never_overlap(ours, theirs):
    assert overlap({"ours": ours}, {"theirs": theirs}) == []


@given(PATCHES, PATCHES)
def test_overlap_is_symmetric(ours, theirs):
    mirrored = {Conflict(each.path, repr(each.theirs), repr(each.ours)) for each in overlap(theirs, ours)}
    assert {Conflict(each.path, repr(each.ours), repr(each.theirs)) for each in overlap(ours, theirs)} == mirrored


def test_overlap_gives_both_values_of_each_place():
    ours = {"a": {"label": "Cache"}, "b": {"x": 1}, "c": {"x": 5}}
    theirs = {"a": {"label": "Redis"}, "b": None, "c": {"x": 5}}
    assert sorted(overlap(ours, theirs), key=lambda each: each.path) == [
        Conflict(("a", "label"), "Cache", "Redis"),
        Conflict(("b",), {"x": 1}, ABSENT),
    ]


@given(DOCUMENTS, PATCHES, PATCHES)
def test_rebase_keeps_both_or_says_where_it_cannot(base, ours, theirs):
    current = apply(base, theirs)
    rebased, conflicts = rebase(ours, base=base, current=current)
    if conflicts:
        assert all(not same(conflict.ours, conflict.theirs) for conflict in conflicts)
    else:
        wanted = diff(base, apply(base, ours))
        merged = apply(current, rebased)
        assert overlap(wanted, diff(current, merged)) == []
        assert same(merged, apply(apply(base, wanted), diff(base, current)))


def test_rebase_shows_whole_values_where_one_side_deleted():
    base = {"components": {"cache": {"label": "Cache", "x": 1}}}
    _, conflicts = rebase({"components": {"cache": {"x": 2}}}, base=base, current={"components": {}})
    assert conflicts == [Conflict(("components", "cache"), {"label": "Cache", "x": 2}, ABSENT)]


def test_rebase_forgets_what_changed_nothing():
    assert rebase({"a": 1, "b": 2}, base={"a": 1, "b": 1}, current={"a": 3, "b": 1}) == ({"b": 2}, [])


def test_diff_refuses_a_null():
    with pytest.raises(ValueError, match="cannot set null"):
        diff({}, {"a": {"b": None}})


@pytest.mark.parametrize(
    ("one", "other"), [(True, 1), (1, 1.0), ("1", 1), ([], {}), ([1], [1, 1]), ({"a": 1}, {"b": 1})]
)
def test_what_json_writes_differently_is_not_the_same(one, other):
    assert not same(one, other)
