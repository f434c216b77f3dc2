"""Removes guests who can never come back. Run it now and then; the site may go on running."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.removal import UnreadableSessionError, abandoned_guests, remove_guests

MOST_DAYS = 36_500


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Removes guests whom no browser's session leads to any more, with all that they kept. Whoever has shared a "
        "design by a link, keeps a scenario or has been in a class stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than-days", type=_days, required=True, metavar="N", help="only who came at least N days ago"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            guests = abandoned_guests(before=now - timedelta(days=options["older_than_days"]), now=now)
        except UnreadableSessionError:
            raise CommandError(
                "There are sessions that were not made with this SECRET_KEY, so it is not known whose they are. Use "
                "the key that the site runs with; after a change of key, wait until they expire."
            ) from None
        if options["dry_run"]:
            self.stdout.write(f"Nothing was changed (dry run): abandoned guests {len(guests):,}.")
            return
        self.stdout.write(f"Removed: abandoned guests {remove_guests(guests):,}.")


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise ArgumentTypeError(f"expected a number of days from 1 to {MOST_DAYS:,}, found {text!r}")
    return int(text)
