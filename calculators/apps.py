from __future__ import annotations

from django.apps import AppConfig


class CalculatorsConfig(AppConfig):
    name = "calculators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from calculators.keeping import WORK

        work.register(WORK)
