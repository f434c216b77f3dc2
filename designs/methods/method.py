"""Methods: the steps in which a design is worked out, each method read from a YAML file. PURE.

A step of a method covers one or more work areas of the site. The areas and their addresses are the same eight for every
method; a method defines their order, names, prompts, checklists and times.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from web.reading.safe_yaml import Place, YamlError, read_yaml

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Minutes = Annotated[int, Field(ge=0, le=600)]


@dataclass(frozen=True)
class Area:
    """A work area: a page of every design."""

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
    """A method file with an error: where it is, and what was expected."""

    def __init__(self, message: str, *, file: str, line: int) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.message, self.file, self.line = message, file, line


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ChecklistEntry(_Model):
    """With `mark` the entry is computed from the document; without, a person ticks it."""

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
    """`order` sorts the list of methods; `slack_minutes` belong to no step."""

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
        """In the order of the method; areas without a step come last."""
        return [*self.step_of_area, *(slug for slug in AREAS if slug not in self.step_of_area)]


def read_method(raw: bytes, *, file: str, marks: Collection[str]) -> Method:
    """Reads the method of one file. `marks` are the names of what can be computed. Raises MethodError."""
    try:
        document = read_yaml(raw, file=file)
    except YamlError as error:
        raise MethodError(error.message, file=file, line=error.line) from None
    try:
        method = Method.model_validate(document.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MethodError(f"{where}: {first['msg']}", file=file, line=document.line_of(first["loc"])) from None
    for place, message in _misfits(method, marks):
        raise MethodError(message, file=file, line=document.line_of(place))
    return method


def _misfits(method: Method, marks: Collection[str]) -> list[tuple[Place, str]]:
    """Inconsistencies in a file whose types are right."""
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
