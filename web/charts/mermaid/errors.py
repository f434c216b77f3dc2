from __future__ import annotations


class MermaidError(ValueError):
    """A line that we cannot read as Mermaid; `line` counts from 1 within the diagram."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
