"""What is stored about a person who comes from a learning platform: who they are there, and which marks were sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts import work
from accounts.models import User
from schools.models import Grade, Person


def _move(guest: User, owner: User) -> None:
    Person.objects.filter(user=guest).update(user=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    people = Person.objects.filter(user=user).select_related("platform")
    if not people:
        return
    grades = Grade.objects.filter(person__user=user).select_related("column")
    yield (
        "platforms.json",
        {
            "comes_from": [{"platform": each.platform.name, "known_there_as": each.subject} for each in people],
            "grades_sent": [
                {
                    "column": each.column.label,
                    "given": each.given,
                    "out_of": each.column.maximum,
                    "state": each.state,
                    "at": each.changed_at,
                }
                for each in grades
            ],
        },
    )


def _summary(_user: User) -> list[str]:
    return []


WORK = work.Work(name="schools", models=("schools.Person",), move=_move, export=_export, summary=_summary)
