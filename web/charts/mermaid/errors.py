from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class TextProblem:
    """What is wrong on one line of a text, and what was expected there. Lines count from 1."""

    line: int
    message: str


class MermaidError(ValueError):
    """A text that cannot be read as Mermaid. `problems` holds every line that is wrong; `line` is the first of them."""

    def __init__(self, problems: Iterable[TextProblem] = (), *, message: str = "", line: int = 1) -> None:
        self.problems = sorted(problems) or [TextProblem(line, message)]
        self.line = self.problems[0].line
        super().__init__("; ".join(f"line {each.line}: {each.message}" for each in self.problems[:5]))
