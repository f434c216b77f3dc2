"""Who else has a design open: each open page reports itself and receives the others."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from designs.access import acting_user, viewable_design
from designs.document import text
from designs.methods.method import AREAS
from designs.models import Presence
from designs.services.presence import forget_presence, note_presence
from designs.views.documents import refusal
from web.sent.same_origin import token_or_same_origin

CLIENT = re.compile(r"[a-z0-9]{8,40}")
PLACE = re.compile(r"(?:(?:component|connection|zone)-[A-Za-z][A-Za-z0-9_-]{0,39})?")
MOST_BYTES = 1_000
ALONE_S, TOGETHER_S = 6, 4  # until the page asks again


@token_or_same_origin
@require_POST
def presence(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """Body `{client, step, place}`, or with `gone` when the page is left; response `{others: [...], again_s}`.

    A request with a page's own id may report it as gone, even after the design is deleted: this reveals nothing.
    """
    said = _said(request)
    if said.get("gone"):
        forget_presence(design_id, str(said.get("client", "")))
        return JsonResponse({"others": [], "again_s": ALONE_S})
    design = viewable_design(request, design_id, with_document=False)
    client, step, place = (str(said.get(name, "")) for name in ("client", "step", "place"))
    if not CLIENT.fullmatch(client) or not PLACE.fullmatch(place) or step not in {"", *AREAS}:
        return refusal(422, "`client`, `step` or `place` has a value that is not allowed.")
    found = note_presence(design, client=client, user=acting_user(request), step=step, place=place, at=timezone.now())
    return JsonResponse({"others": [_shown(each) for each in found], "again_s": TOGETHER_S if found else ALONE_S})


def _said(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of the body; empty when the body is too large or is no JSON object."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return {}
    try:
        said = text.parse(request.body)
    except text.MalformedJsonError:
        return {}
    return said if isinstance(said, dict) else {}


def _shown(each: Presence) -> dict[str, Any]:
    name = "Somebody" if each.user is None else "A guest" if each.user.is_guest else each.user.get_username()
    return {"id": each.pk, "name": name, "step": AREAS[each.step].short if each.step else "", "place": each.place}
