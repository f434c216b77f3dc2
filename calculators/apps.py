from __future__ import annotations

from django.apps import AppConfig


class CalculatorsConfig(AppConfig):
    name = "calculators"
    default_auto_field = "django.db.models.BigAutoField"
