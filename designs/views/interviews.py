"""A mock interview: start, ask, take hints, pause, finish; then the result, with suggested marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.services.guests import ensure_guest
from calculators.engine.quantities import QuantityError
from designs.access import acting_user, viewable_design
from designs.models import Interview, InterviewMark
from designs.pictures.diagram import draw
from designs.scenarios.reference import individual_figures
from designs.selectors.attempts import attempts
from designs.selectors.interview_result import result_of
from designs.selectors.interviews import state_of
from designs.services import interviews
from designs.services.interview_cards import cards_made, cards_of_misses
from designs.services.interviews import NotNowError
from designs.views.scenarios import viewable_scenarios
from web.sent.once import sent_once
from web.sent.typed import whole_number
from web.watching.audit import record

SECTION = {"section": "scenarios"}


@require_POST
@sent_once
def interview_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts from a scenario; the candidate chooses `minutes` and `own_figures`."""
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    typed = request.POST.get("minutes", "")
    minutes = whole_number(typed)
    owner = ensure_guest(request)
    now = timezone.now()
    figures = individual_figures(scenario.data, seed=f"{owner.pk}-{now}") if request.POST.get("own_figures") else None
    interview = interviews.start_interview(scenario, owner=owner, at=now, minutes=minutes, figures=figures)
    return redirect("designs:step", interview.design_id, "understand")


@require_safe
def interview_list(request: HttpRequest) -> HttpResponse:
    """The person's attempts, newest first, with their points."""
    user = acting_user(request)
    context = {**SECTION, "attempts": attempts(user.pk if user else None)}
    return render(request, "designs/interview_list.html", context)


