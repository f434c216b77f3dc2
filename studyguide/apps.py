from __future__ import annotations

from django.apps import AppConfig


class StudyguideConfig(AppConfig):
    name = "studyguide"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from studyguide.keeping import WORK

        work.register(WORK)
