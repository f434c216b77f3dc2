from __future__ import annotations

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class WebConfig(AppConfig):
    name = "web"
    default_auto_field = "django.db.models.BigAutoField"


class StaticConfig(StaticFilesConfig):
    """Static files, without htmx's extensions: we do not use them, and their imports point at missing files."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*/ext/hx-*"]
