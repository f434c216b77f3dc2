"""One solved sheet with all its words, from which its page, its JSON and its Markdown are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from calculators.charts.own import fixed_charts_for, overloaded_charts_for
from calculators.charts.sheet import charts_of
from calculators.engine.quantities import Quantity
from calculators.engine.sheets import Input, Sheet
from calculators.engine.solve import Overloaded, Said, Solution, WorkedStep, solve, solve_overloaded
from calculators.engine.uncertainty import DEFAULT_SIZE, Distribution, uncertainty
from calculators.engine.wording import readable
from calculators.pages.addresses import Given, Problem, changed_from_default, errors_as_problems, read_query, spell
from calculators.pages.topic_titles import topic_title

# Fixed, so that one address always shows the same figures.
SEED = 20_260_101
ENDLESS = "∞ without end"


@cache
def place(view: str, slug: str) -> str:
    """The address of a calculator's view, asked for with each keystroke."""
    return reverse(f"calculators:{view}", args=[slug])


@dataclass(frozen=True)
class Field:
    """An input with what was typed, how it was read, and what is wrong with it."""

    row: Input
    text: str
    quantity: Quantity | None
    error: str = ""

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def is_changed(self) -> bool:
        return self.text != self.row.default

    @property
    def reading(self) -> str:
        """How a range or a changed figure was read; empty for a default."""
        if self.quantity is None or not self.is_changed:
            return ""
        if self.quantity.spread:
            return f"{readable(self.quantity)} ({self.quantity.spread.shape}), with 90 % probability"
        read = readable(self.quantity)
        return "" if read == self.text else f"= {read}"


@dataclass(frozen=True)
class Headline:
    """A figure as one would say it, without the word "about"; the exact figure stands in the working."""

    name: str
    label: str
    said: str
    exact: str
    spread: str = ""

    @property
    def number(self) -> str:
        return self.said.partition(" ")[0]

    @property
    def unit(self) -> str:
        return self.said.partition(" ")[2]

    @property
    def is_long(self) -> bool:
        """Whether the number needs smaller type to fit."""
        return len(self.number) > 8


def _headline(step: WorkedStep, spread: str) -> Headline:
    return Headline(step.name, step.label, step.said.removeprefix("about "), step.exact, spread)


_SENTENCE = re.compile(r"(?<=[.:]) (?=[A-Z])")


