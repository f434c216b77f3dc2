"""A request of one operation, played hop by hop on the drawing. Each hop has an address, so no scripts are needed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from calculators.engine.shipped import all_figures
from designs.access import viewable_design
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.pages import playing as shown
from designs.pages.frame import frame
from web.sent.typed import whole_number
from web.shown.render import page_or_partial


@require_safe
def play(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    document = design.data()
    model = model_of(read(document), all_figures())
    operations = shown.operations(model)
    asked = request.GET.get("operation", "")
    known = asked in model.flows
    operation = asked if known else operations[0]["key"] if operations else ""
    at = whole_number(request.GET.get("hop", "")) or 0
    drawing, sprite = document.get("diagram", {}), static("icons.svg")
    context = frame(request, design) | {
        "here": "Play a request",
        "operations": operations,
        "error": f"There is no operation {asked[:40]!r}." if asked and not known else "",
        "play": shown.played(model, operation, at, drawing, sprite) if operation else None,
    }
    return page_or_partial(request, "designs/play.html", context, fragment="stage")
