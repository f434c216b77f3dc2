"""Tells students what is due within a day, and sends mail that could not be sent before. Run it once an hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from classrooms.services.notices import send_waiting, tell_what_is_due


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        now = timezone.now()
        told = tell_what_is_due(at=now)
        sent = send_waiting(at=now)
        self.stdout.write(f"{told} told that something is due; {sent} mails sent.")
