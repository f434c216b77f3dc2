"""What an import may say: a refusal with its place, or a document with remarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_BYTES = 2_000_000
MAX_WARNINGS = 50


class ImportFailedError(ValueError):
    """Why the text was not read. `line` counts from 1; `place` is a path or a name inside it; both may be unknown."""

    def __init__(self, message: str, *, line: int | None = None, place: str = "") -> None:
        where = ", ".join(each for each in (f"line {line}" if line else "", place) if each)
        super().__init__(f"{where}: {message}" if where else message)
        self.message, self.line, self.place = message, line, place


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A valid document, and what of the source it does not hold."""

    document: dict[str, Any]
    warnings: tuple[str, ...] = ()


class Warnings:
    """Remarks in the order of their first mention, each once."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def add(self, message: str) -> None:
        self._said.setdefault(message)

    def all(self) -> tuple[str, ...]:
        said = list(self._said)
        if len(said) > MAX_WARNINGS:
            return (*said[:MAX_WARNINGS], f"and {len(said) - MAX_WARNINGS} more remarks of this kind")
        return tuple(said)
