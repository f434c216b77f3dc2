from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The roof as an app, so that its commands are found."""

    name = "config"
