"""The page of all figures that sheets and designs start from, each with who says so and when."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from calculators.charts.figures import ladders
from calculators.engine.figure_units import Theme
from calculators.engine.shipped import all_figures
from web.shown.typography import set_well

SECTIONS: tuple[tuple[Theme, str, str], ...] = (
    (
        "latency",
        "Latency",
        "The table that everybody quotes dates from 2001 to 2009. Memory, disks and links moved on; light did not.",
    ),
    (
        "capacity",
        "Capacity",
        "What one machine serves. Public texts differ by ten times and more, because they count different work on "
        "different hardware: take the range, and measure yours.",
    ),
    (
        "limit",
        "Limits",
        "What a service or a default refuses to exceed, however much you pay, for one key, shard or server.",
    ),
    (
        "price",
        "Prices",
        "List prices in US dollars, with the year in which they were looked up. Look again before you sign anything.",
    ),
    (
        "availability",
        "Promised availability",
        "Service level agreements: below this you get some money back. What you will see is another figure, and "
        "yours to measure.",
    ),
)


@require_safe
def figure_list(request: HttpRequest) -> HttpResponse:
    return render(request, "calculators/figure_list.html", {"sections": _sections(), "section": "calculators"})


@cache
def _sections() -> list[dict[str, Any]]:
    figures = all_figures()
    return [
        {
            "slug": theme,
            "title": title,
            "lead": lead,
            "figures": figures.of_theme(theme),
            "charts": [_safe(chart) for chart in ladders(figures.of_theme(theme))],
        }
        for theme, title, lead in SECTIONS
    ]


def _safe(markup: str) -> SafeString:
    """Charts escape every text that they are given."""
    return mark_safe(set_well(markup))  # noqa: S308
