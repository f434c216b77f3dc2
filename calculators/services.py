"""What changes a saved sheet. Time comes in as an argument."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.services.packs import moment_until
from calculators.engine.own_rows import OwnRow
from calculators.engine.sheet_content import Content
from calculators.models import SavedSheet

MOST_SHEETS = 500
MOST_TEXTS, MOST_TYPED = 2_000, 2_000


class TooManySheetsError(ValueError):
    """The person has reached the limit of saved sheets."""


class StaleSheetError(ValueError):
    """The sheet was saved elsewhere since it was opened."""


@transaction.atomic
def create_sheet(*, owner: User, name: str, calculator: str, content: Content, at: datetime) -> SavedSheet:
    if SavedSheet.objects.owned_by(owner.pk).count() >= MOST_SHEETS:
        raise TooManySheetsError(f"you keep {MOST_SHEETS} sheets, which is as many as one may: delete one first")
    return SavedSheet.objects.create(
        owner=owner, name=name, calculator=calculator, content=content.as_text(), created_at=at, updated_at=at
    )


def save_sheet(saved: SavedSheet, *, version: int, name: str, content: Content, at: datetime) -> None:
    """Replaces name and content if `version` is still the sheet's; otherwise raises StaleSheetError and changes
    nothing."""
    here = SavedSheet.objects.filter(pk=saved.pk, version=version)
    if not here.update(name=name, content=content.as_text(), version=F("version") + 1, updated_at=at):
        raise StaleSheetError("this sheet was saved in another window since you opened it")


def delete_sheet(saved: SavedSheet) -> None:
    saved.delete()


def bring_sheet(owner: User, facts: Any, there: Container[tuple[str, datetime]], *, now: datetime) -> bool:
    """Brings a sheet out of an export and returns whether it is new. ValueError says what is wrong with it."""
    if not isinstance(facts, Mapping):
        raise ValueError("it is no sheet.")
    name, calculator = facts.get("name"), facts.get("calculator")
    if not isinstance(name, str) or not 0 < len(name) <= 120 or "\x00" in name:
        raise ValueError("it has no name of 1 to 120 characters.")
    if not isinstance(calculator, str) or len(calculator) > 60 or "\x00" in calculator:
        raise ValueError("it names no calculator.")
    made_at, changed_at = (moment_until(facts.get(name), now) for name in ("created_at", "updated_at"))
    if (name, made_at) in there:
        return False
    content = _content(facts)
    sheet = create_sheet(owner=owner, name=name, calculator=calculator, content=content, at=made_at)
    SavedSheet.objects.filter(pk=sheet.pk).update(updated_at=changed_at)
    return True


def _content(facts: Mapping[str, Any]) -> Content:
    """ValueError unless inputs are texts by name, and rows are rows."""
    inputs, rows = facts.get("inputs"), facts.get("rows")
    if not isinstance(inputs, dict) or not isinstance(rows, list):
        raise ValueError("it has no inputs and rows.")
    texts = [*inputs.values(), *(value for row in rows if isinstance(row, dict) for value in row.values())]
    if not all(isinstance(each, str) and len(each) <= MOST_TYPED for each in texts) or len(texts) > MOST_TEXTS:
        raise ValueError("its inputs and rows are texts of what was typed, and nothing else.")
    try:
        return Content(inputs, tuple(OwnRow(**row) for row in rows))
    except TypeError as error:
        raise ValueError("one of its rows is none.") from error
