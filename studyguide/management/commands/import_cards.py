from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from studyguide.decks.problems import DeckError
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.deck_imports import keep_found, look_at, read_file
from studyguide.services.pictures import keep_pictures


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Takes a file of cards (Anki package, text or CSV, JSON from here) into somebody's deck."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, metavar="NAME", help="whose cards they become")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        learner = User.objects.filter(username__iexact=options["user"]).first()
        if learner is None:
            raise CommandError(f"There is nobody called {options['user']!r}.")
        try:
            with file.open("rb") as opened:
                found, pictures = read_file(opened)
            look = look_at(learner.pk, found)
            for count, words in look.counts:
                self.stdout.write(f"{count:>7,} {words}")
            for what, why in look.incoming.left_out if look.incoming else ():
                self.stdout.write(self.style.WARNING(f"left out: {what}: {why}"))
            if not options["dry_run"]:
                keep_pictures(pictures)
                keep_found(learner, found, rules=rules_of(settings_of(learner.pk)), now=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DeckError as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write("Nothing was changed (dry run)." if options["dry_run"] else "Done.")
