from __future__ import annotations

from django.apps import AppConfig
from django.db.models import Q


class ClassroomsConfig(AppConfig):
    name = "classrooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from classrooms.keeping import WORK
        from designs import grants

        work.register(WORK)
        grants.register(_taught)


def _taught(user_id: int) -> Q:
    """Whoever teaches a class sees the designs that were made for it."""
    from classrooms.models import Work

    return Q(pk__in=Work.objects.taught_by(user_id).exclude(design=None).values("design_id"))
