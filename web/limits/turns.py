"""Lets long work that writes in batches give way to other writers between batches."""

from __future__ import annotations

import threading
import time

from django.db import connection

# SQLite has no queue of writers: whoever waits looks again each 100 ms at the latest, and sees the lock free only if
# the one who writes batch after batch leaves it alone for longer than that.
LEFT_FREE_S = 0.25
# Where the processor is shared by many, a batch takes longer and so does a look: as long as the last batch took. Short
# pauses between short batches are worse than long ones, because those who wait hardly look within them.
SHARE_LEFT_FREE, MOST_LEFT_FREE_S = 1.0, 1.0
_PAUSED = threading.local()


def let_others_write() -> None:
    """Pauses between two transactions of long work. Does nothing inside a transaction, or where the database queues
    writers."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        worked_s = time.monotonic() - getattr(_PAUSED, "at", time.monotonic())
        time.sleep(min(MOST_LEFT_FREE_S, max(LEFT_FREE_S, SHARE_LEFT_FREE * worked_s)))
        _PAUSED.at = time.monotonic()
