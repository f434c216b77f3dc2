from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from designs.kept_sheets import KeptSheet


class SiteConfig(AppConfig):
    """The project itself as an app, so that its commands are found and it can connect apps that do not know each
    other."""

    name = "config"

    def ready(self) -> None:
        from designs import kept_sheets

        kept_sheets.register(_sheets_of)


def _sheets_of(user_id: int) -> list[KeptSheet]:
    from calculators.engine.sheet_content import Content
    from calculators.models import SavedSheet
    from designs.kept_sheets import KeptSheet

    return [
        KeptSheet(str(each.pk), each.name, each.calculator, Content.from_text(each.content))
        for each in SavedSheet.objects.owned_by(user_id)
    ]
