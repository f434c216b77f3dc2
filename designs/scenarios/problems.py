"""Errors of scenarios, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MAX_REPORTED = 50


@dataclass(frozen=True, order=True)
class ScenarioProblem:
    """`place` is a place in the document, such as `questions.users.answer`; empty for the file as a whole. A problem
    with `is_of_its_own` concerns the value at this place, whatever else is in the file."""

    file: str
    line: int
    message: str
    place: str = ""
    is_of_its_own: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.place + ': ' if self.place else ''}{self.message}"


class InvalidScenarioError(ValueError):
    """One or several scenarios cannot be read, and none was saved. `problems` holds the first fifty errors."""

    def __init__(self, problems: Iterable[ScenarioProblem]) -> None:
        found = sorted(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in found[:MAX_REPORTED]))
        self.problems: Sequence[ScenarioProblem] = found[:MAX_REPORTED]
        self.more = max(0, len(found) - MAX_REPORTED)


class UnsoundScenarioError(InvalidScenarioError):
    """A scenario can be read but contradicts itself; the person who uploads it is asked whether to keep it."""
