"""The list of designs, and the overview of one design."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services.guests import ensure_guest
from designs.access import acting_user, editable_design, opened_links, owned_design, viewable_design
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.document.schema import blank
from designs.models import BIN_DAYS, Design
from designs.pages.drawings import drawn
from designs.pages.frame import frame, new_id
from designs.selectors.comments import open_by_component
from designs.selectors.methods import DEFAULT, methods
from designs.services.bin import bin_design, take_from_bin
from designs.services.saving import create_design
from designs.views.history import picture
from designs.views.saving import base_of, problems_of_error, save_form_patch
from designs.workbench.posted import read_posted
from web.sent.once import sent_once
from web.sent.same_origin import token_or_same_origin
from web.watching import audit

MOST_LISTED = 200
ON_A_PAGE = 24
MOST_DRAWN = 300  # components in a thumbnail: more would be too small to see and make the page large


@dataclass(frozen=True)
class Card:
    """A design in the list, with a small drawing."""

    design: Design
    drawing: SafeString
    components: int


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def design_list(request: HttpRequest) -> HttpResponse:
    """The person's own designs, designs shared with them, and the bin. Posting creates a design."""
    if request.method == "POST":
        return _create(request)
    return _list(request, title="", error="", status=200)


def _list(request: HttpRequest, *, title: str, error: str, status: int) -> HttpResponse:
    user = acting_user(request)
    user_id = user.pk if user else None
    mine = Design.objects.owned_by(user_id)
    shared = Design.objects.viewable_by(None, opened_links(request)).select_related("owner")
    page = Paginator(mine.kept(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "designs",
        "mine": [_card(design) for design in page],
        "page": page,
        "shared": [_card(design) for design in shared[:ON_A_PAGE] if design.owner_id != user_id],
        "binned": mine.binned().defer("document")[:MOST_LISTED],
        "bin_days": BIN_DAYS,
        "methods": methods().values(),
        "title": title,
        "error": error,
    }
    return render(request, "designs/design_list.html", context, status=status)


def _card(design: Design) -> Card:
    diagram = design.data().get("diagram", {})
    components = len(diagram.get("components", {}))
    drawing = drawn(diagram, is_thumbnail=True) if 0 < components <= MOST_DRAWN else SafeString("")
    return Card(design, drawing, components)


def _create(request: HttpRequest) -> HttpResponse:
    title = request.POST.get("title", "").strip()
    method = request.POST.get("method", DEFAULT)
    document = blank(title=title, method=method if method in methods() else DEFAULT)
    try:
        # Checked before a guest account is created.
        design = create_design(owner=ensure_guest(request), document=document, at=timezone.now())
    except InvalidDocumentError as error:
        return _list(request, title=title, error=error.problems[0].message, status=422)
    return redirect("designs:step", design.pk, methods()[document["meta"]["method"]].areas[0])


@token_or_same_origin
@require_POST
@sent_once
def just_draw(request: HttpRequest) -> HttpResponse:
    """Opens an empty canvas from the home page with one click; the design gets its name later."""
    document = blank(method=DEFAULT)
    design = create_design(owner=ensure_guest(request), document=document, at=timezone.now())
    return redirect(reverse("designs:step", args=[design.pk, "high-level"]) + "#draw")


@require_http_methods(["GET", "HEAD", "POST"])
def design_detail(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The progress of each step. Posting changes the title or the method."""
    if request.method == "POST":
        return _rename(request, editable_design(request, design_id))
    return _overview(request, viewable_design(request, design_id))


def _overview(request: HttpRequest, design: Design, *, error: str = "") -> HttpResponse:
    context = frame(request, design) | {
        "methods": methods().values(),
        "base": design.version,
        "error": error,
        "drawing": picture(design.data(), comments=open_by_component(design)),
    }
    return render(request, "designs/design_detail.html", context, status=422 if error else 200)


def _rename(request: HttpRequest, design: Design) -> HttpResponse:
    version, base = base_of(request, design)
    posted = read_posted(dict(request.POST.lists()), base, new_id=new_id)
    try:
        return save_form_patch(request, design, posted.patch, back=request.path, base_version=version)
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        return _overview(request, design, error=problems_of_error(error)[0].message)


@require_POST
def delete_design(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = owned_design(request, design_id)
    if Design.objects.drawn_together().filter(pk=design.pk).exists():
        messages.error(request, "A group works on this design, so it cannot be deleted.")
        return redirect("designs:design_detail", design.pk)
    bin_design(design, at=timezone.now())
    audit.record("design deleted", request, design=design.pk)
    messages.success(request, f"“{design}” is in the bin for {BIN_DAYS} days.")
    return redirect("designs:design_list")


@require_POST
def restore_design(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """Restores the design from the bin."""
    design = owned_design(request, design_id, binned=True)
    take_from_bin(design)
    audit.record("design restored", request, design=design.pk)
    messages.success(request, f"“{design}” is back.")
    return redirect("designs:design_detail", design.pk)
