"""A saved sheet, solved, with its own addresses."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.own_rows import BLANK, RowProblem, with_rows
from calculators.engine.sheet_content import Content
from calculators.engine.sheets import Sheet
from calculators.models import SavedSheet
from calculators.pages.addresses import Given
from calculators.pages.sheet import SheetPage, sheet_page


@dataclass(frozen=True)
class KeptPage(SheetPage):
    """A solved sheet that is saved: it has its own addresses."""

    sheet_id: str = ""

    @property
    def address(self) -> str:
        return reverse("calculators:saved_sheet_detail", args=[self.sheet_id])

    @property
    def permalink(self) -> str:
        return self.address

    @property
    def json_address(self) -> str:
        return reverse("calculators:saved_sheet_json", args=[self.sheet_id])

    @property
    def markdown_address(self) -> str:
        return reverse("calculators:saved_sheet_markdown", args=[self.sheet_id])

    @property
    def compare_address(self) -> str:
        return ""


def base_of(calculator: str) -> Sheet:
    """The calculator that a sheet started from; a blank sheet when it started from none, or from one that is gone."""
    return CATALOGUE.get(calculator, BLANK)


def kept_page(saved: SavedSheet, name: str, content: Content) -> tuple[KeptPage, tuple[RowProblem, ...]]:
    """The sheet solved with this content, and what is wrong with its rows: they are left out of it."""
    base = base_of(saved.calculator)
    sheet, problems = with_rows(base, name, content.rows)
    typed = {each: text for each, text in content.inputs.items() if each in base.input_names}
    solved = sheet_page(sheet, Given(typed))
    return KeptPage(solved.sheet, solved.given, solved.solution, sheet_id=str(saved.pk)), problems
