"""Writes a reference and a weak variant that were edited as designs back into the file, where each number is kept once.

Requirements and given figures are kept in the scenario itself, so a change of them in the design changes them there.
Only what differs from the design as it was opened is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designs.document.patches import ABSENT, diff, look_up
from designs.document.upgrade import needs_upgrade
from designs.scenarios.schema import Scenario, in_format_2

# By section of a design's scope, its place in a scenario.
REQUIREMENTS = {
    "actors": "actors",
    "functional_requirements": "functional",
    "measurable_requirements": "measurable",
}
FIGURE_FIELDS = {"formula": "value", "label": "label", "unit": "unit", "source": "source"}
NOT_A_REFERENCE = ("format", "meta")
Json = dict[str, Any]


def with_reference(value: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """The scenario's file after its reference was changed from one design to another."""
    patch = {key: each for key, each in diff(before, after).items() if key not in NOT_A_REFERENCE}
    if not patch:
        return dict(value)
    if needs_upgrade(value.get("reference") or {}):
        value = in_format_2(dict(value))
    result = dict(value)
    scope = dict(patch.pop("scope", None) or {})
    scope.pop("questions", None)  # they and their answers belong to the scenario; the design only shows them
    for section, name in REQUIREMENTS.items():
        if isinstance(own := scope.pop(section, None), dict):
            place = ("scope", section)
            required = dict(result.get("requirements") or {})
            required[name] = _patched(required.get(name), own, look_up(after, place))
            result["requirements"] = required
    patch, result = _figures(patch, result)
    rest = {**patch, "scope": scope} if scope else patch
    if rest:
        result["reference"] = _patched(result.get("reference"), rest, after)
    return result


def _figures(patch: Json, value: Json) -> tuple[Json, Json]:
    """Given figures that were changed as rows of the estimate."""
    figures = value.get("figures")
    rows = look_up(patch, ("estimate", "rows"))
    if not isinstance(figures, dict) or rows is ABSENT or not isinstance(rows, dict):
        return patch, value
    rest = dict(rows)
    changed = dict(figures)
    for name, row in rows.items():
        figure = figures.get(name)
        if not isinstance(figure, dict) or figure.get("kind", "given") != "given" or not isinstance(row, dict):
            continue
        typed = {FIGURE_FIELDS[key]: each for key, each in row.items() if key in FIGURE_FIELDS and each is not None}
        changed[name] = {**figure, **typed}
        del rest[name]
    estimate = {**patch["estimate"], "rows": rest}
    if not rest:
        del estimate["rows"]
    patch = {**patch, "estimate": estimate}
    if not estimate:
        del patch["estimate"]
    return patch, {**value, "figures": changed}


def _patched(written: Any, patch: Any, after: Any) -> Any:
    """The file's value with a merge patch applied; new objects leave out the `order` that their position implies."""
    if not isinstance(patch, dict):
        return patch
    result = dict(written) if isinstance(written, dict) else {}
    is_last = _new_ones_are_last(result, patch, after)
    for key, each in patch.items():
        if each is None:
            result.pop(key, None)
        elif isinstance(each, dict) and key not in result:
            result[key] = _new(each, keeps_order=not is_last)
        else:
            inner = after.get(key, {}) if isinstance(after, dict) else {}
            result[key] = _patched(result.get(key), each, inner)
    return result


def _new_ones_are_last(written: Mapping[str, Any], patch: Mapping[str, Any], after: Any) -> bool:
    if not isinstance(after, dict):
        return True
    new = [_order(after.get(key)) for key in patch if key not in written]
    old = [_order(each) for key, each in after.items() if key not in patch or key in written]
    return not new or not old or min(new) > max(old)


def _order(item: Any) -> float:
    order = item.get("order", 0) if isinstance(item, dict) else 0
    return float(order) if isinstance(order, int | float) else 0.0


def _new(value: Any, *, keeps_order: bool = False) -> Any:
    """New objects in their order, without `order`."""
    if not isinstance(value, dict):
        return value
    items = list(value.items())
    if items and all(isinstance(each, dict) for _, each in items):
        items.sort(key=lambda pair: _order(pair[1]))
    return {key: _new(each) for key, each in items if keeps_order or key != "order"}


def from_design(value: Mapping[str, Any], design: Mapping[str, Any]) -> Json:
    """The file with a design of the person's own as its reference. The design's requirements are copied where the file
    has none."""
    given = {
        name
        for name, figure in (value.get("figures") or {}).items()
        if isinstance(figure, dict) and figure.get("kind", "given") == "given"
    }
    sections = {key: each for key, each in design.items() if key not in (*NOT_A_REFERENCE, "scope")}
    reference: Json = _new(sections)
    rows = look_up(reference, ("estimate", "rows"))
    if isinstance(rows, dict):
        reference["estimate"] = {
            **reference["estimate"],
            "rows": {k: each for k, each in rows.items() if k not in given},
        }
    result = {**value, "reference": reference}
    required = dict(value.get("requirements") or {})
    if not required.get("functional"):
        scope = design.get("scope") or {}
        required |= {name: _new(scope[section]) for section, name in REQUIREMENTS.items() if scope.get(section)}
        result["requirements"] = required
    return result


def with_weak(value: Mapping[str, Any], reference: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """The file after its weak variant was drawn: the differences from the reference."""
    differs = {key: each for key, each in diff(reference, after).items() if key not in NOT_A_REFERENCE}
    patch = _without_order(differs, reference)
    weak = dict(value.get("weak") or {"title": "", "text": ""})
    old = weak.get("patch")
    weak["patch"] = _like(old, patch) if isinstance(old, dict) else patch
    weak.setdefault("shows", {})
    return {**value, "weak": weak}


def _without_order(patch: Any, of: Any) -> Any:
    """The same patch; new objects leave out the order that their position implies."""
    if not (isinstance(patch, dict) and isinstance(of, dict)):
        return patch
    return {key: _without_order(each, of[key]) if key in of else _new(each) for key, each in patch.items()}


def _like(old: Any, new: Any) -> Any:
    """The new patch in the order of the old one, so that the file changes only where they differ."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    keys = [*(key for key in old if key in new), *(key for key in new if key not in old)]
    return {key: _like(old.get(key), new[key]) for key in keys}


def loosely_read(value: Mapping[str, Any]) -> Scenario | None:
    """The scenario as far as its designs need it, or None when that part is wrong too."""
    try:
        return Scenario.model_validate(dict(value))
    except ValueError:
        pass
    parts: Json = {"slug": "draft", "title": "Draft", "summary": "-", "level": "core", "prompt": "-", "trains": ["-"]}
    parts["rubric"] = {"a": {"title": "-", "weight": 100, "levels": ["-", "-"]}}
    parts |= {key: value[key] for key in ("figures", "requirements", "reference", "weak", "method") if value.get(key)}
    parts.setdefault("requirements", {})
    if not (parts["requirements"] or {}).get("functional"):
        parts["requirements"] = {**parts["requirements"], "functional": {"a": {"text": "-"}}}
    for left_out in ((), ("weak",), ("weak", "figures")):
        kept = {key: each for key, each in parts.items() if key not in left_out}
        try:
            return Scenario.model_validate(kept)
        except ValueError:
            continue
    return None
