"""Long work that writes in batches lets others write between them."""

from __future__ import annotations

import time

from django.db import connection

# SQLite has no queue of writers: whoever waits looks again each 100 ms at the latest, and sees the lock free only if
# the one who writes batch after batch leaves it alone for longer than that.
LEFT_FREE_S = 0.12


def let_others_write() -> None:
    """Between two transactions of one piece of long work. Nothing where the database has a queue, or within one."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(LEFT_FREE_S)
