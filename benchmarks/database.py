"""A separate database for a benchmark that runs in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def fresh_database() -> Iterator[None]:
    """Sets up Django with tests.settings, on a new, migrated database that is removed afterwards."""
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
