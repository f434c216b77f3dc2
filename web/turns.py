"""Lets long work that writes in batches give way to other writers between batches."""

from __future__ import annotations

import time

from django.db import connection

# SQLite has no queue of writers: whoever waits looks again each 100 ms at the latest, and sees the lock free only if
# the one who writes batch after batch leaves it alone for longer than that.
LEFT_FREE_S = 0.12


def let_others_write() -> None:
    """Pauses between two transactions of long work. Does nothing inside a transaction, or where the database queues
    writers."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(LEFT_FREE_S)
