"""Typed lines of the quick-entry boxes: `line:/api/operations` and `line:/data_model/entities`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from designs.document.lines import LineError, entity_patch, operation_patch
from designs.document.patches import apply, diff
from designs.document.problems import Problem

Reader = Callable[[str, Mapping[str, Any], Callable[[], str]], dict[str, Any]]
READERS: dict[str, Reader] = {"line:/api/operations": operation_patch, "line:/data_model/entities": entity_patch}
MOST_LINES = 50


@dataclass(frozen=True)
class Entered:
    """`kept` is the text that could not be read, by the name of its box, to show it again."""

    patch: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def read_entries(posted: Mapping[str, str], document: Mapping[str, Any], *, new_id: Callable[[], str]) -> Entered:
    """One object for each line. A box with an unreadable line adds nothing."""
    result: Any = document
    problems: list[Problem] = []
    kept: dict[str, str] = {}
    for name, read in READERS.items():
        text = posted.get(name, "")
        lines = [line for line in text.splitlines() if line.strip()]
        after, failed = result, len(problems)
        if len(lines) > MOST_LINES:
            problems.append(Problem(name, f"There are {len(lines):,} lines; {MOST_LINES} are taken at once."))
            lines = []
        for number, line in enumerate(lines, 1):
            try:
                after = apply(after, read(line, after, new_id))
            except LineError as error:
                where = f"Line {number}: " if len(lines) > 1 else ""
                problems.append(Problem(name, f"{where}{error}"))
        if len(problems) > failed:
            kept[name.partition(":")[2]] = text
        else:
            result = after
    return Entered(diff(document, result), problems, kept)
