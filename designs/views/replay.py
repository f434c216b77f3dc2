"""Replay of a design, version by version, with its clock."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from designs.access import viewable_design
from designs.document.describe import describe
from designs.models import Change, Design
from designs.pages.frame import frame
from designs.selectors.designs import document_at
from designs.views.history import picture
from designs.workbench.contents import contents
from web.sent.typed import whole_number
from web.shown.render import page_or_partial

MOST_TICKS = 5_000


@require_safe
def replay(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """One version: its drawing, its other contents, and the latest change."""
    design = viewable_design(request, design_id)
    given = request.GET.get("version", "")
    asked = whole_number(given)
    version = design.version if asked is None else asked
    version = min(version, design.version)
    document = document_at(design, version)
    before = document_at(design, version - 1) if version else document
    change = Change.objects.filter(design=design, version=version).first()
    context = frame(request, design) | {
        "here": "Replay",
        "shown": version,
        "change": change,
        "clock": _clock(design, change),
        "differences": describe(before, document),
        "svg": picture(document, title=f"Version {version}"),
        "contents": contents(document),
        "ticks": _ticks(design),
    }
    return page_or_partial(request, "designs/replay.html", context, fragment="stage")


def _clock(design: Design, change: Change | None) -> str:
    """Minutes and seconds since the design began, or on the clock of its interview."""
    if change is None:
        return "0:00"
    seconds = change.elapsed_seconds
    if seconds is None:
        seconds = int((change.at - design.created_at).total_seconds())
    return spoken_seconds(max(seconds, 0))


def spoken_seconds(seconds: int) -> str:
    """`7:05`, `1:02:03`, with days from 24 hours on."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    clock = f"{hours}:{minutes:02}:{left:02}" if hours or days else f"{minutes}:{left:02}"
    return f"{days} day{'s' if days > 1 else ''} {clock}" if days else clock


def _ticks(design: Design) -> list[int]:
    """Seconds from version to version, so that the replay keeps the original pace."""
    times: list[Any] = [design.created_at]
    times += Change.objects.filter(design=design).order_by("version").values_list("at", flat=True)[:MOST_TICKS]
    return [_gap(one, other) for one, other in pairwise(times)]


def _gap(one: datetime, other: datetime) -> int:
    return max(int((other - one).total_seconds()), 0)
