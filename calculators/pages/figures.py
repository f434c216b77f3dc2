"""Figures drawn inside a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from calculators.charts.figures import ladders
from calculators.engine.shipped import all_figures
from web.shown.typography import set_well


def figures_in_text(section: str, given: Mapping[str, str], _held: Sequence[str], show: Sequence[str]) -> str | None:
    """One ladder for each unit, of the figures of this section or of those that `show` names, in its order.

    None when there is nothing to draw or something is asked for that does not exist; then the link stays.
    """
    known = {figure.id: figure for figure in all_figures() if figure.theme == section}
    if given or not known or not set(show) <= set(known):
        return None
    charts = ladders([known[name] for name in show] or known.values())
    context = {"section": section, "charts": [mark_safe(set_well(chart)) for chart in charts]}  # noqa: S308 - escaped
    return render_to_string("calculators/figures_inline.html", context) if charts else None
