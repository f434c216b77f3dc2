"""One fixture for many requests: what each of them writes is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written to the database in this block is rolled back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
