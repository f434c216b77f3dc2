"""Renames a key of a scenario everywhere in the file. PURE."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from web.reading.safe_yaml import Place

FORMULAS = frozenset({"formula", "rate", "rows_per_day"})
Change = Callable[[str, Any], Any]


def followed(value: Mapping[str, Any], place: Place, new: str) -> dict[str, Any]:
    """The scenario after the key at `place` was renamed to `new`, with every use of its old name renamed, too.

    Figures are named in answers, changes and formulas; functional requirements by the operations that serve them;
    measurable ones by what a weak variant shows; all three by the other words in which people ask for them; actors by
    requirements and operations. Other keys are named nowhere.
    """
    rule = RULES.get(tuple(str(part) for part in place[:-1]))
    if rule is None:
        return dict(value)
    old = str(place[-1])
    return {key: _walked(each, key, lambda at, found: rule(at, found, old, new)) for key, each in value.items()}


def _walked(value: Any, key: str, change: Change) -> Any:
    """Applies `change` to every value below, the innermost first, with the key of each value."""
    if isinstance(value, dict):
        value = {name: _walked(each, str(name), change) for name, each in value.items()}
    elif isinstance(value, list):
        value = [_walked(each, key, change) for each in value]
    return change(key, value)


def _figure(key: str, value: Any, old: str, new: str) -> Any:
    if key == "answer" and isinstance(value, str):
        return value.replace(f"{{{old}}}", f"{{{new}}}")
    if key in FORMULAS and isinstance(value, str):
        return re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, value)
    # A change sets figures, and the reference computes results in rows of the same names.
    return _with_key(value, old, new) if key in ("figures", "rows", "asked_as") else value


def _functional(key: str, value: Any, old: str, new: str) -> Any:
    return _with_key(value, old, new) if key in ("serves", "asked_as") else value


def _measurable(key: str, value: Any, old: str, new: str) -> Any:
    """In the list of what a variant shows, `key` is the key of the list for each entry."""
    value = _with_key(value, old, new) if key == "asked_as" else value
    return new if key == "requirements" and value == old else value


def _actor(key: str, value: Any, old: str, new: str) -> Any:
    return new if key == "actor" and value == old else value


def _with_key(value: Any, old: str, new: str) -> Any:
    if not isinstance(value, dict) or old not in value or new in value:
        return value
    return {new if name == old else name: each for name, each in value.items()}


RULES: Mapping[tuple[str, ...], Callable[[str, Any, str, str], Any]] = {
    ("figures",): _figure,
    ("requirements", "functional"): _functional,
    ("requirements", "measurable"): _measurable,
    ("requirements", "actors"): _actor,
}
