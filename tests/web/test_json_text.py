"""JSON from elsewhere is read or refused in plain words (promises 54 and 60)."""

from __future__ import annotations

import ast

import pytest

from tests.hostile import sources
from web.reading.json_text import JsonTextError, read_json


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        ("[" + "9" * 5_000 + "]", "thousands of digits"),
        (b"\xff\xfe\x00", "decode"),
        ("{", "line 1"),
    ],
    ids=["a list", "an object", "digits", "no text", "an end"],
)
def test_what_cannot_be_read_is_refused_in_words(raw, said):
    with pytest.raises(JsonTextError, match=said):
        read_json(raw)


def test_what_is_json_is_read():
    assert read_json('{"a": [1, "\\u00e9"]}') == {"a": [1, "é"]}


def test_whoever_expects_bad_json_expects_deep_json_too():
    """A RecursionError is no ValueError, so that an `except ValueError` lets a body of brackets become a 500."""
    forgetful = [
        f"{path}:{tried.lineno}"
        for path in sources()
        if "config" not in path.parts  # which reads what it wrote itself
        and "json.load" in (source := path.read_text(encoding="utf-8"))
        for tried in ast.walk(ast.parse(source))
        if isinstance(tried, ast.Try) and _loads_json(tried) and "RecursionError" not in _caught(tried)
    ]

    assert forgetful == []


def _loads_json(tried: ast.Try) -> bool:
    return any(
        isinstance(each, ast.Call) and ast.unparse(each.func) in ("json.load", "json.loads")
        for statement in tried.body
        for each in ast.walk(statement)
    )


def _caught(tried: ast.Try) -> str:
    return " ".join(ast.unparse(each.type) for each in tried.handlers if each.type)
