"""A small live calculator inside a text: some inputs of a sheet, and the results that these change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.sheets import Sheet
from calculators.pages.addresses import read_query
from calculators.pages.sheet import Field, Headline, SheetPage, place, sheet_page

MOST_RESULTS = 4


@dataclass(frozen=True)
class Inline:
    """`held` are inputs that are set and not shown; `show` are the results wanted, none for those that inputs move."""

    page: SheetPage
    held: Sequence[str] = ()
    show: Sequence[str] = ()

    @cached_property
    def fields(self) -> list[Field]:
        named = self.page.given.values.keys() - set(self.held)
        return [field for field in self.page.fields if field.name in named] or self.page.fields[:2]

    @cached_property
    def held_fields(self) -> list[Field]:
        return [field for field in self.page.fields if field.name in self.held]

    @cached_property
    def headlines(self) -> list[Headline]:
        chosen = self.show or moved(self.page.sheet, [field.name for field in self.fields])
        found = {each.name: each for each in self.page.overloaded_headlines or self.page.headlines}
        return [found[name] for name in chosen if name in found]

    @property
    def address(self) -> str:
        """The address that gives it with other figures."""
        query = urlencode([("held", name) for name in self.held] + [("show", name) for name in self.show])
        return place("sheet_inline", self.page.sheet.slug) + (f"?{query}" if query else "")

    @cached_property
    def html(self) -> SafeString:
        context = {"inline": self, "page": self.page, "sheet": self.page.sheet}
        return render_to_string("calculators/sheet_inline.html", context)


def moved(sheet: Sheet, names: Sequence[str]) -> list[str]:
    """Results that depend on these inputs: first one for each input that no other input has brought, then as many as
    fit."""
    rests_on: dict[str, set[str]] = {name: {name} for name in sheet.input_names}
    for parsed in sheet.parsed:
        rests_on[parsed.formula.name] = set().union(*(rests_on.get(used, set()) for used in parsed.uses))
    outputs = {name: rests_on[name] & set(names) for name in sheet.outputs if rests_on.get(name, set()) & set(names)}
    chosen: list[str] = []
    for name in names:
        if not any(name in outputs[each] for each in chosen):
            chosen += [each for each in outputs if name in outputs[each]][:1]
    chosen += [each for each in outputs if each not in chosen]
    return [each for each in outputs if each in chosen[:MOST_RESULTS]]


def inline_from_query(sheet: Sheet, pairs: Iterable[tuple[str, list[str]]]) -> Inline:
    """The inline calculator of an address, in which `held` and `show` name rows of the sheet."""
    query = dict(pairs)
    held, show = query.pop("held", []), query.pop("show", [])
    return Inline(sheet_page(sheet, read_query(sheet, query.items())), _rows(sheet, held), _rows(sheet, show))


def calculator_in_text(slug: str, given: Mapping[str, str], held: Sequence[str], show: Sequence[str]) -> str | None:
    """The HTML for a text that asks for this calculator; None where there is no such calculator."""
    sheet = CATALOGUE.get(slug)
    if sheet is None:
        return None
    page = sheet_page(sheet, read_query(sheet, [(name, [text]) for name, text in given.items()]))
    return Inline(page, _rows(sheet, held), _rows(sheet, show)).html


def _rows(sheet: Sheet, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in sheet.by_name]
