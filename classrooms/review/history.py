"""What changed from one return of marks to the next. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """A line of the rubric whose level is another one than before; "" where there was none."""

    title: str
    before: str
    after: str


def moved_lines(before: Sequence[Line], after: Sequence[Line]) -> list[Moved]:
    """Both as a return keeps them: `key`, `title`, `levels` (words) and `level` (number or None)."""
    known = {each["key"]: _words(each) for each in before}
    found = [Moved(each["title"], known.get(each["key"], ""), _words(each)) for each in after]
    return [each for each in found if each.before != each.after]


def _words(line: Line) -> str:
    return "" if line["level"] is None else str(line["levels"][line["level"]])
