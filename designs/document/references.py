"""References between objects: which fields hold ids of other objects, and what depends on an object before it is
deleted.

Works on plain dicts in the document's shape, so that a check is cheap and works on any draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from designs.document.problems import Problem, pointer

MOST_COMPARED = 20  # unknown ids of a document that are compared with the known ones
FEW = 4  # ids that a message lists when none is similar

Path = tuple[str, ...]


@dataclass(frozen=True)
class ReferenceRule:
    """Where ids are held and what they are ids of.

    `*` in `holder` matches any id; a trailing `{}` says that the keys of a set are the references. In `target`, `*`
    means any object of that collection and `$1` the id that the first `*` of the holder stood for.
    """

    holder: Path
    target: Path
    noun: str
    required: bool = False


def _rule(holder: str, target: str, noun: str, *, required: bool = False) -> ReferenceRule:
    return ReferenceRule(tuple(holder.split("/")), tuple(target.split("/")), noun, required)


RULES = (
    _rule("scope/functional_requirements/*/actor", "scope/actors", "actor"),
    _rule("scope/measurable_requirements/*/operation", "api/operations", "operation"),
    _rule("ui/screens/*/elements/*/operation", "api/operations", "operation"),
    _rule("ui/transaction/*/screen", "ui/screens", "screen"),
    _rule("ui/transaction/*/element", "ui/screens/*/elements", "element"),
    _rule("ui/transaction/*/operation", "api/operations", "operation"),
    _rule("data_model/entities/*/fields/*/references", "data_model/entities", "entity"),
    _rule("data_model/entities/*/indexes/*/columns/*/field", "data_model/entities/$1/fields", "field", required=True),
    _rule("data_model/entities/*/access_patterns/*/operation", "api/operations", "operation"),
    _rule("api/operations/*/serves/{}", "scope/functional_requirements", "functional requirement"),
    _rule("api/operations/*/reads/{}", "data_model/entities", "entity"),
    _rule("api/operations/*/writes/{}", "data_model/entities", "entity"),
    _rule("diagram/components/*/zone", "diagram/zones", "zone"),
    _rule("diagram/components/*/zones/{}", "diagram/zones", "zone"),
    _rule("diagram/components/*/stores/{}", "data_model/entities", "entity"),
    _rule("diagram/connections/*/source", "diagram/components", "component", required=True),
    _rule("diagram/connections/*/target", "diagram/components", "component", required=True),
    _rule("diagram/zones/*/parent", "diagram/zones", "zone"),
    _rule("flows/*/operation", "api/operations", "operation"),
    _rule("flows/*/hops/*/connection", "diagram/connections", "connection", required=True),
    _rule("decisions/*/component", "diagram/components", "component"),
    _rule("decisions/*/choice", "decisions/$1/options", "option"),
    _rule("bottlenecks/*/components/{}", "diagram/components", "component"),
)


@dataclass(frozen=True)
class HeldReference:
    """One id in the document: at `path`, referring to an object of one of the collections at `targets`."""

    path: Path
    id: str
    targets: tuple[Path, ...]
    rule: ReferenceRule

    @property
    def holder(self) -> Path:
        """The object that cannot exist without it: the connection of an end, the flow's hop of its connection."""
        return self.path[:-1]


def references(document: Mapping[str, Any], *, held_in: Mapping[str, Any] | None = None) -> Iterator[HeldReference]:
    """Every id that the document holds, in the order of RULES; empty ones are left out.

    With `held_in`, a patch without null that led to the document, only those that the patch sets.
    """
    for rule in RULES:
        found = list(_walk(document if held_in is None else held_in, rule.holder))
        if not found:
            continue
        shared = None if any(part.startswith("$") for part in rule.target) else _collections(document, rule.target)
        for path, value in found:
            targets = shared if shared is not None else (_same(rule, path),)
            ids = value if rule.holder[-1] == "{}" else (value,)
            for held in ids:
                if held:
                    yield HeldReference((*path, held) if rule.holder[-1] == "{}" else path, held, targets, rule)


