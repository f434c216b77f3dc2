"""Brings a site up to date in one process: migrations, shipped content, static files. Idempotent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from config.findable import make_findable
from designs.services.scenarios import load_shipped_scenarios
from studyguide.services.shipped import load_shipped


class Command(BaseCommand):
    help = "Migrates the database, loads the shipped content and collects static files."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(exist_ok=True)
        call_command("migrate", verbosity=0)
        report = load_shipped(settings.FIXTURES_DIR, now=timezone.now())
        scenarios = load_shipped_scenarios(settings.FIXTURES_DIR, now=timezone.now())
        make_findable()
        for warning in [*report.warnings, *scenarios.warnings]:
            self.stdout.write(self.style.WARNING(f"warning: {warning}"))
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        changed = len(report.created) + len(report.updated) + len(report.removed)
        renewed = len(scenarios.created) + len(scenarios.updated) + len(scenarios.removed)
        self.stdout.write(f"Database and files are up to date; {changed} topics and {renewed} scenarios changed.")
