from __future__ import annotations

from django.apps import AppConfig


class CalculatorsConfig(AppConfig):
    name = "calculators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from calculators.keeping import WORK
        from calculators.pages.figures import figures_in_text
        from calculators.pages.inline import calculator_in_text
        from calculators.pages.lab import lab_in_text
        from web.shown import embeds

        work.register(WORK)
        embeds.register("calculator", calculator_in_text)
        embeds.register("lab", lab_in_text)
        embeds.register("figure", figures_in_text)
