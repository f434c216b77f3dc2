"""What calculators keep for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.services.packs import Brought, Pack
from accounts.work import Work
from calculators.models import SavedSheet


def _move(guest: User, owner: User) -> None:
    SavedSheet.objects.filter(owner=guest).update(owner=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    for number, sheet in enumerate(SavedSheet.objects.filter(owner=user).order_by("created_at", "pk"), start=1):
        yield (
            f"sheets/{number:04}.json",
            {
                "name": sheet.name,
                "calculator": sheet.calculator,
                "created_at": sheet.created_at,
                "updated_at": sheet.updated_at,
                **json.loads(sheet.content),
            },
        )


def _summary(user: User) -> list[str]:
    count = SavedSheet.objects.filter(owner=user).count()
    return [f"{count} sheet{'s' * (count != 1)}"] if count else []


def _bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    """Brings sheets; one that exists here with the same name and creation time stays as it is."""
    from calculators.services import bring_sheet

    there = set(SavedSheet.objects.filter(owner=user).values_list("name", "created_at"))
    made = 0
    for name in pack.under("sheets", ".json"):
        try:
            made += bring_sheet(user, pack.json(name), there, now=now)
        except ValueError as error:
            brought.remarks.append(f"{name}: {error}")
    brought.count(made, "saved sheet")


WORK = Work(
    name="calculators",
    models=("calculators.SavedSheet",),
    move=_move,
    export=_export,
    bring=_bring,
    summary=_summary,
)
