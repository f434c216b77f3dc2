"""A reader's notes and marks beside the topics: made, listed, changed, removed, exported."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.guests import ensure_guest
from studyguide.forms import MarginNoteForm, MarginWordsForm
from studyguide.models import MarginNote, Topic
from studyguide.selectors.margin import all_notes, as_markdown
from studyguide.services.margin import TooManyNotesError, add_note, change_note
from web.sent.once import sent_once
from web.sent.same_origin import token_or_same_origin
from web.sent.typed import tidy
from web.shown.render import download
from web.shown.typography import set_well
from web.shown.viewer import viewer_id


@require_http_methods(["GET", "HEAD", "POST"])
@token_or_same_origin
@sent_once
def margin_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A note beside a topic, perhaps on words selected there; whoever has no account becomes a guest."""
    topic = get_object_or_404(Topic.objects.visible_to(viewer_id(request)), slug=slug)
    html = set_well(topic.body_html)
    if request.method == "POST":
        form = MarginNoteForm(request.POST, html=html)
        if form.is_valid():
            try:
                note = add_note(ensure_guest(request), topic, form.cleaned_data, now=timezone.now())
            except TooManyNotesError as error:
                form.add_error(None, str(error))
            else:
                return redirect(f"{topic.get_absolute_url()}#{'mark' if note.quote else 'note'}-{note.pk}")
    else:
        form = MarginNoteForm(
            initial={name: request.GET.get(name, "") for name in MarginNoteForm.base_fields}, html=html
        )
    context = {"section": "topics", "topic": topic, "form": form}
    return render(request, "studyguide/margin_form.html", context, status=422 if form.errors else 200)


@require_safe
def margin_list(request: HttpRequest) -> HttpResponse:
    """All notes and marks of the reader, by topic."""
    words = tidy(request.GET.get("q", ""), 100)
    groups = all_notes(viewer_id(request), words=words)
    context = {
        "section": "topics", "groups": groups, "words": words, "count": sum(len(group.notes) for group in groups),
    }  # fmt: skip
    return render(request, "studyguide/margin_list.html", context)


@require_safe
def margin_file(request: HttpRequest) -> HttpResponse:
    """All of them as one Markdown file."""
    text = as_markdown(all_notes(viewer_id(request)), site=request.build_absolute_uri("/").rstrip("/"))
    return download(text, name="notes.md", content_type="text/markdown; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def margin_edit(request: HttpRequest, pk: int) -> HttpResponse:
    note = _own(request, pk)
    form = MarginWordsForm(request.POST or None, initial={"words": note.words}, is_needed=not note.quote)
    if request.method == "POST" and form.is_valid():
        change_note(note, form.cleaned_data["words"], now=timezone.now())
        return redirect(note.place or "studyguide:margin_list")
    context = {"section": "topics", "note": note, "topic": note.topic, "form": form}
    return render(request, "studyguide/margin_form.html", context, status=422 if form.errors else 200)


@require_POST
def margin_remove(request: HttpRequest, pk: int) -> HttpResponse:
    note = _own(request, pk)
    topic = note.topic
    note.delete()
    messages.success(request, "The note is gone." if note.words else "The mark is gone.")
    if topic and request.POST.get("back") == "topic":
        return redirect(f"{topic.get_absolute_url()}#notes")
    return redirect("studyguide:margin_list")


def _own(request: HttpRequest, pk: int) -> MarginNote:
    reader_id = viewer_id(request)
    mine = MarginNote.objects.filter(reader=reader_id) if reader_id else MarginNote.objects.none()
    return get_object_or_404(mine.select_related("topic"), pk=pk)
