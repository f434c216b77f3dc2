"""Stored designs in format 2. The log is not rewritten: a design that changes gets one more version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from designs.document import text
from designs.document.patches import diff
from designs.document.upgrade import downgrade, upgrade, upgrade_patch

BATCH = 100
Json = Mapping[str, Any]


def forwards(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    _convert_designs(apps, upgrade, "format-2")
    _convert_scenarios(apps, _upgraded_scenario)


def backwards(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    _convert_designs(apps, downgrade, "format-1")
    _convert_scenarios(apps, _downgraded_scenario)


def _convert_designs(apps: StateApps, convert: Callable[[Json], dict[str, Any]], client_id: str) -> None:
    Design, Change, Snapshot = (apps.get_model("designs", name) for name in ("Design", "Change", "Snapshot"))  # noqa: N806
    now = timezone.now()
    for design in Design.objects.order_by("pk").iterator(chunk_size=BATCH):
        before = text.load(design.document)
        after = convert(before)
        patch = diff(before, after)
        if not patch:
            continue
        design.version += 1
        design.document = text.dump(after)
        design.save(update_fields=["version", "document"])
        Change.objects.create(
            design=design, version=design.version, patch=text.dump(patch), author=None, at=now,
            client_id=client_id, sequence=design.version, received="", step="",
        )  # fmt: skip
        Snapshot.objects.create(design=design, version=design.version, document=design.document)


def _convert_scenarios(apps: StateApps, convert: Callable[[Json], Json]) -> None:
    Scenario = apps.get_model("designs", "Scenario")  # noqa: N806
    for scenario in Scenario.objects.order_by("pk").iterator(chunk_size=BATCH):
        before = text.load(scenario.content)
        after = convert(before)
        if after != before:
            scenario.content = text.dump(after)
            scenario.save(update_fields=["content"])


def _upgraded_scenario(content: Json) -> Json:
    reference = content.get("reference") or {}
    upgraded = upgrade(reference)
    weak = content.get("weak")
    if not weak:
        return {**content, "reference": upgraded}
    return {**content, "reference": upgraded, "weak": {**weak, "patch": upgrade_patch(weak["patch"], upgraded)}}


def _downgraded_scenario(content: Json) -> Json:
    """The patch of the weak variant loses what format 1 lacks, like the reference."""
    weak = content.get("weak")
    reference = _downgraded_part(content.get("reference") or {})
    if not weak:
        return {**content, "reference": reference}
    return {**content, "reference": reference, "weak": {**weak, "patch": _downgraded_part(weak["patch"])}}


def _downgraded_part(part: Json) -> Json:
    converted = downgrade(part)
    if "format" not in part:
        del converted["format"]
    return converted


class Migration(migrations.Migration):
    dependencies = [
        ("designs", "0007_simulations_by_the_worker"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
