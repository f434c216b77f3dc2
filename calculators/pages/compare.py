"""Two sets of inputs for one sheet, side by side: what differs, and what that does to each result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from calculators.engine.sheets import Sheet
from calculators.pages.addresses import Problem, read_query, spell
from calculators.pages.sheet import Field, SheetPage, sheet_page

SIDES = ("a", "b")


@dataclass(frozen=True)
class Row:
    """One result on both sides; `change` says how B differs from A."""

    label: str
    first: str
    second: str
    change: str


@dataclass(frozen=True)
class Comparison:
    sheet: Sheet
    first: SheetPage
    second: SheetPage
    stray: tuple[Problem, ...]

    @property
    def address(self) -> str:
        return reverse("calculators:sheet_compare", args=[self.sheet.slug])

    @property
    def permalink(self) -> str:
        sides = [spell(self.sheet, page.given.values, prefix=f"{side}.")[1:] for side, page in self._by_side]
        query = "&".join(side for side in sides if side)
        return f"{self.address}?{query}" if query else self.address

    @property
    def _by_side(self) -> tuple[tuple[str, SheetPage], ...]:
        return tuple(zip(SIDES, (self.first, self.second), strict=True))

    @property
    def problems(self) -> list[Problem]:
        return [*self.stray, *self.first.problems, *self.second.problems]

    @property
    def pairs(self) -> list[tuple[Field, Field, bool]]:
        """Each input on both sides, and whether they differ."""
        both = zip(self.first.fields, self.second.fields, strict=True)
        return [(one, other, one.text != other.text) for one, other in both]

    @property
    def rows(self) -> list[Row]:
        if self.problems:
            return []
        before, after = self.first.solution.results, self.second.solution.results
        return [
            Row(one.label, _with_spread(one.exact, one.spread), _with_spread(other.exact, other.spread),
                _change(before[one.name].value, after[one.name].value))
            for one, other in zip(self.first.headlines, self.second.headlines, strict=True)
        ]  # fmt: skip


def comparison(sheet: Sheet, pairs: Iterable[tuple[str, list[str]]]) -> Comparison:
    """Parameters are `a.daily_users` and `b.daily_users`, or `daily_users` for both; any other is a problem."""
    given: dict[str, dict[str, list[str]]] = {side: {} for side in SIDES}
    stray = []
    for name, texts in pairs:
        side, dot, inner = name.partition(".")
        if dot and side in given:
            given[side].setdefault(inner, []).extend(texts)
        elif name in sheet.input_names:
            for both in given.values():
                both.setdefault(name, []).extend(texts)
        else:
            stray.append(Problem(name, name[:60], "expected a. or b. in front of an input's name", is_field=False))
    first, second = (sheet_page(sheet, read_query(sheet, given[side].items())) for side in SIDES)
    return Comparison(sheet, first, second, tuple(stray))


def _with_spread(exact: str, spread: str) -> str:
    return f"{exact} ({spread})" if spread else exact


def _change(before: float, after: float) -> str:
    if before == after:
        return "the same"
    if before == 0:
        return "from nothing"
    factor = after / before
    if 0.5 < factor < 2:
        return f"{factor - 1:+.1%}".replace("-", "−")
    return f"× {factor:.3g}"
