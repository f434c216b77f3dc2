from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from schools.services.keys import make_key


class Command(BaseCommand):
    help = (
        "Makes the key by which this site signs what it says to learning platforms (LTI), into the file LTI_KEY_FILE. "
        "Again, it makes a new one, which signs from then on; the two before it stay published."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        key_id = make_key(Path(settings.LTI_KEY_FILE))
        self.stdout.write(f"{settings.LTI_KEY_FILE} has the new key {key_id}. Every server needs this file.")
