"""One level of a drawing, at an address of its own: the outermost level shows each boundary as a box, and each boundary
has a level.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from designs.access import viewable_design
from designs.pages.drawings import drawn
from designs.pages.frame import frame
from designs.pictures.diagram import placed
from designs.pictures.levels import level_of


@require_safe
def levels(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    level = level_of(placed(design.data().get("diagram", {})), request.GET.get("inside", ""))
    sprite = static("icons.svg")
    title = list(level.way.values())[-1] if level.way else "The whole drawing"
    picture = drawn(
        level.diagram,
        title=title,
        marks=dict.fromkeys(level.near, "near"),
        icon_href=lambda symbol: f"{sprite}#{symbol}",
    )
    way = list(level.way.items())
    context = frame(request, design) | {
        "here": "Levels",
        "title": title,
        "way": way[:-1],
        "is_whole": not way,
        "boundaries": level.boundaries,
        "picture": picture,
    }
    return render(request, "designs/levels.html", context)
