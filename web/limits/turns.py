"""Lets long work that writes in batches give way to other writers between batches."""

from __future__ import annotations

import threading
import time

from django.db import connection

# SQLite has no queue of writers: whoever waits looks again each 25 ms at the latest, and after an eighth of a second
# each 100 ms, and sees the lock free only if the one who writes batch after batch leaves it alone for longer than that.
SHORT_WORK_S, LEFT_FREE_AFTER_SHORT_WORK_S = 0.1, 0.03
LEFT_FREE_S = 0.12
# Where the processor is shared by many, a batch takes longer and so does a look: half of the time since the last pause.
SHARE_LEFT_FREE, MOST_LEFT_FREE_S = 0.5, 1.0
_PAUSED = threading.local()


def let_others_write() -> None:
    """Pauses between two transactions of long work. Does nothing inside a transaction, or where the database queues
    writers."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        worked_s = time.monotonic() - getattr(_PAUSED, "at", time.monotonic())
        least = LEFT_FREE_AFTER_SHORT_WORK_S if worked_s < SHORT_WORK_S else LEFT_FREE_S
        time.sleep(min(MOST_LEFT_FREE_S, max(least, SHARE_LEFT_FREE * worked_s)))
        _PAUSED.at = time.monotonic()
