"""Backwards alone: before there were groups a design was one student's work."""

from __future__ import annotations

from django.db import migrations


def leave_it_to_one(apps, _schema_editor) -> None:
    """The design of a group stays with whoever owns it, else with the first; the others keep what they handed in."""
    works = apps.get_model("classrooms", "Work").objects
    for group in apps.get_model("classrooms", "Group").objects.exclude(design=None).select_related("design"):
        sharing = works.filter(design_id=group.design_id)
        keeper = sharing.filter(student__user_id=group.design.owner_id).first() or sharing.order_by("pk").first()
        if keeper is not None:
            sharing.exclude(pk=keeper.pk).update(design=None)


class Migration(migrations.Migration):
    dependencies = [("classrooms", "0009_groups")]

    operations = [migrations.RunPython(migrations.RunPython.noop, leave_it_to_one)]
