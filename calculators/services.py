"""What changes a saved sheet. Time comes in as an argument."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from calculators.engine.sheet_content import Content
from calculators.models import SavedSheet

MOST_SHEETS = 500


class TooManySheetsError(ValueError):
    """Somebody keeps as many sheets as one may."""


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
    """Replaces name and content if `version` is still the sheet's; StaleSheetError otherwise, and nothing changes."""
    here = SavedSheet.objects.filter(pk=saved.pk, version=version)
    if not here.update(name=name, content=content.as_text(), version=F("version") + 1, updated_at=at):
        raise StaleSheetError("this sheet was saved in another window since you opened it")


def delete_sheet(saved: SavedSheet) -> None:
    saved.delete()
