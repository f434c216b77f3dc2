"""Brings a site up to date in one process: migrations, shipped content, static files. Idempotent, and quick when
nothing has changed since the last time."""

from __future__ import annotations

import fcntl
import gc
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from calculators.engine.figures import FigureError
from config.pages.findable import make_findable
from config.running.stamps import digest_of, is_stamped, stamp
from designs.scenarios.problems import InvalidScenarioError
from designs.services.scenarios import load_shipped_scenarios
from studyguide.models import ContentRevision
from studyguide.notes.errors import NoteError
from studyguide.services.shipped import load_shipped

APPS = ("config", "studyguide", "calculators", "designs", "web")


ADVISORY_LOCK = 7_105_293_001


@contextmanager
def alone() -> Iterator[None]:
    """Holds a lock so that one preparation runs at a time: a file lock for this folder, an advisory lock for a
    PostgreSQL database."""
    with (Path(settings.VAR_DIR) / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Migrations render all models again and again, and the cycle collector would scan them as often: an eighth of the
    time. Up to 250 MB are used instead of 200 MB."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Command(BaseCommand):
    help = "Migrates the database, loads the shipped content and collects static files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="even where nothing has changed since the last time")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(exist_ok=True)
        with alone(), rarely_collecting():
            self._prepare(again=options["all"])

    def _prepare(self, *, again: bool) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        said = self._content(again=again)
        if not settings.DEBUG:
            self._static_files(again=again)
        self.stdout.write(f"Database and files are up to date; {said}.")

    def _content(self, *, again: bool) -> str:
        """Loads topics, paths and scenarios; what changed, in words."""
        made_from = digest_of([settings.FIXTURES_DIR, *(settings.BASE_DIR / app for app in APPS)])
        database = settings.DATABASES["default"]["NAME"]
        if not again and is_stamped("content", made_from, database, ContentRevision.current() or "empty"):
            return "no content changed"
        now = timezone.now()
        try:
            report = load_shipped(settings.FIXTURES_DIR, now=now)
            scenarios = load_shipped_scenarios(settings.FIXTURES_DIR, now=now)
        except (FigureError, InvalidScenarioError, NoteError) as error:
            raise CommandError(str(error)) from error
        make_findable()
        for warning in [*report.warnings, *scenarios.warnings]:
            self.stdout.write(self.style.WARNING(f"warning: {warning}"))
        stamp("content", made_from, database, ContentRevision.current())
        changed = len(report.created) + len(report.updated) + len(report.removed)
        renewed = len(scenarios.created) + len(scenarios.updated) + len(scenarios.removed)
        return f"{changed} topics and {renewed} scenarios changed"

    def _static_files(self, *, again: bool) -> None:
        collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
        made_from = digest_of([*map(Path, settings.STATICFILES_DIRS), settings.BASE_DIR / "web"])
        facts = (made_from, django.__version__, collected)
        if not again and collected.exists() and is_stamped("static", *facts):
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp("static", *facts)
