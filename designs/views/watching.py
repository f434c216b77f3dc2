"""The interviewer's page: a link that shows the design live, with notes, hints, changes and the rubric.

Anybody with the link may use it; the candidate creates and revokes it. In a class the teacher creates it by sitting in,
and it opens only for teachers of that class. It is checked at every request, so a revoked link opens nothing. The token
is not sent to other sites: the site's referrer policy is `same-origin`. A page with forms may not use `no-referrer`,
because then the browser posts `Origin: null` and the forms are refused.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from designs.access import acting_user
from designs.document.schema import Document
from designs.models import Interview, InterviewEvent, InterviewMark
from designs.pictures.diagram import draw
from designs.scenarios.reference import answer_of
from designs.selectors.interview_result import result_of
from designs.selectors.interviews import state_of
from designs.services import interviews
from designs.services.interviews import NotNowError
from web.sent.typed import whole_number

LATEST_CHANGES = 8


@require_safe
@never_cache
def watch(request: HttpRequest, token: str) -> HttpResponse:
    interview = _watched(request, token)
    context = _context(interview, token) | {"answers": _answers(interview), "result": result_of(interview)}
    return render(request, "designs/interview_watch.html", context)


@require_safe
@never_cache
def watch_live(request: HttpRequest, token: str) -> HttpResponse:
    """The part that changes: 204 for a page that already has this version."""
    interview = _watched(request, token)
    context = _context(interview, token)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "designs/_interview_live.html", context)


@require_POST
def watch_do(request: HttpRequest, token: str) -> HttpResponse:
    """The actions of an interviewer: note, hint, change, moment, score."""
    interview = _watched(request, token)
    does = DOES.get(request.POST.get("do", ""))
    if does is not None:
        try:
            does(request, interview)
        except NotNowError as error:
            messages.error(request, str(error))
    return redirect("designs:interview_watch", token)


def _watched(request: HttpRequest, token: str) -> Interview:
    user = acting_user(request)
    found = Interview.objects.watched_by(token, user.pk if user else None)
    return get_object_or_404(found.select_related("design__owner"))


def _context(interview: Interview, token: str) -> dict[str, object]:
    state = state_of(interview, timezone.now())
    stored = interview.design.data()
    return {
        "section": "scenarios",
        "token": token,
        "interview": interview,
        "state": state,
        "document": Document.model_validate(stored),
        "drawing": mark_safe(draw(stored.get("diagram", {}), title="The candidate's drawing")),  # noqa: S308 - ours
        "latest": list(interview.design.changes.order_by("-version")[:LATEST_CHANGES]),
        "notes": list(interview.private_notes.all()),
        "said": {each.key for each in state.changes},
        "marked_moments": state.of_kind(InterviewEvent.Kind.MOMENT),
        "seen": f"{interview.design.version}-{len(state.events)}-{len(state.changes)}",
    }


def _answers(interview: Interview) -> list[tuple[str, str]]:
    data = interview.data
    return [(each.question, answer_of(data, key, interview.figures)) for key, each in data.questions.items()]


def _note(request: HttpRequest, interview: Interview) -> None:
    interviews.write_private_note(interview, request.POST.get("words", ""), at=timezone.now())


def _hint(request: HttpRequest, interview: Interview) -> None:
    hint = request.POST.get("subject", "")
    interviews.give_hint(interview, hint, author=acting_user(request), at=timezone.now())


def _change(request: HttpRequest, interview: Interview) -> None:
    change = request.POST.get("subject", "")
    interviews.announce_change(interview, change, author=acting_user(request), at=timezone.now())


def _moment(request: HttpRequest, interview: Interview) -> None:
    interviews.mark_moment(interview, request.POST.get("words", ""), author=acting_user(request), at=timezone.now())


def _score(request: HttpRequest, interview: Interview) -> None:
    for dimension in interview.data.rubric:
        level = whole_number(request.POST.get(f"level-{dimension}", ""))
        if level is not None:
            interviews.mark_dimension(
                interview,
                role=InterviewMark.Role.INTERVIEWER,
                dimension=dimension,
                level=level,
                note=request.POST.get(f"note-{dimension}", ""),
            )


DOES: dict[str, Callable[[HttpRequest, Interview], None]] = {
    "note": _note,
    "hint": _hint,
    "change": _change,
    "moment": _moment,
    "score": _score,
}
