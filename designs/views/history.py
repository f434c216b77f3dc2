"""The history of a design: versions in words, two versions compared, names, restoring, and copies of a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.services.guests import ensure_guest
from designs.access import acting_user, editable_design, viewable_design
from designs.document.describe import Difference, describe
from designs.document.problems import place_of
from designs.models import Design, NamedVersion
from designs.pages.drawings import drawn
from designs.pages.frame import frame
from designs.selectors.designs import NoSuchVersionError, document_at, history
from designs.services.versions import fork_design, name_version, restore_version
from web.sent.once import sent_once
from web.sent.typed import whole_number

PAGE = 30
MAX_NAME = 100


@require_safe
def history_page(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The newest versions, or those before one."""
    design = viewable_design(request, design_id)
    before = _number(request.GET.get("before", ""))
    entries = history(design, before=before, limit=PAGE)
    named = NamedVersion.objects.filter(design=design)
    context = frame(request, design) | {
        "here": "History",
        "entries": entries,
        "older": entries[-1].version if entries and entries[-1].version > 0 else None,
        "is_first_page": before is None,
        "named": named,
        "previous_version": max(design.version - 1, 0),
    }
    return render(request, "designs/history.html", context)


@require_safe
def compare(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The changes from one version to another, in words and on both drawings."""
    design = viewable_design(request, design_id)
    latest = design.version
    first = _number(request.GET.get("from", ""))
    second = _number(request.GET.get("to", ""))
    first, second = (max(latest - 1, 0) if first is None else first), (latest if second is None else second)
    before, after = _document(design, first), _document(design, second)
    differences = describe(before, after)
    context = frame(request, design) | {
        "here": "Compare",
        "first": first,
        "second": second,
        "differences": differences,
        "before_svg": picture(before, title=f"Version {first}", marks=drawing_marks(differences, "removed")),
        "after_svg": picture(after, title=f"Version {second}", marks=drawing_marks(differences, "added")),
    }
    return render(request, "designs/compare.html", context)


@require_POST
def name(request: HttpRequest, design_id: UUID, version: int) -> HttpResponse:
    """Names a version; an empty name removes it."""
    design = editable_design(request, design_id)
    given = " ".join(request.POST.get("name", "").split())
    if len(given) > MAX_NAME:
        messages.error(request, f"A name has at most {MAX_NAME} characters; this one has {len(given)}.")
    elif "\x00" in given:
        messages.error(request, "A name holds no control characters.")
    elif given:
        _existing(design, version)
        name_version(design, version, given, at=timezone.now())
    else:
        NamedVersion.objects.filter(design=design, version=version).delete()
    return redirect("designs:history", design.pk)


@require_POST
def restore(request: HttpRequest, design_id: UUID, version: int) -> HttpResponse:
    """Restores a version; the version before the restore stays in the history."""
    design = editable_design(request, design_id)
    _existing(design, version)
    saved = restore_version(design, version, author=acting_user(request), at=timezone.now())
    if saved.version == design.version:
        messages.success(request, f"The design is as it was at version {version} already.")
    else:
        messages.success(request, f"Back at version {version}. Restore version {saved.version - 1} to undo that.")
    return redirect("designs:history", design.pk)


@require_POST
@sent_once
def fork(request: HttpRequest, design_id: UUID, version: int) -> HttpResponse:
    """Copies a design that the person may see into one of their own."""
    design = viewable_design(request, design_id)
    _existing(design, version)
    copy = fork_design(design, version, owner=ensure_guest(request), at=timezone.now())
    messages.success(request, "This is your own copy; the original stays as it is.")
    return redirect("designs:design_detail", copy.pk)


def drawing_marks(differences: list[Difference], kind: str) -> dict[str, str]:
    """Ids in the drawing that were added or removed (`kind`), or changed."""
    marks: dict[str, str] = {}
    for difference in differences:
        path = place_of(difference.path)
        if len(path) >= 3 and path[0] == "diagram" and difference.kind in (kind, "changed"):
            marks.setdefault(path[2], difference.kind if len(path) == 3 else "changed")
    return marks


def picture(document: dict[str, Any], **options: Any) -> str:
    """The drawing for a page, with all given text escaped."""
    sprite = static("icons.svg")
    return drawn(document.get("diagram", {}), icon_href=lambda symbol: f"{sprite}#{symbol}", **options)


def _document(design: Design, version: int) -> dict[str, Any]:
    try:
        return document_at(design, version)
    except NoSuchVersionError as error:
        raise Http404(str(error)) from None


def _existing(design: Design, version: int) -> None:
    if version > design.version:
        raise Http404(str(NoSuchVersionError(version=version, latest=design.version)))


def _number(text: str) -> int | None:
    return whole_number(text)
