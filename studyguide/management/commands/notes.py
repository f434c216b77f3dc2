from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max

from studyguide.models import NoteBody, Topic
from studyguide.models.topics import SHIPPED_NOTES
from studyguide.services.own_notes import remove_notes, remove_source


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Lists the bodies of notes, or removes one with its topics."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="names, how many topics, when they changed last, whose they are")
        remove = actions.add_parser("remove", help="deletes the topics of a body, with what readers keep of them")
        remove.add_argument("name")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "list":
            self._list()
        else:
            self._remove(options["name"])

    def _list(self) -> None:
        rows = Topic.objects.values("source_name", "body__title", "body__owner__username").order_by("source_name")
        for row in rows.annotate(count=Count("pk"), changed=Max("changed_at")):
            whose = f"  {row['body__title']!r} of {row['body__owner__username']}" if row["body__title"] else ""
            self.stdout.write(f"{row['source_name']:<30} {row['count']:>6,} topics  {row['changed']:%Y-%m-%d}{whose}")

    def _remove(self, name: str) -> None:
        if name == SHIPPED_NOTES:
            raise CommandError("The notes that come with the site stay.")
        if body := NoteBody.objects.filter(source_name=name).first():
            remove_notes(body)
            self.stdout.write(f"Removed {body.title!r}.")
            return
        if not Topic.objects.filter(source_name=name).exists():
            known = ", ".join(Topic.objects.order_by("source_name").values_list("source_name", flat=True).distinct())
            raise CommandError(f"There are no notes called {name!r}; there are {known}.")
        self.stdout.write(f"Removed {remove_source(name):,} topics of {name!r}.")
