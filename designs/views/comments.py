"""Comments on a design by people who may change it: add, resolve, reopen, delete."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from designs.access import acting_user, editable_design, viewable_design
from designs.document.elements import words_for
from designs.forms.comments import CommentForm
from designs.models import DesignComment
from designs.pages.frame import frame
from designs.services.comments import CommentError, comment, resolve
from web.sent.once import sent_once


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def comments(request: HttpRequest, design_id: UUID) -> HttpResponse:
    """Everybody who may see the design reads them; adding one needs edit access. `?element=` selects an element."""
    is_sent = request.method == "POST"
    design = editable_design(request, design_id) if is_sent else viewable_design(request, design_id)
    document = design.data()
    form = CommentForm(
        request.POST if is_sent else None, document=document, initial={"element": request.GET.get("element", "")}
    )
    if is_sent and form.is_valid():
        try:
            made = comment(
                design,
                form.cleaned_data["words"],
                element=form.cleaned_data["element"],
                author=acting_user(request),
                at=timezone.now(),
            )
        except CommentError as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{request.path}#comment-{made.pk}")
    found = list(DesignComment.objects.of(design))
    user = acting_user(request)
    context = frame(request, design) | {
        "here": "Comments",
        "form": form,
        "open": [(each, words_for(document, each.element)) for each in found if each.is_open],
        "resolved": [(each, words_for(document, each.element)) for each in found if not each.is_open],
        "viewer_id": user.pk if user else None,
    }
    return render(request, "designs/comments.html", context, status=422 if form.errors else 200)


@require_POST
def comment_do(request: HttpRequest, design_id: UUID, comment_id: int) -> HttpResponse:
    """`do=resolve`, `open` or `delete`. Only the author of a comment or the owner of the design may delete it."""
    design = editable_design(request, design_id)
    found = get_object_or_404(DesignComment, pk=comment_id, design=design)
    user, do = acting_user(request), request.POST.get("do", "")
    if do == "delete":
        if user is None or user.pk not in (found.author_id, design.owner_id):
            raise PermissionDenied("Only its author or the owner of the design can delete a comment.")
        found.delete()
        messages.success(request, "The comment is deleted.")
    elif do in ("resolve", "open"):
        resolve(found, by=user, at=timezone.now() if do == "resolve" else None)
    return redirect("designs:comments", design.pk)
