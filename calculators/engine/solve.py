"""Solves a sheet once and shows the working, as one would write it on a board."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from calculators.engine.expressions import ExpressionError, Value, taken, write
from calculators.engine.quantities import Quantity, QuantityError
from calculators.engine.sheets import (
    PLACEHOLDER,
    Formula,
    Input,
    ParsedCheck,
    ParsedFormula,
    ParsedRemark,
    Sheet,
    put_right_first,
)
from calculators.engine.wording import readable, say

NOTABLE_ERROR = 1e-9


@dataclass(frozen=True, kw_only=True)
class Rounded:
    """The result as done in the head; `error` is its share above (or below, when negative) the exact result."""

    quantity: Quantity
    expression: str
    error: float

    @property
    def text(self) -> str:
        return readable(self.quantity)

    @property
    def error_text(self) -> str:
        """`13.6 % low`, `0.1 % high`."""
        return f"{abs(self.error) * 100:.3g} % {'high' if self.error > 0 else 'low'}"


@dataclass(frozen=True, kw_only=True)
class WorkedStep:
    """One line of the working: the formula in words, with figures, its result exactly and as one would say it."""

    name: str
    label: str
    words: str
    figures: str
    result: Quantity
    rounded: Rounded | None = None
    help: str = ""
    is_output: bool = False

    @cached_property
    def exact(self) -> str:
        return readable(self.result)

    @cached_property
    def said(self) -> str:
        return say(self.result)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A remark that holds, with its figures filled in."""

    text: str
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The solved sheet. With `errors` (by name of input or row) it has no steps, unless it was solved partly: then it
    holds the rows that do not depend on an error."""

    sheet: Sheet
    inputs: Mapping[str, Quantity] = field(default_factory=dict)
    steps: tuple[WorkedStep, ...] = ()
    remarks: tuple[Said, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, WorkedStep]:
        return {step.name: step for step in self.steps}

    @cached_property
    def results(self) -> dict[str, Quantity]:
        return {step.name: step.result for step in self.steps}

    @property
    def outputs(self) -> list[WorkedStep]:
        """The rows that people come for, in the sheet's order; all rows when it names none."""
        known = self.by_name
        return [known[name] for name in self.sheet.outputs if name in known] or list(self.steps)


def solve(sheet: Sheet, given: Mapping[str, str] | None = None, *, partly: bool = False) -> Solution:
    """Solves with the typed values, and defaults for the rest. Never raises for typed values: see `errors`.

    By default one error leaves every row without a result. `partly` solves the rows that do not depend on it, as a
    draft needs; then each row without a result has an error.
    """
    inputs, errors = read_inputs(sheet, given or {})
    if errors and not partly:
        return Solution(sheet=sheet, inputs=inputs, errors=errors)
    known = Known(sheet, inputs)
    with np.errstate(all="ignore"):
        solving = _Solving(sheet, known, dict(errors))
        solving.run()
        if solving.errors and not partly:
            return Solution(sheet=sheet, inputs=inputs, errors=solving.errors)
        remarks = () if solving.refusal else _remarks(sheet, known.exact, solving.steps, inputs)
    errors = solving.errors | solving.following
    return Solution(sheet=sheet, inputs=inputs, steps=tuple(solving.steps), remarks=remarks, errors=errors)


@dataclass(frozen=True, kw_only=True)
class Overloaded:
    """A sheet past the point where it has an answer: what is still known, and the rows that grow without end."""

    known: Solution
    endless: frozenset[str]
    text: str


def solve_overloaded(sheet: Sheet, given: Mapping[str, str]) -> Overloaded | None:
    """What is known when the only fault is a broken check that makes rows endless; None otherwise."""
    inputs, errors = read_inputs(sheet, given)
    if errors:
        return None
    with np.errstate(all="ignore"):
        solving = _Solving(sheet, Known(sheet, inputs), {}, goes_on=True)
        solving.run()
    if solving.errors or solving.refusal or not solving.endless:
        return None
    known = Solution(sheet=sheet, inputs=inputs, steps=tuple(solving.steps))
    return Overloaded(known=known, endless=frozenset(solving.endless), text=solving.overload)


class Known:
    """What is known so far, by name: values exactly and as done in the head, and how each is written."""

    def __init__(self, sheet: Sheet, inputs: Mapping[str, Quantity]) -> None:
        self.exact: dict[str, Value] = {name: quantity.value for name, quantity in inputs.items()}
        self.in_the_head = dict(self.exact)
        self.figures = dict(sheet.default_figures)
        for name, quantity in inputs.items():
            if quantity is not sheet.default_inputs[name]:
                self.figures[name] = readable(quantity)

    def add(self, step: WorkedStep, in_the_head: float) -> None:
        self.exact[step.name], self.in_the_head[step.name] = step.result.value, in_the_head
        self.figures[step.name] = step.exact


