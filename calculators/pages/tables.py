"""What the page of a two-way table shows: the form, the table, and the value of an input that reaches a goal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from calculators.engine.quantities import QuantityError, parse_quantity
from calculators.engine.sheets import Sheet
from calculators.engine.tables import SeekError, TwoWay, goal_seek, two_way, usual_values
from calculators.engine.wording import readable
from calculators.pages.addresses import Problem, read_query

MOST_VALUES = 12
LONGEST = 400
OWN = ("down", "across", "of", "rows", "columns", "goal")


@dataclass
class TablePage:
    """`asked` is what the form said; `given` are the inputs of the sheet that stay as they are."""

    sheet: Sheet
    asked: Mapping[str, str]
    given: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    table: TwoWay | None = None
    reached: str = ""

    @property
    def inputs(self) -> list[tuple[str, str]]:
        return [(row.name, row.label) for row in self.sheet.inputs]

    @property
    def results(self) -> list[tuple[str, str]]:
        return [(each.formula.name, each.formula.label) for each in self.sheet.parsed]

    @property
    def csv_address(self) -> str:
        query = urlencode({**self.given, **self.asked, "format": "csv"})
        return f"{reverse('calculators:sheet_table', args=[self.sheet.slug])}?{query}"

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        if self.table is None:
            return []
        return [
            (head, ["none" if cell is None else readable(cell) for cell in cells])
            for head, cells in zip(self.table.rows, self.table.cells, strict=True)
        ]

    def label(self, name: str) -> str:
        return self.sheet.by_name[name].label

    @property
    def labels(self) -> dict[str, str]:
        return {key: self.label(self.asked[key]) for key in ("down", "across", "of")}

    @property
    def csv_rows(self) -> list[list[str]]:
        if self.table is None:
            return []
        names = self.labels
        head = [f"{names['of']}: {names['down']} \\ {names['across']}", *self.table.columns]
        return [head, *([first, *cells] for first, cells in self.rows)]


def table_page(sheet: Sheet, pairs: Iterable[tuple[str, list[str]]]) -> TablePage:
    """Parameters are those of the form, and inputs of the sheet by name; what cannot be used is a problem."""
    everything = {name: texts for name, texts in pairs if name != "format"}
    given = read_query(sheet, ((name, texts) for name, texts in everything.items() if name not in OWN))
    page = TablePage(sheet, _asked(sheet, everything), given.values, list(given.problems))
    _check(page)
    if not page.problems:
        _fill(page)
    return page


def _asked(sheet: Sheet, everything: Mapping[str, list[str]]) -> dict[str, str]:
    """What the form said, or the first two inputs and the first result."""
    names = [row.name for row in sheet.inputs]
    results = sheet.outputs or [each.formula.name for each in sheet.parsed]
    usual = {"down": names[0], "across": names[min(1, len(names) - 1)], "of": results[0]}
    typed = {name: everything[name][-1].strip()[:LONGEST] for name in OWN if name in everything}
    return {name: typed.get(name, "") or usual.get(name, "") for name in OWN}


def _check(page: TablePage) -> None:
    known = {"down": dict(page.inputs), "across": dict(page.inputs), "of": dict(page.results)}
    for name, names in known.items():
        if page.asked[name] not in names:
            page.problems.append(Problem(name, name, "expected one of those in the list", is_field=False))
    if page.asked["down"] == page.asked["across"]:
        page.problems.append(Problem("across", "across", "expected another input than the first", is_field=False))


def _fill(page: TablePage) -> None:
    sides = {}
    for name, side in (("down", "rows"), ("across", "columns")):
        sides[side] = _values(page, page.asked[name], side)
    if not page.problems:
        names = page.asked["down"], page.asked["across"], page.asked["of"]
        page.table = two_way(page.sheet, page.given, *names, sides["rows"], sides["columns"])
    if page.asked["goal"] and not page.problems:
        try:
            found = goal_seek(page.sheet, page.given, page.asked["down"], page.asked["of"], page.asked["goal"])
        except (SeekError, QuantityError) as error:
            page.problems.append(Problem("goal", "goal", str(error), is_field=False))
        else:
            page.reached = " or ".join(found.typed)


def _values(page: TablePage, name: str, side: str) -> tuple[str, ...]:
    """As typed, apart by commas with a space after them or semicolons; five around the present value when none are."""
    typed = page.asked[side]
    if not typed:
        present = page.given.get(name, "").strip() or next(row.default for row in page.sheet.inputs if row.name == name)
        try:
            return usual_values(present)
        except QuantityError as error:
            page.problems.append(Problem(name, page.label(name), str(error), is_field=True))
            return ()
    found = tuple(part.strip() for part in typed.replace(", ", ";").split(";") if part.strip())
    if len(found) > MOST_VALUES:
        page.problems.append(Problem(side, side, f"{len(found)} values; at most {MOST_VALUES}", is_field=False))
    for each in found:
        try:
            parse_quantity(each)
        except QuantityError as error:
            page.problems.append(Problem(side, side, f"{each!r}: {error}", is_field=False))
    return found
