"""Merge patches (RFC 7396): the only way in which a document changes.

A patch is a plain JSON object; null in it means "delete". None of these functions changes its arguments, and results
share what did not change with them, so treat all of it as frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from designs.document.problems import pointer

Json = Any
Path = tuple[str, ...]


class Absent:
    """The value of a missing key; JSON has no such value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True)
class Conflict:
    """One place that two patches change differently. Values are ABSENT where a patch deletes."""

    path: Path
    ours: Json
    theirs: Json

    @property
    def pointer(self) -> str:
        return pointer(self.path)


def apply(target: Json, patch: Json) -> Json:
    """The document after the patch, by the algorithm of RFC 7396, section 2."""
    if not _is_object(patch):
        return patch
    result = dict(target) if _is_object(target) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply(result.get(key), value)
    return result


def diff(before: Json, after: Json) -> Json:
    """The smallest patch from one document to the other. Raises ValueError for a null, which no patch can set."""
    if not (_is_object(before) and _is_object(after)):
        return _without_null(after)
    patch: dict[str, Json] = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before:
            patch[key] = _without_null(value)
        elif not same(before[key], value):
            patch[key] = diff(before[key], value)
    return patch


def effective(document: Json, patch: Json) -> Json:
    """The parts of the patch that change the document; the cost depends on the patch, not on the document's size."""
    if not (_is_object(document) and _is_object(patch)):
        return diff(document, apply(document, patch))
    result: dict[str, Json] = {}
    for key, value in patch.items():
        if value is None:
            if key in document:
                result[key] = None
        elif key not in document:
            result[key] = apply(None, value)
        elif _is_object(document[key]) and _is_object(value):
            if inner := effective(document[key], value):
                result[key] = inner
        elif not same(document[key], value):
            result[key] = apply(None, value)
    return result


def invert(document: Json, patch: Json) -> Json:
    """The patch that undoes `patch` once it was applied to `document`; it changes only places that the patch
    changed.
    """
    if not (_is_object(document) and _is_object(patch)):
        return diff(apply(document, patch), document)
    undo: dict[str, Json] = {}
    for key, value in patch.items():
        if key not in document:
            if value is not None:
                undo[key] = None
        elif _is_object(document[key]) and _is_object(value):
            if inner := invert(document[key], value):
                undo[key] = inner
        elif not same(document[key], value):
            undo[key] = document[key]
    return undo


def compose(document: Json, patches: Iterable[Json]) -> Json:
    """One patch for several in a row.

    It needs the document, because "delete, then add again" is no single merge patch.
    """
    result = document
    for patch in patches:
        result = apply(result, patch)
    return diff(document, result)


def overlap(ours: Json, theirs: Json) -> list[Conflict]:
    """The places where two patches to one document conflict: one place changed differently, or changed and deleted.

    Without an overlap the patches commute: applying them in either order gives the same document.
    """
    return list(_overlap(ours, theirs, ()))


def _overlap(ours: Json, theirs: Json, path: Path) -> Iterable[Conflict]:
    if _is_object(ours) and _is_object(theirs):
        for key in ours.keys() & theirs.keys():
            yield from _overlap(ours[key], theirs[key], (*path, key))
    elif not same(ours, theirs):
        yield Conflict(path, _value(ours), _value(theirs))


def rebase(patch: Json, *, base: Json, current: Json) -> tuple[Json, list[Conflict]]:
    """The patch made on `base`, converted for `current`, which others changed since; or the places that both changed.

    The values of a conflict are whole: what each side would have at that place. Parts of the patch that `current`
    already has, or that changed nothing, are left out.
    """
    wanted, ours = effective(base, patch), apply(base, patch)
    conflicts = [
        Conflict(conflict.path, look_up(ours, conflict.path), look_up(current, conflict.path))
        for conflict in sorted(overlap(wanted, diff(base, current)), key=lambda conflict: conflict.path)
    ]
    if conflicts:
        return patch, conflicts
    return effective(current, wanted), []


def merge(patch: Json, *, base: Json, current: Json) -> tuple[Json, list[Path]]:
    """The same, but changes in `current` win: the patch without the places in conflict, and these places."""
    wanted = effective(base, patch)
    kept = sorted(conflict.path for conflict in overlap(wanted, diff(base, current)))
    for path in kept:
        wanted = _leaving_out(wanted, path)
    return effective(current, wanted), kept


def _leaving_out(patch: Json, path: Path) -> Json:
    key, *rest = path
    inner = _leaving_out(patch[key], tuple(rest)) if rest else {}
    others = {name: value for name, value in patch.items() if name != key}
    return {**others, key: inner} if inner else others


def look_up(document: Json, path: Path) -> Json:
    """The value at the path, or ABSENT."""
    for key in path:
        if not _is_object(document) or key not in document:
            return ABSENT
        document = document[key]
    return document


def same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON. Unlike in Python, true is not 1, and 1 is not written 1.0."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _is_object(value: Json) -> TypeGuard[Mapping[str, Json]]:
    return isinstance(value, dict)


def _value(value: Json) -> Json:
    return ABSENT if value is None else value


def _without_null(value: Json) -> Json:
    if value is None:
        raise ValueError("A merge patch cannot set null: it means delete.")
    if isinstance(value, dict):
        for inner in value.values():
            _without_null(inner)
    return value
