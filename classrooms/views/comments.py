"""The comment bank of a class, kept by whoever marks there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from classrooms.access import signed_in, taught_class
from classrooms.forms import SavedCommentForm
from classrooms.services import comments
from classrooms.services.errors import ClassError
from web.sent.once import sent_once
from web.sent.typed import LARGEST_KEY, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def saved_comments(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """The list; adds one, or with `saved` and `do` changes or deletes one."""
    classroom = taught_class(request, classroom_id)
    form = SavedCommentForm(request.POST or None)
    try:
        if request.method == "POST" and "saved" in request.POST:
            asked = whole_number(request.POST["saved"], most=LARGEST_KEY)
            saved = get_object_or_404(classroom.saved_comments, pk=asked or 0)
            if request.POST.get("do") == "delete":
                saved.delete()
            else:
                comments.change_saved(saved, request.POST.get("words", ""))
                messages.success(request, "Saved.")
            return redirect("classrooms:saved_comments", classroom.pk)
        if request.method == "POST" and form.is_valid():
            comments.save_comment(classroom, form.cleaned_data["words"], author=signed_in(request), at=timezone.now())
            return redirect("classrooms:saved_comments", classroom.pk)
    except ClassError as error:
        messages.error(request, str(error))
    context = {
        "section": "classes",
        "classroom": classroom,
        "form": form,
        "saved": classroom.saved_comments.select_related("author"),
    }
    return render(request, "classrooms/saved_comments.html", context, status=422 if form.is_bound else 200)
