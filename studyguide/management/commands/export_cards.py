from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studyguide.models import Card, Topic
from studyguide.selectors.scope import scope_of
from studyguide.services.decks import export_deck


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Writes the cards that come with the notes as a package for Anki."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.apkg")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--topic", metavar="SLUG", help="only the cards of this topic")
        which.add_argument("--category", metavar="SLUG", help="only those of this category and what lies below it")

    def handle(self, *args: Any, out: Path, topic: str | None, category: str | None, **options: Any) -> None:
        try:
            scope = scope_of({"topic": topic or "", "category": category or ""}, user_id=None)
        except Topic.DoesNotExist as error:
            raise CommandError(f"There is no topic {topic or category!r}.") from error
        cards = Card.objects.shared().present().exclude(topic=None).in_reading_order()
        if scope.topic_ids is not None:
            cards = cards.filter(topic__in=scope.topic_ids)
        count = cards.count()
        if not count:
            raise CommandError("There are no such cards.")
        raw = export_deck(cards, None, now=timezone.now())
        try:
            out.write_bytes(raw)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{out}: {count} card{'' if count == 1 else 's'}, {len(raw):,} bytes.")