def dangling(document: Mapping[str, Any], *, held_in: Mapping[str, Any] | None = None) -> list[Problem]:
    """Ids that refer to no object. `held_in` as for `references`."""
    known: dict[Path, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for reference in references(document, held_in=held_in):
        for target in reference.targets:
            if target not in known:
                known[target] = _at(document, target)
            if reference.id in known[target]:
                break
        else:
            noun = reference.rule.noun
            there = [each for target in reference.targets for each in known[target]]
            meant = _meant(reference.id, there) if len(problems) < MOST_COMPARED else ""
            said = f"There is no {noun} with the id {reference.id!r}.{meant}"
            problems.append(Problem(pointer(reference.path), said))
    return problems


def _meant(typed: str, there: Sequence[str]) -> str:
    """The existing id that is similar to the typed one; else the existing ids, when they are few."""
    if near := get_close_matches(typed, there, n=1):
        return f" Did you mean {near[0]!r}?"
    return f" Known: {', '.join(there)}." if 0 < len(there) <= FEW else ""


def references_to(document: Mapping[str, Any], path: Path) -> list[HeldReference]:
    """References to the object at `path`, or to anything inside it, from outside of it."""
    return [
        reference
        for reference in references(document)
        if reference.path[: len(path)] != path
        and any(
            _is_within((*target, reference.id), path)
            for target in reference.targets
            if _has(document, target, reference.id)
        )
    ]


def removal(document: Mapping[str, Any], *paths: Path) -> dict[str, Any]:
    """The merge patch that deletes the objects at the paths and all that would dangle without them.

    A connection is deleted with its ends and a hop with its connection; other objects only lose the id.
    """
    holders = _references_by_target(document)
    patch: dict[str, Any] = {}
    doomed, done = list(paths), set[Path]()
    forgotten: list[Path] = []
    while doomed:
        gone = doomed.pop()
        if gone in done:
            continue
        done.add(gone)
        for reference in holders.get(gone, ()):
            if _is_within(reference.path, gone):
                continue
            if reference.rule.required:
                doomed.append(reference.holder)
            else:
                forgotten.append(reference.path)
    for path in forgotten:
        if not any(path[:length] in done for length in range(1, len(path))):
            _put(patch, path)
    for gone in sorted(done, key=len, reverse=True):
        _put(patch, gone)
    return patch


def _references_by_target(document: Mapping[str, Any]) -> dict[Path, list[HeldReference]]:
    """References to each object, or to anything inside it; one pass serves the deletion of many objects."""
    found: dict[Path, list[HeldReference]] = {}
    for reference in references(document):
        for target in reference.targets:
            if _has(document, target, reference.id):
                whole = (*target, reference.id)
                for length in range(1, len(whole) + 1):
                    found.setdefault(whole[:length], []).append(reference)
    return found


def _put(patch: dict[str, Any], path: Path) -> None:
    """Null at the path: deletes an object, takes an id out of a set, brings a field back to its default."""
    at = patch
    for part in path[:-1]:
        inner = at.setdefault(part, {})
        if inner is None:
            return
        at = inner
    at[path[-1]] = None


def _walk(document: Mapping[str, Any], pattern: Path) -> Iterator[tuple[Path, Any]]:
    level: list[tuple[Path, Any]] = [((), document)]
    for part in pattern:
        if part == "{}":
            break
        if part == "*":
            level = [((*path, key), inner) for path, value in level for key, inner in value.items()]
        else:
            level = [((*path, part), value[part]) for path, value in level if part in value]
        if not level:
            break
    yield from level


def _collections(document: Mapping[str, Any], target: Path) -> tuple[Path, ...]:
    if "*" not in target:
        return (target,)
    return tuple(path for path, _ in _walk(document, target))


def _same(rule: ReferenceRule, path: Path) -> Path:
    captured = [part for part, wanted in zip(path, rule.holder, strict=False) if wanted == "*"]
    return tuple(captured[int(part[1:]) - 1] if part.startswith("$") else part for part in rule.target)


def _at(document: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    value: Mapping[str, Any] = document
    for part in path:
        value = value.get(part, {})
    return value


def _has(document: Mapping[str, Any], target: Path, key: str) -> bool:
    return key in _at(document, target)


def _is_within(path: Path, outer: Path) -> bool:
    return path[: len(outer)] == outer
