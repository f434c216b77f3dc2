"""The frame of every page of a design: its name, the list of steps, and the data that its scripts start from."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from designs.access import acting_user, may_edit
from designs.document.schema import Document
from designs.grants import strips_of
from designs.methods.method import AREAS, Method
from designs.methods.progress import StepProgress, progress
from designs.models import Design, DesignComment, Interview
from designs.selectors.designs import document_at
from designs.selectors.interviews import state_of
from designs.selectors.methods import method_called


def new_id() -> str:
    """An id for an object added through a form; the scripts make ids in the same way."""
    return f"k{secrets.token_hex(5)}"


def frame(
    request: HttpRequest, design: Design, *, area: str = "", document: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The context of a page. `document` is the document to show, when it is not the stored one."""
    stored = design.data()
    typed = Document.model_validate(stored)
    method = method_called(typed.meta.method)
    user = acting_user(request)
    url = reverse("designs:design_detail", args=[design.pk])
    can_edit = may_edit(request, design)
    is_owner = user is not None and user.pk == design.owner_id
    is_shared = not is_owner or Design.objects.shared().filter(pk=design.pk).exists()
    began = Document.model_validate(document_at(design, 0)) if typed.meta.scenario else None
    steps = progress(typed, method, began=began)
    return {
        "design": design,
        "document": document if document is not None else stored,
        "typed": typed,
        "section": "designs",
        "method": method,
        "rail": rail(method, steps, area),
        "area": AREAS.get(area),
        "can_edit": can_edit,
        "is_owner": is_owner,
        "design_data": {
            "url": url,
            "version": design.version,
            "document": stored,
            "step": area,
            "canEdit": can_edit,
            "isShared": is_shared,
        },
        "links": optional_links(design, is_owner=is_owner),
        "strips": strips_of(design.pk, user.pk if user else None),
        **running_interview(request, design),
    }


def running_interview(request: HttpRequest, design: Design) -> dict[str, Any]:
    """The clock and the interviewer's replies, for the candidate whose interview this is."""
    user = acting_user(request)
    if user is None or user.pk != design.owner_id:
        return {}
    interview = Interview.objects.filter(design=design, finished_at=None).first()
    return {"interview": interview, "state": state_of(interview, timezone.now())} if interview else {}


def rail(method: Method, steps: list[StepProgress], current: str) -> list[dict[str, Any]]:
    """The steps in display order: those of the method, then the areas that no step covers."""
    found = [
        {
            "title": each.step.title,
            "minutes": each.step.minutes,
            "areas": [AREAS[slug] for slug in each.step.areas],
            "progress": each,
            "is_current": current in each.step.areas,
            "href_area": each.step.areas[0],
            "phase": next(phase.title for phase in method.phases if phase.slug == each.step.phase),
        }
        for each in steps
    ]
    for slug in method.areas:
        if slug not in method.step_of_area:
            found.append(
                {"title": AREAS[slug].short, "areas": [AREAS[slug]], "is_current": slug == current, "href_area": slug}
            )
    return found


def optional_links(design: Design, *, is_owner: bool) -> list[tuple[str, str, str]]:
    """Pages of a design that the site may have: name of the URL, label, icon."""
    pages = (
        ("analysis", "Analysis", "gauge"),
        ("share", "Share", "share-2"),
        ("play", "Play a request", "route"),
        ("drill", "Drill", "zap"),
        ("simulation", "Simulation", "waves"),
        ("storms", "Storms", "rotate-ccw"),
        ("studies", "Repair and attack", "shield"),
        ("history", "History", "history"),
        ("replay", "Replay", "play"),
        ("comments", "Comments", "message-square"),
        ("export", "Export", "download"),
    )
    shown = [each for each in pages if is_owner or each[0] != "share"]
    count = DesignComment.objects.filter(design=design).still_open().count()
    said = {"comments": f"Comments ({count})"} if count else {}
    return [
        (_address(f"designs:{name}", design), said.get(name, words), icon)
        for name, words, icon in shown
        if _exists(name, design)
    ]


def _exists(name: str, design: Design) -> bool:
    return bool(_address(f"designs:{name}", design))


def _address(name: str, design: Design) -> str:
    try:
        return reverse(name, args=[design.pk])
    except NoReverseMatch:
        return ""
