"""A lab: parameters, actions that a reader may take, and a run that answers with pictures and figures.

A run is replayed from its beginning each time it is shown. So its whole state is its parameters, its seed and the list
of actions: it fits into an address, can be sent to somebody, and can be undone one action at a time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

MOST_ACTIONS = 600
MOST_CPU_S = 1.5  # of a processor: an address is played again from its beginning for whoever follows it
MOST_FRAMES = 160  # of one run, sent at once
MOST_SEED = 9_999
STEP = "step"
RUN = "run"
DONE = re.compile(r"(?P<name>[a-z][a-z-]{0,30})(?:\*(?P<count>[0-9]{1,4}))?")

Values = Mapping[str, "int | str"]


class LabError(ValueError):
    """A request that the lab cannot take: which parameter, and what was expected."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(f"{name}: {message}")
        self.message, self.name = message, name


@dataclass(frozen=True, kw_only=True)
class Number:
    """A whole number that the reader may set."""

    name: str
    label: str
    default: int
    least: int
    most: int
    help: str = ""

    def read(self, text: str) -> int:
        typed = text.strip().replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,9}", typed) or not self.least <= int(typed) <= self.most:
            raise LabError(f"expected a whole number from {self.least:,} to {self.most:,}", name=self.name)
        return int(typed)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several options, each (value, label)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    help: str = ""

    @property
    def default(self) -> str:
        return self.options[0][0]

    def read(self, text: str) -> str:
        values = [value for value, _ in self.options]
        if text not in values:
            raise LabError(f"expected one of {', '.join(values)}", name=self.name)
        return text


Parameter = Number | Choice


@dataclass(frozen=True)
class Action:
    """An action that the reader may take, by a button."""

    name: str
    label: str


@dataclass(frozen=True)
class Table:
    """The content of the drawing as a table."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class View:
    """The state of a run: `said` is what the last action did, `can` names the actions that make sense now."""

    said: str
    drawing: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    can: tuple[str, ...] = ()


class Run(Protocol):
    def act(self, action: str) -> None:
        """Does one of the lab's actions."""

    def view(self) -> View:
        """How it stands now."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A guess before the run. `answer` gives the value of the right option, "" while the run has not shown it; `lesson`
    then says in one sentence what was seen."""

    text: str
    options: Callable[[Any], Sequence[tuple[str, str]]]
    answer: Callable[[Any], str]
    lesson: Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One state of a run: its view after so many of the actions."""

    view: View
    done: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lab:
    """`shown` are the actions after which the picture tells most, `opens` those with which the lab opens where a run
    without any would show nothing yet; `by_chance` says whether another seed gives another run."""

    slug: str
    title: str
    summary: str
    notice: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    actions: tuple[Action, ...]
    begin: Callable[[Values, Random], Run]
    shown: str
    asks: Question
    opens: str = ""
    by_chance: bool = True
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    by_name: Mapping[str, Parameter] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.parameters})

    @property
    def can_run(self) -> bool:
        """Whether it goes by itself, step after step."""
        return any(action.name == STEP for action in self.actions)

    def defaults(self) -> dict[str, int | str]:
        return {each.name: each.default for each in self.parameters}


def play(lab: Lab, values: Values, *, seed: int, done: Sequence[str]) -> tuple[Run, list[str]]:
    """A run with these actions done, and the actions with `run` replaced by the steps that it took.

    Raises LabError for an action that the lab does not have, or that cannot be taken at that point.
    """
    run = lab.begin(values, Random(seed))  # noqa: S311 - a demonstration
    names = {action.name for action in lab.actions}
    until = time.thread_time() + MOST_CPU_S
    taken: list[str] = []
    for action in done:
        if action == RUN and lab.can_run:
            _to_the_end(run, taken, until)
        elif action not in names:
            raise LabError(f"expected one of {', '.join(sorted(names))}", name="do")
        else:
            _act(run, action)
            taken.append(action)
        _must_end(until, taken)
        if len(taken) > MOST_ACTIONS:
            raise LabError(f"a run takes {MOST_ACTIONS} actions at most", name="do")
    return run, taken


def frames(lab: Lab, values: Values, *, seed: int, done: Sequence[str]) -> list[Frame]:
    """Every state from where these actions lead, step by step, to the end."""
    until = time.thread_time() + MOST_CPU_S
    run, taken = play(lab, values, seed=seed, done=done)
    found = [Frame(view=run.view(), done=tuple(taken))]
    while STEP in found[-1].view.can and len(taken) < MOST_ACTIONS and len(found) < MOST_FRAMES:
        run.act(STEP)
        taken.append(STEP)
        found.append(Frame(view=run.view(), done=tuple(taken)))
        _must_end(until, taken)
    return found


def _act(run: Run, action: str) -> None:
    try:
        run.act(action)
    except (LookupError, ValueError, ArithmeticError):
        raise LabError(f"{action!r} cannot be done at that point", name="do") from None


def _to_the_end(run: Run, taken: list[str], until: float) -> None:
    while STEP in run.view().can and len(taken) < MOST_ACTIONS:
        run.act(STEP)
        taken.append(STEP)
        _must_end(until, taken)


def _must_end(until: float, taken: Sequence[str]) -> None:
    if time.thread_time() > until:
        words = f"{len(taken)} actions at this size are all that is played again; begin anew, or make it smaller"
        raise LabError(words, name="do")


def read_done(text: str) -> list[str]:
    """`add.step*3` as add, step, step, step."""
    done: list[str] = []
    for part in filter(None, text.split(".")):
        found = DONE.fullmatch(part)
        if not found:
            raise LabError("expected actions with dots between them, such as step*3.crash", name="do")
        done += [found["name"]] * min(int(found["count"] or 1), MOST_ACTIONS + 1)
        if len(done) > MOST_ACTIONS:
            raise LabError(f"a run takes {MOST_ACTIONS} actions at most", name="do")
    return done


def write_done(done: Iterable[str]) -> str:
    """The reverse of read_done, as short as it gets."""
    parts: list[tuple[str, int]] = []
    for name in done:
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + 1)
        else:
            parts.append((name, 1))
    return ".".join(name if count == 1 else f"{name}*{count}" for name, count in parts)


def number(values: Values, name: str) -> int:
    """A value that is known to be a number."""
    return int(values[name])


def word(values: Values, name: str) -> str:
    return str(values[name])
