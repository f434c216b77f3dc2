"""A lab's page: what its address says, checked, and the addresses of everything that one may do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from calculators.labs.lab import (
    MOST_SEED,
    RUN,
    STEP,
    Choice,
    Lab,
    LabError,
    Number,
    Parameter,
    View,
    play,
    read_done,
    write_done,
)
from calculators.pages.sheet import topic_title

SEED = Number(name="seed", label="seed", default=1, least=0, most=MOST_SEED, help="Another number, another chance.")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One parameter in the form, as typed, and what is wrong with it."""

    parameter: Parameter
    typed: str
    error: str = ""

    @property
    def is_choice(self) -> bool:
        return isinstance(self.parameter, Choice)


@dataclass(frozen=True, kw_only=True)
class Button:
    name: str
    label: str
    address: str
    is_possible: bool


@dataclass(frozen=True, kw_only=True)
class LabPage:
    """`view` is None when the address could not be read; then `problems` say why."""

    lab: Lab
    address: str
    fields: list[Field]
    done: list[str]
    view: View | None
    problems: list[LabError]

    @cached_property
    def drawing(self) -> SafeString:
        return mark_safe(self.view.drawing if self.view else "")  # noqa: S308 - our own drawing, its words escaped

    @property
    def topics(self) -> list[tuple[str, str]]:
        return [(slug, topic_title(slug)) for slug in self.lab.topics]

    @property
    def buttons(self) -> list[Button]:
        possible = self.view.can if self.view else ()
        made = [
            Button(
                name=action.name,
                label=action.label,
                address=self._then(action.name),
                is_possible=action.name in possible,
            )
            for action in self.lab.actions
        ]
        if self.lab.can_run:
            run = Button(name=RUN, label="Run to the end", address=self._then(RUN), is_possible=STEP in possible)
            made.insert(1, run)
        return made

    @property
    def back_address(self) -> str:
        return self._at(self.done[:-1]) if self.done else ""

    @property
    def restart_address(self) -> str:
        return self._at([])

    @property
    def permalink(self) -> str:
        return self._at(self.done)

    def _then(self, action: str) -> str:
        return self._at([*self.done, action])

    def _at(self, done: list[str]) -> str:
        chosen = {field.parameter.name: field.typed for field in self.fields if not _is_default(field)}
        query = {**chosen, **({"do": write_done(done)} if done else {})}
        return f"{self.address}?{urlencode(query)}" if query else self.address


def lab_page(lab: Lab, query: Mapping[str, str], *, address: str) -> LabPage:
    """Reads the address; unknown or bad parameters are reported and never ignored."""
    problems: list[LabError] = []
    values: dict[str, int | str] = {}
    fields = []
    for parameter in (*lab.parameters, SEED):
        typed = query.get(parameter.name, str(parameter.default))
        error = ""
        try:
            values[parameter.name] = parameter.read(typed)
        except LabError as problem:
            problems.append(problem)
            error = problem.message
        fields.append(Field(parameter=parameter, typed=typed, error=error))
    known = {*(field.parameter.name for field in fields), "do"}
    problems += [LabError("this lab has no such parameter", name=name[:40]) for name in query if name not in known]
    view, done = None, list[str]()
    if not problems:
        try:
            run, done = play(lab, values, seed=int(values["seed"]), done=read_done(query.get("do", "")))
            view = run.view()
        except LabError as problem:
            problems.append(problem)
    return LabPage(lab=lab, address=address, fields=fields, done=done, view=view, problems=problems)


@cache
def lab_picture(lab: Lab) -> SafeString:
    """The lab as it stands after the actions that show most of it."""
    run, _ = play(lab, lab.defaults(), seed=int(SEED.default), done=read_done(lab.shown))
    return mark_safe(run.view().drawing)  # noqa: S308 - our own drawing, its words escaped


def _is_default(field: Field) -> bool:
    return field.typed == str(field.parameter.default)
