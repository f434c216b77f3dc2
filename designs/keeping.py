"""What designs keep for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.work import Work
from designs.document import text
from designs.models import Change, Design, Scenario


def _move(guest: User, owner: User) -> None:
    Design.objects.filter(owner=guest).update(owner=owner)
    Change.objects.filter(author=guest).update(author=owner)
    Scenario.objects.filter(owner=guest).update(owner=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    """One file a design: the document as it is, its log, its named versions; those in the bin too. And scenarios."""
    for design in Design.objects.filter(owner=user).prefetch_related("changes", "named_versions", "snapshots"):
        yield f"designs/{design.pk}.json", _exported(design)
    for scenario in Scenario.objects.filter(owner=user):
        yield (
            f"scenarios/{scenario.slug}.json",
            {
                "slug": scenario.slug,
                "is_published": scenario.is_published,
                "changed_at": scenario.changed_at,
                "yaml": scenario.source_text,
            },
        )


def _exported(design: Design) -> dict[str, Any]:
    beginning = next((snapshot for snapshot in design.snapshots.all() if snapshot.version == 0), None)
    return {
        "id": str(design.pk),
        "title": design.title,
        "version": design.version,
        "created_at": design.created_at,
        "updated_at": design.updated_at,
        "binned_at": design.binned_at,
        "document": design.data(),
        "began_as": text.load(beginning.document) if beginning else None,
        "changes": [
            {"version": change.version, "at": change.at, "step": change.step, "patch": text.load(change.patch)}
            for change in design.changes.all()
        ],
        "named_versions": [{"version": named.version, "name": named.name} for named in design.named_versions.all()],
    }


def _summary(user: User) -> list[str]:
    counts = {
        "design": Design.objects.filter(owner=user).count(),
        "scenario": Scenario.objects.filter(owner=user).count(),
    }
    return [f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items() if count]


WORK = Work(
    name="designs",
    models=("designs.Design", "designs.Change", "designs.Scenario"),
    move=_move,
    export=_export,
    summary=_summary,
)
