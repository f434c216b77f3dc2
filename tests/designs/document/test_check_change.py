"""Checking a change finds what checking the whole document finds, for whatever patch to a valid document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.document.checks import check_change, read
from designs.document.patches import apply
from designs.document.problems import InvalidDocumentError
from tests.designs.document.examples import complete

DOCUMENT = complete()


def verdict(check, *arguments: Any) -> list[tuple[str, str]] | None:
    try:
        check(*arguments)
    except InvalidDocumentError as error:
        return [(problem.path, problem.message) for problem in error.problems]
    return None


def places(value: Any, path: tuple[str, ...] = ()):
    """Every place of the document, and beside each a place that it does not have."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
        yield (*path, "unheard_of")
        yield (*path, "9 is no id")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.text(max_size=6), st.just({}), st.just([]), st.just({"x": None}),
    st.sampled_from(["api", "user", "tweet", "post_tweet", "c1", "europe", "az1", "kind", "200 ms", "a" * 10_001]),
    st.just({"kind": "cache"}), st.just({"source": "api", "target": "nowhere"}), st.just({"parent": "az1"}),
)  # fmt: skip


@st.composite
def patches(draw) -> dict[str, Any]:
    patch: Any = {}
    for path in draw(st.lists(st.sampled_from(list(places(DOCUMENT))), min_size=1, max_size=3)):
        nested: Any = draw(VALUES)
        for part in reversed(path):
            nested = {part: nested}
        patch = _merged(patch, nested)
    return patch


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{key: _merged(one.get(key), value) for key, value in other.items()}}
    return other


@settings(max_examples=120)
@given(patches())
def test_a_change_is_judged_as_the_whole_document_would_be(patch):
    after = apply(DOCUMENT, patch)
    assert verdict(check_change, after, patch) == verdict(read, after)


@pytest.mark.parametrize(
    "patch",
    [
        {"diagram": {"zones": {"europe": {"parent": "az1"}}}},
        {"diagram": {"connections": {"c9": {"source": "api", "target": "gone"}}}},
        {"diagram": {"components": {"api": {"zone": "mars"}}}},
        {"data_model": {"entities": {"user": None}}},
        {"diagram": {"components": {"x": {}}}},
        {"ui": {"screens": {"home": {"elements": {"bad id": {"kind": "box"}}}}}},
        {"api": {"operations": {"post_tweet": {"reads": {"nobody": True}}}}},
        {"decisions": {"fanout": {"choice": "third"}}},
        {"format": 3},
    ],
    ids=str,
)
def test_what_is_wrong_is_found(patch):
    after = apply(DOCUMENT, patch)
    assert verdict(check_change, after, patch) == verdict(read, after) != None  # noqa: E711


def test_one_component_too_many_is_found():
    many = {"diagram": {"components": {f"c{number}": {"kind": "cache"} for number in range(1, 1_999)}}}
    full = apply(DOCUMENT, many)
    assert verdict(check_change, apply(full, {"diagram": {"components": {"z": {"kind": "cache"}}}}), {}) is None
    patch = {"diagram": {"components": {"z": {"kind": "cache"}}}}
    assert verdict(check_change, apply(full, patch), patch) == verdict(read, apply(full, patch)) is not None
