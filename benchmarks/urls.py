from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from designs.models import Design
from web.sent.same_origin import token_or_same_origin

KEPT: list[bytes] = []
BARE_PAGE = "<!DOCTYPE html><title>Bare</title>"


def bare(_request: HttpRequest) -> HttpResponse:
    """The minimum cost of every request: the middleware, and a constant response."""
    return HttpResponse(BARE_PAGE)


@csrf_exempt
def constant(request: HttpRequest) -> HttpResponse:
    """Stores the posted bytes, and returns the address at which they can be fetched again."""
    KEPT.append(request.body)
    return HttpResponse(f"/constant/{len(KEPT) - 1}/")


def constant_again(_request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(KEPT[number])


@token_or_same_origin
def bare_save(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The minimum work of an autosave: write the whole document, unless it changed since the given version."""
    version = int(request.headers["Base-Version"])
    mine = Design.objects.filter(pk=design_id, owner=request.user.pk, version=version)
    saved = mine.update(document=request.body.decode(), version=version + 1)
    return JsonResponse({"version": version + 1}, status=200 if saved else 409)


urlpatterns = [
    path("bare/", bare),
    path("constant/", constant),
    path("constant/<int:number>/", constant_again),
    path("bare-save/<uuid:design_id>/", bare_save),
    path("", include("config.urls")),
]