@require_safe
@never_cache
def interview_panel(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """The interviewer's panel beside the pages of the design; pages fetch it again at intervals."""
    interview = _own(request, interview_id)
    state = state_of(interview, timezone.now())
    if request.GET.get("seen") == f"{len(state.events)}-{len(state.changes)}":
        return HttpResponse(status=204)
    return render(request, "designs/_interview_panel.html", {"interview": interview, "state": state})


@require_POST
def interview_ask(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    interview = _own(request, interview_id)
    try:
        reply = interviews.ask(
            interview,
            request.POST.get("question", ""),
            meant=request.POST.get("meant", ""),
            author=acting_user(request),
            at=timezone.now(),
        )
    except NotNowError as error:
        return _back(request, interview, error=str(error))
    return _back(request, interview, reply=reply)


@require_POST
def interview_take_back(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Takes back a question that the interviewer misunderstood."""
    name = request.POST.get("name", "")
    return _happening(request, interview_id, lambda own, **who: interviews.take_back(own, name, **who))


@require_POST
def interview_take_figures(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Writes the figures of an answer into the estimate."""
    name = request.POST.get("name", "")
    notice = "The figures stand in your estimate now."
    return _happening(
        request, interview_id, lambda own, **who: interviews.take_figures(own, name, **who), notice=notice
    )


@require_POST
def interview_hint(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    hint = request.POST.get("hint", "")
    return _happening(request, interview_id, lambda own, **who: interviews.give_hint(own, hint, **who))


@require_POST
def interview_change(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Writes an announced change into the design."""
    change = request.POST.get("change", "")
    return _happening(request, interview_id, lambda own, **who: interviews.take_change(own, change, **who))


@require_POST
def interview_pause(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    return _happening(request, interview_id, interviews.pause)


@require_POST
def interview_resume(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    return _happening(request, interview_id, interviews.resume)


@require_POST
def interview_moment(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    words = request.POST.get("words", "")
    return _happening(request, interview_id, lambda own, **who: interviews.mark_moment(own, words, **who))


@require_POST
def interview_finish(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    interview = _own(request, interview_id)
    interviews.finish(interview, author=acting_user(request), at=timezone.now())
    return redirect(interview)


@require_safe
def interview_result(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """The rubric with its evidence, the questions never asked, and the reference beside the design; for all who may see
    the design. While the clock runs, it redirects to the design, because the result would give the answers away."""
    interview = get_object_or_404(Interview.objects.select_related("design"), pk=interview_id)
    viewable_design(request, interview.design_id, with_document=False)
    if interview.is_running:
        return redirect("designs:design_detail", interview.design_id)
    user = acting_user(request)
    is_own = user is not None and interview.design.owner_id == user.pk
    result = result_of(interview)
    context = {
        **SECTION,
        "interview": interview,
        "is_own": is_own,
        "result": result,
        "own_drawing": _drawing(interview.design.data(), "Your drawing"),
        "reference_drawing": _drawing(result.reference, "The drawing of the reference", result.missing_marks),
        "cards": cards_made(interview),
    }
    return render(request, "designs/interview_result.html", context)


def _drawing(document: dict[str, Any], title: str, marks: dict[str, str] | None = None) -> SafeString:
    drawn = draw(document.get("diagram", {}), title=title, marks=marks)
    return mark_safe(drawn)  # noqa: S308 - ours, its words escaped


@require_POST
def interview_score(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Saves the candidate's own levels, all of the form at once."""
    interview = _own(request, interview_id)
    for dimension in interview.data.rubric:
        level = whole_number(request.POST.get(f"level-{dimension}", ""))
        if level is None:
            continue
        try:
            interviews.mark_dimension(
                interview,
                role=InterviewMark.Role.SELF,
                dimension=dimension,
                level=level,
                note=request.POST.get(f"note-{dimension}", ""),
            )
        except NotNowError as error:
            messages.error(request, str(error))
    return redirect(f"{interview.get_absolute_url()}#rubric")


@require_POST
def interview_answer(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """An answer to a follow-up about this design."""
    interview = _own(request, interview_id)
    asked = {each.key: each for each in result_of(interview).follow_ups}.get(request.POST.get("follow_up", ""))
    back = f"{interview.get_absolute_url()}#follow-ups"
    if asked is None or interview.is_running:
        messages.error(request, "This question is no longer asked.")
        return redirect(back)
    try:
        interviews.answer_follow_up(
            interview, asked, request.POST.get("answer", ""), author=acting_user(request), at=timezone.now()
        )
    except QuantityError as error:
        messages.error(request, f"That is not a quantity: {error}")
    return redirect(back)


@require_POST
def interview_cards(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Makes one card for each miss."""
    interview = _own(request, interview_id)
    made = cards_of_misses(interview, result_of(interview), now=timezone.now())
    if made:
        words = f"{made} card{'' if made == 1 else 's'} of what you missed are in your deck, first in line tomorrow."
        messages.success(request, words if made > 1 else words.replace(" are ", " is "))
        return redirect(f"{interview.get_absolute_url()}#cards")
    messages.info(request, "You missed nothing that a card could be made of.")
    return redirect(interview)


@require_POST
def interview_open(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Creates the interviewer's link, or with `close` revokes it."""
    interview = _own(request, interview_id)
    if interview.is_for_a_class:
        messages.error(request, "This interview is for a class: your teacher is the interviewer.")
    elif request.POST.get("close"):
        interviews.close_to_interviewer(interview)
        record("interview link revoked", request, interview=str(interview.pk))
        messages.success(request, "The interviewer's link no longer works.")
    else:
        interviews.open_to_interviewer(interview)
        record("interview link made", request, interview=str(interview.pk))
        address = request.build_absolute_uri(reverse("designs:interview_watch", args=[interview.observer_token]))
        messages.success(
            request, f"Your interviewer opens {address} and sees the answers, too: do not open it yourself."
        )
    return _back(request, interview)


def _own(request: HttpRequest, interview_id: UUID) -> Interview:
    user = acting_user(request)
    mine = Interview.objects.of(user.pk if user else None)
    return get_object_or_404(mine.select_related("design"), pk=interview_id)


def _happening(
    request: HttpRequest, interview_id: UUID, does: Callable[..., object], *, notice: str = ""
) -> HttpResponse:
    interview = _own(request, interview_id)
    try:
        does(interview, author=acting_user(request), at=timezone.now())
    except NotNowError as error:
        return _back(request, interview, error=str(error))
    return _back(request, interview, notice=notice)


def _back(
    request: HttpRequest,
    interview: Interview,
    *,
    error: str = "",
    notice: str = "",
    reply: interviews.Reply | None = None,
) -> HttpResponse:
    """The panel for HTMX; for a plain form, the step that it was on, with the reply as a message."""
    if getattr(request, "htmx", None):
        state = state_of(interview, timezone.now())
        context = {"interview": interview, "state": state, "error": error, "notice": notice, "with_more": True}
        return render(request, "designs/_interview_panel.html", context)
    if error:
        messages.error(request, error)
    elif reply:
        messages.info(request, f"The interviewer: {reply.words}")
    elif notice:
        messages.success(request, notice)
    step = request.POST.get("step", "")
    if step.isascii() and step.replace("-", "").isalpha() and len(step) < 40:
        return redirect("designs:step", interview.design_id, step)
    return redirect(reverse("designs:design_detail", args=[interview.design_id]))