class _Solving:
    """One pass over the rows. `errors` are caused here; `following` are errors of rows that depend on them.

    `refusal` says why the sheet has no answer: a check fails, or cannot be evaluated. With `goes_on` the pass notes
    instead which rows a broken check makes `endless`, and leaves out those and the rows that it spoils.
    """

    def __init__(self, sheet: Sheet, known: Known, errors: dict[str, str], *, goes_on: bool = False) -> None:
        self.sheet, self.known, self.errors, self.goes_on = sheet, known, errors, goes_on
        self.endless: set[str] = set()
        self.left_out: set[str] = set()
        self.overload = ""
        self.steps: list[WorkedStep] = []
        self.following: dict[str, str] = {}
        self.refusal = ""

    def run(self) -> None:
        self._look_at_checks("")
        for parsed in self.sheet.parsed:
            self._row(parsed)
            self._look_at_checks(parsed.formula.name)
        if self.refusal:
            self._take_back()

    def _row(self, parsed: ParsedFormula) -> None:
        name, known, used = parsed.formula.name, self.known, parsed.used
        if (self.refusal and name in self.sheet.guarded) or name in self.left_out:
            return
        if wrong := self._missing(parsed.uses):
            self.following[name] = put_right_first(wrong)
            return
        try:
            step, in_the_head = _worked(parsed, used(known.exact), used(known.in_the_head), used(known.figures))
        except ExpressionError as error:
            self.errors[name] = error.message
            return
        known.add(step, in_the_head)
        self.steps.append(step)

    def _look_at_checks(self, last: str) -> None:
        """Evaluates the checks that the row `last` completes; the first that fails is an error beside its input."""
        for parsed in self.sheet.checks_after.get(last, ()):
            if self.refusal:
                return
            if wrong := self._missing(sorted(parsed.uses)):
                self.refusal = put_right_first(wrong)
            elif not _holds(parsed, self.known.exact):
                if self.goes_on and parsed.check.endless:
                    self.overload = _filled(parsed.check.text, self.known.figures)
                    self.endless.update(parsed.check.endless)
                    self.left_out.update(parsed.check.endless, parsed.check.spoils)
                    continue
                self.refusal = _filled(parsed.check.text, self.known.figures)
                self.errors.setdefault(parsed.check.input, self.refusal)

    def _missing(self, names: Iterable[str]) -> str:
        return next((name for name in names if name not in self.known.exact), "")

    def _take_back(self) -> None:
        guarded = self.sheet.guarded
        self.steps = [step for step in self.steps if step.name not in guarded]
        for name in guarded:
            self.known.exact.pop(name, None)
            self.errors.pop(name, None)
        self.following |= dict.fromkeys(guarded, self.refusal)


def _filled(text: str, figures: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: figures[found[1]], text)


def _holds(parsed: ParsedCheck, values: Mapping[str, Value]) -> bool:
    """Whether a check holds. It does not when its figures are too large to compute."""
    try:
        return bool(parsed.compute(values))
    except ExpressionError:
        return False


def read_inputs(sheet: Sheet, given: Mapping[str, str]) -> tuple[dict[str, Quantity], dict[str, str]]:
    """Quantities by name, and errors by name; a name that the sheet does not have is an error too."""
    inputs, errors = dict(sheet.default_inputs), {}
    for name, text in given.items():
        row, typed = sheet.by_name.get(name), text.strip()
        if not isinstance(row, Input):
            known = ", ".join(each.name for each in sheet.inputs)
            errors[name] = f"there is no input {name!r}; there are {known}"
        elif typed not in ("", row.default):
            try:
                inputs[name] = row.read(typed)
            except QuantityError as error:
                errors[name] = error.message
                del inputs[name]
    return inputs, errors


def _worked(
    parsed: ParsedFormula, exact: tuple[Value, ...], in_the_head: tuple[Value, ...], figures: tuple[str, ...]
) -> tuple[WorkedStep, float]:
    """One row from the values and texts of those that it uses; its value in the head beside it."""
    formula = parsed.formula
    values = dict(zip(parsed.uses, exact, strict=True))
    value = head = parsed.compute(values)
    if parsed.rounded_node is not None or in_the_head != exact:
        head = parsed.compute_rounded(dict(zip(parsed.uses, in_the_head, strict=True)))
    step = WorkedStep(
        name=formula.name,
        label=formula.label,
        words=parsed.words,
        figures=_with_figures(parsed, values, dict(zip(parsed.uses, figures, strict=True))),
        result=_quantity(parsed, value),
        rounded=_rounded(formula, parsed, value, head),
        help=formula.help,
        is_output=parsed.is_output,
    )
    return step, head


def _with_figures(parsed: ParsedFormula, values: Mapping[str, Value], figures: Mapping[str, str]) -> str:
    if parsed.figures is not None:
        return parsed.figures.format_map(figures)
    return write(taken(parsed.node, values), figures)


def _quantity(parsed: ParsedFormula, value: float) -> Quantity:
    return Quantity(value, parsed.dimension, unit=parsed.formula.unit)


def _rounded(formula: Formula, parsed: ParsedFormula, value: float, head: float) -> Rounded | None:
    error = head / value - 1 if value else 0.0
    if abs(error) < NOTABLE_ERROR:
        return None
    return Rounded(quantity=_quantity(parsed, head), expression=formula.rounded, error=error)


def _remarks(
    sheet: Sheet, values: Mapping[str, Value], steps: list[WorkedStep], inputs: Mapping[str, Quantity]
) -> tuple[Said, ...]:
    holding = [parsed.remark for parsed in sheet.parsed_remarks if _is_said(parsed, values)]
    if not holding:
        return ()
    by_name = {step.name: step for step in steps}

    def said(found: re.Match[str]) -> str:
        return by_name[found[1]].said if found[1] in by_name else say(inputs[found[1]])

    return tuple(Said(text=PLACEHOLDER.sub(said, remark.text), topic=remark.topic) for remark in holding)


def _is_said(parsed: ParsedRemark, values: Mapping[str, Value]) -> bool:
    """Whether a remark is shown: not when its rows have no result or its figures are too large."""
    if not parsed.uses <= values.keys():
        return False
    try:
        return bool(parsed.compute(values))
    except ExpressionError:
        return False
