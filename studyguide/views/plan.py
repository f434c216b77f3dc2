"""The plan up to an interview: a date shows it, and posting keeps the date."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.services.guests import ensure_guest
from studyguide.forms import InterviewDayForm
from studyguide.selectors.plan import plan_until
from studyguide.selectors.queue import queue_of
from studyguide.selectors.topics import topics_read_by
from studyguide.services.study_settings import save_interview_day
from web.shown.viewer import viewer_id


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    learner_id = viewer_id(request)
    queue = queue_of(learner_id, now=timezone.now())
    today = queue.rules.calendar.day_of(queue.now)
    kept = queue.settings.interview_on
    typed = request.POST if request.method == "POST" else request.GET if "interview_on" in request.GET else None
    form = InterviewDayForm(typed, today=today, initial={"interview_on": kept})
    day = form.cleaned_data["interview_on"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and day:
        save_interview_day(ensure_guest(request), day)
        messages.success(request, "The day is kept. Cards come in time for it.")
        return redirect("studyguide:plan")
    if day is None and not form.is_bound and kept and kept >= today:
        day = kept
    shown = plan_until(day, today=today, done=topics_read_by(learner_id)) if day else None
    context = {"section": "topics", "form": form, "plan": shown, "is_kept": day == kept, "counts": queue.counts()}
    return render(request, "studyguide/plan.html", context, status=422 if form.errors else 200)
