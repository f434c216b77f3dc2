"""Notes of one's own, shared with a class."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from classrooms.access import membership_in, signed_in
from classrooms.models import Classroom, SharedNotes
from classrooms.services import notes
from studyguide.models import NoteBody
from web.sent.once import sent_once
from web.sent.typed import LARGEST_KEY, whole_number
from web.watching.audit import record


@require_POST
@sent_once
def notes_share(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Any member shares notes of their own; the form names the notes."""
    member = membership_in(request, classroom_id)
    pk = whole_number(request.POST.get("body", ""), most=LARGEST_KEY)
    body = NoteBody.objects.filter(owner=member.user_id, pk=pk or 0).first()
    if body is None:
        messages.error(request, "These notes are not yours, or they no longer exist.")
        return redirect(member.classroom)
    notes.share(body, member.classroom, at=timezone.now())
    record("notes shared", request, body=body.pk, classroom=classroom_id)
    messages.success(request, f"{member.classroom} reads {body.title} now.")
    return redirect("studyguide:own_notes_detail", body.pk)


@require_POST
def notes_end(request: HttpRequest, shared_id: int) -> HttpResponse:
    """By whoever owns the notes, or teaches the class."""
    user = signed_in(request)
    mine = Q(body__owner=user) | Q(classroom__in=Classroom.objects.taught_by(user.pk))
    shared = get_object_or_404(SharedNotes.objects.filter(mine).select_related("body", "classroom"), pk=shared_id)
    classroom = shared.classroom
    notes.end(shared)
    record("notes no longer shared", request, body=shared.body_id, classroom=classroom.pk)
    messages.success(request, f"{classroom} does not read {shared.body.title} any more.")
    if shared.body.owner_id == user.pk:
        return redirect("studyguide:own_notes_detail", shared.body_id)
    return redirect(classroom)
