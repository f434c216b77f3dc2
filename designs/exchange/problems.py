"""Results of an import: a refusal with its place, or a document with remarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 2_000_000
MAX_WARNINGS = 50
MAX_NAMES = 4
MAX_SHOWN = 40


class ImportFailedError(ValueError):
    """Why the text was not read. `line` counts from 1; `place` is a path or a name inside it; both may be unknown."""

    def __init__(self, message: str, *, line: int | None = None, place: str = "") -> None:
        where = ", ".join(each for each in (f"line {line}" if line else "", place) if each)
        super().__init__(f"{where}: {message}" if where else message)
        self.message, self.line, self.place = message, line, place


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A valid document, and remarks about content of the source that it does not hold.

    `guessed` are ids of components whose kind the source does not say; `is_placed` tells whether it says where boxes
    are. `format` is the slug of the format that was read. `arrows` are those that were read and those of the source,
    where the source has arrows.
    """

    document: dict[str, Any]
    warnings: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()
    is_placed: bool = True
    format: str = ""
    arrows: tuple[int, int] | None = None


@dataclass
class _Remark:
    """How often a remark was made, and about which names."""

    count: int = 0
    names: list[str] = field(default_factory=list)


class Warnings:
    """Remarks in the order of their first occurrence, each with its count."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], _Remark] = {}
        self._totals: dict[str, int] = {}

    def add(self, message: str) -> None:
        """Adds a whole sentence, which may apply to several objects."""
        self._said.setdefault((message, "", ""), _Remark()).count += 1

    def total(self, noun: str, count: int) -> None:
        """Sets the total for a noun that `lost` counts: 16 of 20 arrows."""
        self._totals[noun] = count

    def lost(self, noun: str, why: str, *, name: str = "", fate: str = "left out", count: int = 1) -> None:
        """`lost("arrow", "{their} end is a zone", name="Batch")`: 2 of 5 arrows were left out: their end is a zone …

        `noun` is in the singular, `fate` goes on after "was" or "were".
        """
        remark = self._said.setdefault((noun, why, fate), _Remark())
        remark.count += count
        shown = " ".join(name.split())
        if shown and shown not in remark.names and len(remark.names) <= MAX_NAMES:
            remark.names.append(shown if len(shown) <= MAX_SHOWN else shown[: MAX_SHOWN - 1] + "…")

    def arrows(self) -> tuple[int, int] | None:
        """How many arrows of the source were read."""
        total = self._totals.get("arrow")
        if total is None:
            return None
        lost = sum(each.count for (noun, _, fate), each in self._said.items() if (noun, fate) == ("arrow", "left out"))
        return total - lost, total

    def all(self) -> tuple[str, ...]:
        said = [self._sentence(*key, remark) for key, remark in self._said.items()]
        if len(said) > MAX_WARNINGS:
            more = sum(remark.count for remark in list(self._said.values())[MAX_WARNINGS:])
            return (*said[:MAX_WARNINGS], f"{more:,} more remarks like these")
        return tuple(said)

    def _sentence(self, noun: str, why: str, fate: str, remark: _Remark) -> str:
        if not fate:
            return noun if remark.count == 1 else f"{noun} ({remark.count:,} times)"
        total = self._totals.get(noun, 0)
        # Ten of ten is a plural, and so is one of ten.
        things = noun if max(total, remark.count) == 1 else plural(noun)
        counted = f"{remark.count:,} of {total:,} {things}" if total else f"{remark.count:,} {things}"
        is_one = remark.count == 1
        because = why
        for word, others in (("{their}", ("its", "their")), ("{they}", ("it", "they")), ("{them}", ("it", "them"))):
            because = because.replace(word, others[0] if is_one else others[1])
        names = ", ".join(remark.names[:MAX_NAMES]) + (" …" if len(remark.names) > MAX_NAMES else "")
        return f"{counted} {'was' if is_one else 'were'} {fate}: {because}{f' ({names})' if names else ''}."


def plural(noun: str) -> str:
    """`foreign key`, `box`, `index`, `property`, `line of looks`."""
    for of in (" of ", " on "):
        if of in noun:
            head, _, rest = noun.partition(of)
            return f"{plural(head)}{of}{rest}"
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
