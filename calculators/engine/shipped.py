"""The figures that the site ships, each with its source, read once from the file beside the apps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calculators.engine.figures import Figures, load_figures

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "figures.yaml"


@cache
def all_figures() -> Figures:
    """FigureError names what is wrong with the file."""
    return load_figures(FILE)
