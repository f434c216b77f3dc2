from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils import timezone

from designs.models import Design
from studyguide.models import CardState
from web.same_origin import token_or_same_origin

BARE_PAGE = "<!DOCTYPE html><title>Bare</title>"


def bare(_request: HttpRequest) -> HttpResponse:
    """What every request costs before it does anything: the middleware, and a constant."""
    return HttpResponse(BARE_PAGE)


def bare_update(request: HttpRequest) -> HttpResponse:
    """What saving one row costs whoever is signed in: one UPDATE, and a constant."""
    states = CardState.objects.filter(learner=request.user.pk, card=request.POST["card"])
    states.update(due_at=timezone.now())
    return HttpResponse(BARE_PAGE)


@token_or_same_origin
def bare_save(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The least that an autosave can do: write the whole document, unless somebody else did since its version."""
    version = int(request.headers["Base-Version"])
    mine = Design.objects.filter(pk=design_id, owner=request.user.pk, version=version)
    saved = mine.update(document=request.body.decode(), version=version + 1)
    return JsonResponse({"version": version + 1}, status=200 if saved else 409)


urlpatterns = [
    path("bare/", bare),
    path("bare-update/", bare_update),
    path("bare-save/<uuid:design_id>/", bare_save),
    path("", include("config.urls")),
]
