"""Methods: the steps by which somebody goes through a design, read from a YAML file each. PURE.

A step of a method covers one or more work areas of the site. The areas are always the same eight, and so are their
addresses; a method says in which order, under which names, with what prompt, checklist and time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Minutes = Annotated[int, Field(ge=0, le=600)]
MAX_LEVELS = 12


@dataclass(frozen=True)
class Area:
    """A place to work at: a page of every design."""

    slug: str
    title: str
    short: str


AREAS = {
    area.slug: area
    for area in (
        Area("understand", "Understand the question", "Understand"),
        Area("estimate", "Estimate the scale", "Estimate"),
        Area("ui", "Mock the user interface", "UI"),
        Area("data-model", "Model the data", "Data model"),
        Area("api", "Define the API", "API"),
        Area("high-level", "Draw the high-level design", "High-level design"),
        Area("detailed", "Go deeper", "Detailed design"),
        Area("bottlenecks", "Find what breaks first", "Bottlenecks"),
    )
}


class MethodError(ValueError):
    """A method file that cannot be used: where, and what was expected."""

    def __init__(self, message: str, *, path: str, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.message, self.path, self.line = message, path, line


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ChecklistEntry(_Model):
    """With `mark` it is computed from the document; without, somebody ticks it."""

    id: Id
    text: Words
    topic: Slug | None = None
    mark: Id | None = None


class Phase(_Model):
    slug: Slug
    title: Words
    minutes: Minutes


class Step(_Model):
    slug: Slug
    title: Words
    phase: Slug
    minutes: Minutes
    areas: Annotated[list[Slug], Field(min_length=1)]
    topic: Slug | None = None
    prompt: Words
    checklist: Annotated[list[ChecklistEntry], Field(min_length=1)]


class Source(_Model):
    name: Words
    url: str | None = None


class Method(_Model):
    """`order` sorts the methods where one is chosen; `slack_minutes` are in nobody's budget."""

    slug: Slug
    title: Words
    summary: Words
    order: int
    source: Source | None = None
    slack_minutes: Minutes = 0
    phases: Annotated[list[Phase], Field(min_length=1)]
    steps: Annotated[list[Step], Field(min_length=1)]

    @property
    def minutes(self) -> int:
        return sum(phase.minutes for phase in self.phases) + self.slack_minutes

    @cached_property
    def step_of_area(self) -> dict[str, Step]:
        return {area: step for step in self.steps for area in step.areas}

    @property
    def areas(self) -> list[str]:
        """In the order of the method; those that it has no step for come last."""
        return [*self.step_of_area, *(slug for slug in AREAS if slug not in self.step_of_area)]


def read_method(text: str, *, path: str, marks: Collection[str]) -> Method:
    """The method of one file. `marks` are the names of what can be computed. Raises MethodError."""
    node = _composed(text, path)
    try:
        method = Method.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MethodError(f"{where}: {first['msg']}", path=path, line=_line(node, first["loc"])) from None
    for place, message in _misfits(method, marks):
        raise MethodError(message, path=path, line=_line(node, place))
    return method


Place = tuple[str | int, ...]


def _misfits(method: Method, marks: Collection[str]) -> list[tuple[Place, str]]:
    """What does not fit together in a file whose types are right."""
    found: list[tuple[Place, str]] = []
    phases = {phase.slug for phase in method.phases}
    seen: dict[str, set[str]] = {"step": set(), "area": set()}
    for index, step in enumerate(method.steps):
        place = ("steps", index)
        if step.phase not in phases:
            found.append(
                ((*place, "phase"), f"there is no phase {step.phase!r}; there are {', '.join(sorted(phases))}")
            )
        for kind, names in (("step", [step.slug]), ("area", step.areas)):
            found += [((*place,), f"{kind} {name!r} stands twice") for name in names if name in seen[kind]]
            seen[kind].update(names)
        for area in step.areas:
            if area not in AREAS:
                found.append(((*place, "areas"), f"there is no area {area!r}; there are {', '.join(AREAS)}"))
        found += _checklist_misfits(step, place, marks)
    for phase in method.phases:
        spent = sum(step.minutes for step in method.steps if step.phase == phase.slug)
        if spent != phase.minutes:
            found.append((("phases",), f"phase {phase.slug!r} has {phase.minutes} minutes, its steps have {spent}"))
    return found


def _checklist_misfits(step: Step, place: Place, marks: Collection[str]) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    ids = set[str]()
    for number, entry in enumerate(step.checklist):
        here = (*place, "checklist", number)
        if entry.id in ids:
            found.append((here, f"checklist entry {entry.id!r} stands twice"))
        ids.add(entry.id)
        if entry.mark and entry.mark not in marks:
            found.append(((*here, "mark"), f"there is no mark {entry.mark!r}; there are {', '.join(sorted(marks))}"))
    if not any(entry.mark for entry in step.checklist):
        found.append(((*place, "checklist"), f"step {step.slug!r} has no mark: it could be done by ticking alone"))
    return found


def _composed(text: str, path: str) -> yaml.Node:
    """The YAML as nodes that know their lines. Aliases and repeated keys are refused."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise MethodError("aliases are not used in method files", path=path, line=1)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise MethodError(f"expected YAML: {problem}", path=path, line=(mark.line if mark else 0) + 1) from None
    if not isinstance(node, yaml.MappingNode):
        raise MethodError("expected slug, title, summary, order, phases and steps", path=path, line=1)
    _refuse_repeated_keys(node, path)
    return node


def _refuse_repeated_keys(node: Any, path: str, level: int = 0) -> None:
    if level > MAX_LEVELS:
        raise MethodError("nested too deep", path=path, line=node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        for (key, _), name in zip(node.value, names, strict=True):
            if names.count(name) > 1:
                raise MethodError(f"{name!r} stands twice", path=path, line=key.start_mark.line + 1)
    children = node.value if isinstance(node, yaml.SequenceNode) else []
    children = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else children
    for child in children:
        _refuse_repeated_keys(child, path, level + 1)


def _line(node: Any, place: Place) -> int:
    """The line of the place, or of the nearest thing around it."""
    for part in place:
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        else:
            inner = None
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1
