"""The labs' pages. An address holds parameters, seed and actions, so these views keep nothing and ask no database."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from calculators.labs.lab import LabError
from calculators.labs.registry import BY_SLUG, LABS
from calculators.pages.lab import LabPage, lab_frames, lab_page, lab_picture
from web.render import page_or_partial


@require_safe
def lab_list(request: HttpRequest) -> HttpResponse:
    labs = [(lab, lab_picture(lab)) for lab in LABS]
    return render(request, "calculators/lab_list.html", {"labs": labs, "section": "labs"})


@require_safe
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    context = {"lab": page.lab, "page": page, "section": "labs"}
    status = 422 if page.problems else 200
    return page_or_partial(request, "calculators/lab_detail.html", context, fragment="lab", status=status)


@require_safe
def lab_states(request: HttpRequest, slug: str) -> JsonResponse:
    """The whole run from here to its end, which the player shows without asking again."""
    page = _page(request, slug)
    if page.problems:
        return JsonResponse({"problems": [str(problem) for problem in page.problems]}, status=422)
    try:
        return JsonResponse({"frames": lab_frames(page)})
    except LabError as problem:
        return JsonResponse({"problems": [str(problem)]}, status=422)


def _page(request: HttpRequest, slug: str) -> LabPage:
    lab = BY_SLUG.get(slug)
    if lab is None:
        raise Http404(f"There is no lab {slug!r}")
    return lab_page(lab, request.GET.dict(), address=reverse("calculators:lab_detail", args=[slug]))
