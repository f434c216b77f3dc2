"""Another look at marks, and the history of marks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from classrooms.access import own_work, signed_in, taught_work, work_for
from classrooms.pages.history import history_of
from classrooms.services import regrades
from classrooms.services.errors import ClassError
from classrooms.views.marking import feedback_page, marking_page
from web.watching.audit import record


@require_POST
def work_regrade(request: HttpRequest, work_id: int) -> HttpResponse:
    """The student asks for another look at what was given back."""
    work = own_work(request, work_id)
    typed = request.POST.get("reason", "")
    try:
        regrades.ask_again(work, typed, at=timezone.now())
    except ClassError as error:
        return feedback_page(request, work, reason=typed, refused=str(error))
    record("regrade asked", request, work=work.pk)
    messages.success(request, "Your teacher is asked. The answer will stand here.")
    return redirect(work)


@require_POST
def regrade_answer(request: HttpRequest, work_id: int, regrade_id: int) -> HttpResponse:
    work = taught_work(request, work_id)
    asked = get_object_or_404(work.regrades, pk=regrade_id)
    typed = request.POST.get("answer", "")
    try:
        regrades.answer(asked, typed, by=signed_in(request), at=timezone.now())
    except ClassError as error:
        return marking_page(request, work, answer=typed, refused=str(error))
    record("regrade answered", request, work=work.pk)
    messages.success(request, f"{work.student} can read the answer.")
    return redirect(work)


@require_safe
def work_history(request: HttpRequest, work_id: int) -> HttpResponse:
    """For the student and for whoever marks: everything that was ever given back. Nothing of it can be changed."""
    work, is_taught = work_for(request, work_id)
    context = {
        "section": "classes",
        "work": work,
        "assignment": work.assignment,
        "classroom": work.assignment.classroom,
        "history": history_of(work),
        "is_taught": is_taught,
    }
    return render(request, "classrooms/work_history.html", context)
