"""Share links: created and revoked by the owner, opened by anybody who has one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from designs.access import owned_design, remember_link
from designs.models import ShareLink
from designs.pages.frame import frame
from designs.pages.portfolio import Portfolio, preview
from designs.services.sharing import create_link, revoke_link
from web.sent.once import sent_once
from web.watching import audit


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def share(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """The links of a design. Posting creates another one."""
    design = owned_design(request, design_id)
    if request.method == "POST":
        access = request.POST.get("access", "")
        if access not in ShareLink.Access.values:
            messages.error(request, "A link can view, can edit or shows a page; choose one of the three.")
        else:
            link = create_link(design, ShareLink.Access(access), at=timezone.now())
            audit.record("link shared", request, design=design.pk, link=link.pk, access=access)
            messages.success(request, "Anybody who has the new link can open it until you revoke it.")
        return redirect("designs:share", design.pk)
    links = [
        {"link": link, "address": request.build_absolute_uri(reverse("designs:open_link", args=[link.token]))}
        for link in design.share_links.all()
    ]
    context = frame(request, design) | {"here": "Share", "share_links": links}
    return render(request, "designs/share.html", context)


@require_POST
def revoke(request: HttpRequest, design_id: UUID, link_id: int) -> HttpResponse:
    design = owned_design(request, design_id)
    revoke_link(get_object_or_404(design.share_links, pk=link_id))
    audit.record("link revoked", request, design=design.pk, link=link_id)
    messages.success(request, "The link is revoked. People who opened it no longer have access.")
    return redirect("designs:share", design.pk)


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Gives this browser access by the link, and redirects to the design. Nothing is stored on the site. A view-only
    link shows a page of its own."""
    link = _link(token)
    if link.access == ShareLink.Access.SHOW:
        picture = request.build_absolute_uri(reverse("designs:shown_picture", args=[token]))
        shown = render(request, "designs/portfolio.html", {"portfolio": Portfolio(link.design), "picture": picture})
        shown["Cache-Control"] = "private, no-store"
        return shown
    response = redirect("designs:design_detail", link.design_id)
    remember_link(request, response, link)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def shown_picture(_request: HttpRequest, token: str) -> HttpResponse:
    """The picture of a public page, for previews of its address. It is gone when the link is revoked."""
    link = _link(token)
    if link.access != ShareLink.Access.SHOW:
        raise Http404("This link shows no picture.")
    response = HttpResponse(preview(Portfolio(link.design)), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


def _link(token: str) -> ShareLink:
    link = ShareLink.objects.select_related("design").filter(token=token, design__binned_at=None).first()
    if link is None:
        raise Http404("There is no such link, or it was revoked.")
    return link
