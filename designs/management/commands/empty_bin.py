"""Permanently deletes designs that have been in the bin for thirty days. Run it once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from designs.services.bin import empty_bin


class Command(BaseCommand):
    help = "Deletes designs that have been in the bin for 30 days."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{empty_bin(at=timezone.now())} designs deleted for good.")
