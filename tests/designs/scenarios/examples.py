"""The scenario that docs/scenarios.md documents, and changes of its text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from designs.scenarios.reading import ScenarioFile, read_scenario

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = re.compile(r"```yaml example\n(.*?)```", re.DOTALL)


@cache
def example() -> str:
    found = EXAMPLE.search((ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8"))
    assert found
    return found.group(1)


def changed(*changes: tuple[str, str]) -> bytes:
    """The example with each old text, which it must hold, replaced by a new one."""
    text = example()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def line_of(fragment: str) -> int:
    return example()[: example().index(fragment)].count("\n") + 1


def read_example(*changes: tuple[str, str]) -> ScenarioFile:
    return read_scenario(changed(*changes), file="guest-book.yaml")
