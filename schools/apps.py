from __future__ import annotations

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from classrooms import grants
        from schools.keeping import WORK
        from schools.selectors.grades import notice_of
        from schools.services.grades import watch_returns

        work.register(WORK)
        grants.register_notice(notice_of)
        watch_returns()
