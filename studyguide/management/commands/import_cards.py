from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from studyguide.decks.problems import DeckError
from studyguide.decks.reading import read_deck
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.deck_imports import Look, is_backup, keep_found, look_at, look_at_deck, read_file
from studyguide.services.decks import keep
from studyguide.services.pictures import keep_pictures


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """What to show of a file, and how to keep it."""

    look: Callable[[User], Look]
    keep: Callable[[User], object]


def _deck(file: BinaryIO) -> _Taking:
    """Kept as it was read: a large deck is not in memory twice."""
    found = read_deck(file)
    pictures = list(found.pictures.values())

    def keep_it(learner: User) -> None:
        keep_pictures(pictures)
        keep(learner, found, rules=rules_of(settings_of(learner.pk)), now=timezone.now())

    return _Taking(look=lambda learner: look_at_deck(learner.pk, found, pictures=len(pictures)), keep=keep_it)


def _backup(file: BinaryIO) -> _Taking:
    found, _ = read_file(file)
    return _Taking(
        look=lambda learner: look_at(learner.pk, found),
        keep=lambda learner: keep_found(learner, found, rules=rules_of(settings_of(learner.pk)), now=timezone.now()),
    )


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
                taking = _deck(opened) if not is_backup(opened) else _backup(opened)
            look = taking.look(learner)
            for count, words in look.counts:
                self.stdout.write(f"{count:>7,} {words}")
            for what, why in look.left_out:
                self.stdout.write(self.style.WARNING(f"left out: {what}: {why}"))
            if not options["dry_run"]:
                taking.keep(learner)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DeckError as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write("Nothing was changed (dry run)." if options["dry_run"] else "Done.")
