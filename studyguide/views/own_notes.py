"""Notes of the reader's own: sent, followed while they are read, and removed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from studyguide.forms import OwnNotesForm
from studyguide.grants import strips_of
from studyguide.models import NoteBody
from studyguide.selectors.bodies import bodies_of
from studyguide.services.own_notes import NotesRefusedError, remove_notes, send_notes
from web.reading.json_text import JsonTextError, read_json
from web.sent.once import sent_once
from web.sent.typed import without_halves
from web.shown.render import page_or_partial
from web.watching import audit


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def own_notes(request: HttpRequest) -> HttpResponse:
    """A reader's bodies of notes, and the form that brings more."""
    owner = cast("User", request.user)  # nobody else gets through login_required
    form = OwnNotesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = send_notes(owner, form.cleaned_data["title"], _named(form), now=timezone.now())
        except NotesRefusedError as error:
            form.add_error("files", str(error))
        else:
            audit.record("notes brought", request, body=made.body_id)
            return redirect("studyguide:own_notes_detail", made.body_id)
    context = {"section": "topics", "form": form, "bodies": bodies_of(owner.pk)}
    return render(request, "studyguide/own_notes.html", context, status=422 if form.errors else 200)


def _named(form: OwnNotesForm) -> list[tuple[str, bytes]]:
    """The files with their paths in the folder that was chosen, which a script tells; else by their names."""
    files = form.cleaned_data["files"]
    try:
        paths = read_json(form.cleaned_data["paths"] or "[]")
    except JsonTextError:
        paths = []
    names = paths if isinstance(paths, list) and len(paths) == len(files) else [file.name for file in files]
    return [(without_halves(str(name)), file.read()) for name, file in zip(names, files, strict=True)]


@require_safe
@login_required
def own_notes_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading of notes is, and in the end what became of the files."""
    body = get_object_or_404(NoteBody.objects.select_related("latest_import"), pk=pk, owner=request.user.pk)
    first = body.topics.order_by("order").first()
    context = {
        "section": "topics", "body": body, "import": body.latest_import, "first": first, "strips": strips_of(body.pk),
    }  # fmt: skip
    return page_or_partial(request, "studyguide/own_notes_detail.html", context, fragment="state")


@login_required
@require_POST
def own_notes_remove(request: HttpRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(NoteBody, pk=pk, owner=request.user.pk)
    remove_notes(body)
    audit.record("notes removed", request, body=pk)
    messages.success(request, f"Removed: {body.title}.")
    return redirect("studyguide:own_notes")
