"""The names that benchmarks import from the site exist. Benchmarks run rarely, so nothing else would notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import benchmarks

FOLDER = Path(benchmarks.__file__).parent
OURS = ("accounts", "calculators", "classrooms", "config", "designs", "studyguide", "tests", "web")


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Modules and names, also in code that a benchmark passes to a process as text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            yield from ((node.module or "", each.name) for each in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "import django" in node.value:
            yield from imported(ast.parse(node.value))


@pytest.mark.one_database
def test_all_names_that_benchmarks_import_exist():
    found = {each for path in FOLDER.glob("*.py") for each in imported(ast.parse(path.read_text()))}
    missing = sorted(
        f"{module}.{name}"
        for module, name in found - {("config.settings", "*")}
        if not hasattr(import_module(module), name) and find_spec(f"{module}.{name}") is None
    )

    assert len(found) > 40
    assert missing == []
