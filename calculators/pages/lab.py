"""A lab's page: its address, checked, and the addresses of all possible next actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
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
    Run,
    View,
    frames,
    play,
    read_done,
    write_done,
)
from calculators.labs.registry import BY_SLUG
from calculators.pages.topic_titles import topic_title

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
class Option:
    """`outcome` says, when the run has answered, that this was the right answer, or the guess and wrong."""

    label: str
    address: str
    is_guessed: bool
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class LabPage:
    """`view` is None when the address could not be read; then `problems` say why."""

    lab: Lab
    address: str
    fields: list[Field]
    done: list[str]
    view: View | None
    problems: list[LabError]
    run: Run | None = None
    guess: str = ""

    @cached_property
    def drawing(self) -> SafeString:
        return mark_safe(self.view.drawing if self.view else "")  # noqa: S308 - our own drawing, its words escaped

    @property
    def options(self) -> list[Option]:
        """The options to guess, each with its address."""
        if not self.run:
            return []
        answer = self.lab.asks.answer(self.run)
        return [
            Option(
                label=label,
                address=self._at(self.done, guess=value),
                is_guessed=value == self.guess,
                outcome="right" if answer == value else "wrong" if answer and value == self.guess else "",
            )
            for value, label in self.lab.asks.options(self.run)
        ]

    @property
    def stage(self) -> str:
        """How far the question is, in few words: what stands below keeps its place when they change."""
        if self.verdict:
            return "The answer"
        return "Your guess" if self.guess else "Guess first"

    @property
    def verdict(self) -> str:
        """The guess and the outcome, when both are known."""
        answer = self.lab.asks.answer(self.run) if self.run else ""
        if not answer or not self.run:
            return ""
        labels = dict(self.lab.asks.options(self.run))
        if self.guess not in labels:
            return f"{_capital(labels.get(answer, answer))}."
        if self.guess == answer:
            return f"You guessed right: {labels[answer]}."
        return f"You guessed {labels[self.guess]}. It was {labels.get(answer, answer)}."

    @property
    def lesson(self) -> str:
        """What was seen, once it was seen."""
        return self.lab.asks.lesson(self.run) if self.run and self.lab.asks.answer(self.run) else ""

    @property
    def frames_address(self) -> str:
        query = self.permalink.partition("?")[2]
        return f"{self.address}frames/" + (f"?{query}" if query else "")

    def address_after(self, done: Sequence[str]) -> str:
        return self._at(list(done))

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
    def has_begun(self) -> bool:
        """Whether the run stands elsewhere than where the lab opens."""
        return write_done(self.done) != self.lab.opens

    @property
    def restart_address(self) -> str:
        """Of the state with which the lab opens."""
        return self._at(read_done(self.lab.opens))

    @property
    def permalink(self) -> str:
        return self._at(self.done)

    def _then(self, action: str) -> str:
        return self._at([*self.done, action])

    def _at(self, done: list[str], *, guess: str = "") -> str:
        chosen = {field.parameter.name: field.typed for field in self.fields if not _is_default(field)}
        said, acts = guess or self.guess, write_done(done)
        query = {**chosen, **({"guess": said} if said else {}), **({"do": acts} if acts != self.lab.opens else {})}
        return f"{self.address}?{urlencode(query)}" if query else self.address


def lab_page(lab: Lab, query: Mapping[str, str], *, address: str) -> LabPage:
    """Reads the address; unknown or bad parameters are reported and never ignored."""
    problems: list[LabError] = []
    values: dict[str, int | str] = {}
    fields = []
    for parameter in (*lab.parameters, *([SEED] if lab.by_chance else [])):
        typed = query.get(parameter.name, str(parameter.default))
        error = ""
        try:
            values[parameter.name] = parameter.read(typed)
        except LabError as problem:
            problems.append(problem)
            error = problem.message
        fields.append(Field(parameter=parameter, typed=typed, error=error))
    known = {*(field.parameter.name for field in fields), "do", "guess", SEED.name}
    problems += [LabError("this lab has no such parameter", name=name[:40]) for name in query if name not in known]
    view, done, run = None, list[str](), None
    if not problems:
        try:
            run, done = play(
                lab, values, seed=int(values.get(SEED.name, SEED.default)), done=read_done(query.get("do", lab.opens))
            )
            view = run.view()
        except LabError as problem:
            problems.append(problem)
    guess = query.get("guess", "")
    if run and guess and guess not in (values_known := [value for value, _ in lab.asks.options(run)]):
        problems.append(LabError(f"expected one of {', '.join(values_known)}", name="guess"))
        run = view = None
    return LabPage(
        lab=lab, address=address, fields=fields, done=done, view=view, problems=problems, run=run, guess=guess
    )


def lab_frames(page: LabPage) -> list[dict[str, Any]]:
    """The whole run from where the page stands, for the player: LabError where it takes too long."""
    values = {field.parameter.name: field.parameter.read(field.typed) for field in page.fields}
    seed = int(values.pop(SEED.name, SEED.default))
    return [
        {
            "said": frame.view.said,
            "drawing": frame.view.drawing,
            "facts": [list(fact) for fact in frame.view.facts],
            "address": page.address_after(frame.done),
        }
        for frame in frames(page.lab, values, seed=seed, done=page.done)
    ]


def lab_in_text(slug: str, given: Mapping[str, str], _held: Sequence[str], _show: Sequence[str]) -> str | None:
    """The HTML for a text that asks for this lab: its picture during a run, and its question; None when there is no
    such lab."""
    lab = BY_SLUG.get(slug)
    if lab is None:
        return None
    address = reverse("calculators:lab_detail", args=[slug])
    page = lab_page(lab, given, address=address)
    at_work = lab_page(lab, {**given, "do": lab.shown}, address=address)
    return render_to_string("calculators/lab_inline.html", {"lab": lab, "page": page, "at_work": at_work})


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def lab_picture(lab: Lab) -> SafeString:
    """The lab as it stands after the actions that show most of it."""
    run, _ = play(lab, lab.defaults(), seed=int(SEED.default), done=read_done(lab.shown))
    return mark_safe(run.view().drawing)  # noqa: S308 - our own drawing, its words escaped


def _is_default(field: Field) -> bool:
    return field.typed == str(field.parameter.default)