@dataclass(frozen=True)
class SheetPage:
    """One set of inputs, solved. `prefix` tells two sets on one page apart."""

    sheet: Sheet
    given: Given
    solution: Solution
    prefix: str = ""

    @cached_property
    def address(self) -> str:
        return place("sheet_detail", self.sheet.slug)

    @cached_property
    def query(self) -> str:
        return spell(self.sheet, self.given.values)

    @property
    def permalink(self) -> str:
        return self.address + self.query

    @property
    def is_wordy(self) -> bool:
        """Whether the address repeats defaults, as a plain form does."""
        return len(self.given.values) > len(changed_from_default(self.sheet, self.given.values))

    @property
    def json_address(self) -> str:
        return place("sheet_json", self.sheet.slug) + self.query

    @property
    def markdown_address(self) -> str:
        return place("sheet_markdown", self.sheet.slug) + self.query

    @property
    def compare_address(self) -> str:
        """The comparison with this set on both sides, of which the reader then changes one."""
        return place("sheet_compare", self.sheet.slug) + self.query

    @property
    def table_address(self) -> str:
        """A result of this set over two of its inputs."""
        return place("sheet_table", self.sheet.slug) + self.query

    @property
    def keep_address(self) -> str:
        """The address that saves this set as a sheet of the person's own."""
        return place("new_sheet_from", self.sheet.slug) + self.query

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        return self.given.problems + errors_as_problems(self.sheet, self.solution.errors)

    @cached_property
    def overloaded(self) -> Overloaded | None:
        """What is known of a sheet whose load exceeds its capacity; the page draws it."""
        if self.given.problems or not self.solution.errors:
            return None
        return solve_overloaded(self.sheet, self.given.values)

    @cached_property
    def overloaded_headlines(self) -> list[Headline]:
        """The figures that are still valid, and those that grow without end; a figure without an answer is left out."""
        if not self.overloaded:
            return []
        steps, endless = self.overloaded.known.by_name, self.overloaded.endless
        return [
            _headline(steps[name], "") if name in steps else Headline(name, self.sheet.labels[name], ENDLESS, ENDLESS)
            for name in self.sheet.outputs
            if name in steps or name in endless
        ]

    @cached_property
    def overloaded_charts(self) -> list[SafeString]:
        return [mark_safe(chart) for chart in overloaded_charts_for(self.overloaded.known)] if self.overloaded else []  # noqa: S308

    @cached_property
    def fields(self) -> list[Field]:
        return [self._field(row) for row in self.sheet.inputs]

    @property
    def changed_fields(self) -> list[Field]:
        """Those whose text differs from the default, or is an error."""
        named = self.given.values.keys() | self._errors.keys()
        return [self._field(row) for row in self.sheet.inputs if row.name in named]

    @cached_property
    def _errors(self) -> dict[str, str]:
        return {problem.name: problem.message for problem in self.problems}

    def _field(self, row: Input) -> Field:
        text = self.given.values.get(row.name, "").strip() or row.default
        return Field(row, text, self.solution.inputs.get(row.name), self._errors.get(row.name, ""))

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        if not self.solution.steps or not any(quantity.spread for quantity in self.solution.inputs.values()):
            return {}
        return uncertainty(self.sheet, self.solution.inputs, seed=SEED)

    @property
    def without_answer(self) -> str:
        """The share of draws that break a check of the sheet, so that a figure has no answer there."""
        return _share_of_draws(max((found.unusable for found in self.distributions.values()), default=0))

    @property
    def without_end(self) -> str:
        """The share of draws in which a figure grows beyond all limits, as when a queue does."""
        return _share_of_draws(max((found.endless for found in self.distributions.values()), default=0))

    @property
    def steps(self) -> tuple[WorkedStep, ...]:
        return self.solution.steps

    @property
    def remarks(self) -> tuple[Said, ...]:
        return self.solution.remarks

    @cached_property
    def headlines(self) -> list[Headline]:
        if not self.solution.steps:
            return []
        return [_headline(step, self._spread_words(step.name)) for step in self.solution.outputs]

    @property
    def assumptions(self) -> list[str]:
        """The assumptions behind the results, each once: the sentences of their help texts that begin with
        "Assumes"."""
        sentences = [said for step in self.solution.outputs for said in _SENTENCE.split(step.help)]
        return list(dict.fromkeys(said for said in sentences if said.startswith("Assumes ")))

    def _spread_words(self, name: str) -> str:
        found = self.distributions.get(name)
        return readable(found.quantity, digits=2) if found else ""

    @cached_property
    def charts(self) -> list[SafeString]:
        """Charts escape every text that they are given."""
        drawn = charts_of(self.solution, self.distributions) if self.solution.steps else []
        return [mark_safe(chart) for chart in drawn]  # noqa: S308

    @property
    def fixed_charts(self) -> list[str]:
        return fixed_charts_for(self.sheet)

    @property
    def provenance(self) -> list[Input]:
        return [row for row in self.sheet.inputs if row.source]

    @property
    def topics(self) -> list[tuple[str, str]]:
        return [(slug, topic_title(slug)) for slug in self.sheet.topics]


def _share_of_draws(draws: int) -> str:
    return f"{max(draws / DEFAULT_SIZE, 0.001):.1%}" if draws else ""


def sheet_page(sheet: Sheet, given: Given) -> SheetPage:
    """Solves the sheet with what was given. Nothing is computed from an address that has a problem."""
    solution = solve(sheet, given.values)
    if given.problems:
        solution = Solution(sheet=sheet, inputs=solution.inputs, errors=solution.errors)
    return SheetPage(sheet, given, solution)


def first_results(sheet: Sheet) -> list[tuple[str, str]]:
    """The headlines for the figures that a sheet begins with: each result with its unit, and what it is."""
    return [(each.said, capfirst(each.label)) for each in sheet_page(sheet, read_query(sheet, [])).headlines]


def page_of(sheet: Sheet, values: Mapping[str, str]) -> SheetPage:
    return sheet_page(sheet, Given(values))
