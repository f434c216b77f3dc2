"""What calculators keep for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from accounts.models import User
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


WORK = Work(name="calculators", models=("calculators.SavedSheet",), move=_move, export=_export, summary=_summary)
