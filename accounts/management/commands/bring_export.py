"""Brings the export of an account into an account of this site, of any size."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services.imports import bring
from accounts.services.packs import PackError


class Command(BaseCommand):
    help = "Brings what “Download everything” gave into an account; what is here already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the ZIP of an export")
        parser.add_argument("--user", required=True, metavar="NAME", help="whose account it goes to")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        try:
            with options["file"].open("rb") as file:
                brought = bring(user, file, now=timezone.now())
        except (OSError, PackError) as error:
            raise CommandError(str(error)) from error
        for count, what in brought.counts:
            self.stdout.write(f"{count:>9,} {what}")
        for remark in brought.remarks:
            self.stdout.write(f"not taken: {remark}")
