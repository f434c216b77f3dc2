"""The inputs of a sheet in an address: only those that differ from their default. Nothing in an address is silently
ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from calculators.engine.sheets import Sheet

LONGEST = 200


@dataclass(frozen=True)
class Problem:
    """A part of the address that cannot be used; `name` is the parameter, which need not be an input."""

    name: str
    label: str
    message: str
    is_field: bool


@dataclass(frozen=True)
class Given:
    """What was typed for each input of the sheet, and the problems that are not about a single value."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def read_query(sheet: Sheet, pairs: Iterable[tuple[str, list[str]]]) -> Given:
    """Parameters by name, each with all of its values, as Django's QueryDict.lists() gives them."""
    values: dict[str, str] = {}
    problems = []
    for name, texts in pairs:
        if name not in sheet.input_names:
            known = ", ".join(row.name for row in sheet.inputs)
            problems.append(_problem(sheet, name, f"there is no such input; there are {known}"))
        elif len(texts) > 1:
            problems.append(_problem(sheet, name, f"it stands {len(texts)} times in the address; once was expected"))
        elif len(texts[0]) > LONGEST:
            problems.append(_problem(sheet, name, f"{len(texts[0]):,} characters; at most {LONGEST} were expected"))
        else:
            values[name] = texts[0]
    return Given(values, tuple(problems))


def errors_as_problems(sheet: Sheet, errors: Mapping[str, str]) -> tuple[Problem, ...]:
    return tuple(_problem(sheet, name, message) for name, message in errors.items())


def changed_from_default(sheet: Sheet, values: Mapping[str, str]) -> dict[str, str]:
    """What was typed and differs from its default, in the sheet's order."""
    typed = {row.name: values.get(row.name, "").strip() for row in sheet.inputs}
    return {row.name: typed[row.name] for row in sheet.inputs if typed[row.name] not in ("", row.default)}


def spell(sheet: Sheet, values: Mapping[str, str], *, prefix: str = "") -> str:
    """`?daily_users=50M..200M`; empty when every input has its default."""
    changed = changed_from_default(sheet, values)
    return f"?{urlencode({prefix + name: text for name, text in changed.items()})}" if changed else ""


def _problem(sheet: Sheet, name: str, message: str) -> Problem:
    short = name if len(name) <= 60 else f"{name[:60]}…"
    return Problem(name, sheet.labels.get(name, short), message, is_field=name in sheet.input_names)
