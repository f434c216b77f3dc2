"""What the pages read. Nothing here asks the database: figures and sheets are read once from files and code."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from calculators.engine.figures import Figures, load_figures


@cache
def all_figures() -> Figures:
    return load_figures(settings.FIXTURES_DIR / "figures.yaml")
