"""The labs' pages. An address holds parameters, seed and actions, so these views keep nothing and ask no database."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from calculators.labs.lab import Lab, LabError
from calculators.labs.registry import BY_SLUG, LABS
from calculators.pages.lab import LabPage, lab_frames, lab_page, lab_picture
from web.shown.pictures import card_of_drawing, shared_picture
from web.shown.render import page_or_partial


@require_safe
def lab_list(request: HttpRequest) -> HttpResponse:
    labs = [(lab, lab_picture(lab)) for lab in LABS]
    return render(request, "calculators/lab_list.html", {"labs": labs, "section": "labs"})


@require_safe
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    picture = request.build_absolute_uri(reverse("calculators:lab_picture", args=[slug]))
    context = {"lab": page.lab, "page": page, "section": "labs", "picture": picture}
    status = 422 if page.problems else 200
    return page_or_partial(request, "calculators/lab_detail.html", context, fragment="lab", status=status)


@require_safe
def lab_picture_shared(request: HttpRequest, slug: str) -> HttpResponse:
    """What other programs show beside a lab's address: its picture during a run."""
    lab = _lab(slug)
    return shared_picture(request, f"lab-{slug}", lambda: card_of_drawing(lab.title, lab.summary, lab_picture(lab)))


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


def _lab(slug: str) -> Lab:
    lab = BY_SLUG.get(slug)
    if lab is None:
        raise Http404(f"There is no lab {slug!r}")
    return lab


def _page(request: HttpRequest, slug: str) -> LabPage:
    return lab_page(_lab(slug), request.GET.dict(), address=reverse("calculators:lab_detail", args=[slug]))
