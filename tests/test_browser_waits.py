"""No browser test asserts on a value read at one moment: on a busy machine the page may not be ready."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parent
# `expect` has an assertion for each, and that one waits.
READ_AT_ONCE = {
    "all_inner_texts", "inner_text", "input_value", "is_checked", "is_disabled", "is_enabled", "is_hidden",
    "is_visible", "text_content",
}  # fmt: skip
# The first reads no content, which may still be loading; the second is too short on a busy machine.
NEVER_CALLED = {"wait_for_url", "wait_for_timeout"}
PLACES = {"locator", "get_by_role", "get_by_text", "get_by_label"}


def called(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def counts_at_once(node: ast.AST) -> bool:
    return called(node) == "count" and any(called(each) in PLACES for each in ast.walk(node))


def test_what_a_page_shows_is_waited_for():
    found = []
    texts = {path: path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")}
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)) if "page" in text and "expect" in text else ():
            asserted = list(ast.walk(node.test)) if isinstance(node, ast.Assert) else []
            if called(node) in NEVER_CALLED or any(
                called(each) in READ_AT_ONCE or counts_at_once(each) for each in asserted
            ):
                found.append(f"{path.relative_to(TESTS)}:{node.lineno}")
    assert found == []
