"""Writes config/pages/accessibility.json: the tests that run axe. `--check` only checks that all its statements are
true.

A test is named when it calls a function of tests/browser.py that runs axe. Tests that are not named are allowed; a name
without its test is an error.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATEMENT = ROOT / "config" / "pages" / "accessibility.json"
ASKS = {"broken_rules": "light", "broken_in_light_and_dark": "light and dark"}


def axe_runs() -> Iterator[dict[str, str]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and (seen := asked_in(node)):
                yield {
                    "test": f"{path.relative_to(ROOT).as_posix()}::{node.name}",
                    "says": node.name.removeprefix("test_").replace("_", " ").capitalize(),
                    "colours": "light and dark" if "light and dark" in seen else "light",
                }


def asked_in(node: ast.FunctionDef) -> set[str]:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    names = {each.id for each in calls if isinstance(each, ast.Name)}
    return {ASKS[name] for name in names if name in ASKS}


def axe_version() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    found = re.match(r"/\*! axe v([\d.]+)", AXE_SCRIPT)
    return found[1] if found else version("axe-playwright-python")


def main() -> int:
    found = list(axe_runs())
    if "--check" in sys.argv:
        said = {each["test"] for each in json.loads(STATEMENT.read_text(encoding="utf-8"))["pages"]}
        gone = said - {each["test"] for each in found}
        sys.stdout.writelines(f"{each}\n" for each in sorted(gone))
        return 1 if gone else 0
    said = {"axe": axe_version(), "pages": sorted(found, key=lambda each: each["says"])}
    STATEMENT.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} tests run axe {said['axe']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
