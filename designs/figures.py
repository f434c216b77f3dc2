"""The figures with provenance, as designs use them: read once from their file."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from calculators.engine.figures import Figures, load_figures


@cache
def shipped_figures() -> Figures:
    return load_figures(settings.FIXTURES_DIR / "figures.yaml")
