from __future__ import annotations

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class WebConfig(AppConfig):
    name = "web"
    default_auto_field = "django.db.models.BigAutoField"


class StaticConfig(StaticFilesConfig):
    """Static files, without the extensions of htmx, which we do not use and whose imports lead nowhere."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*/ext/hx-*"]
