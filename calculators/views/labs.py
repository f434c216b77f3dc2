"""The labs' pages. An address holds parameters, seed and actions, so these views keep nothing and ask no database."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from calculators.labs.registry import BY_SLUG, LABS
from calculators.pages.lab import lab_page, lab_picture
from web.render import page_or_partial


@require_safe
def lab_list(request: HttpRequest) -> HttpResponse:
    labs = [(lab, lab_picture(lab)) for lab in LABS]
    return render(request, "calculators/lab_list.html", {"labs": labs, "section": "labs"})


@require_safe
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    lab = BY_SLUG.get(slug)
    if lab is None:
        raise Http404(f"There is no lab {slug!r}")
    page = lab_page(lab, request.GET.dict(), address=reverse("calculators:lab_detail", args=[slug]))
    context = {"lab": lab, "page": page, "section": "labs"}
    status = 422 if page.problems else 200
    return page_or_partial(request, "calculators/lab_detail.html", context, fragment="lab", status=status)
