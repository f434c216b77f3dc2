from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services.guests import ensure_guest
from studyguide.forms import AnswerForm, UndoForm
from studyguide.memory.log import MAX_GIVEN
from studyguide.models import Card, Review, Topic
from studyguide.pages.review import GRADES, ReviewPage, review_page
from studyguide.selectors.queue import Asked, Queue, asked_card, queue_of
from studyguide.selectors.scope import Scope, scope_of
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.marks import MARKS, mark_card
from studyguide.services.reviews import NewEntry, NothingToUndoError, record_answer, record_undo, take_new_cards
from studyguide.services.study_settings import learn_zone
from web.shown.render import HtmxRequest, page_or_partial
from web.shown.viewer import viewer_id


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What the page says about what was just done, for all to see and to hear."""

    words: str = ""
    status: int = 200


NOTHING = _Said()


@require_http_methods(["GET", "HEAD", "POST"])
def card_review(request: HtmxRequest) -> HttpResponse:
    """One card at a time. A GET shows a card, one side or the other; a POST answers it and goes on."""
    if request.method == "POST":
        return _answered(request)
    queue = queue_of(viewer_id(request), now=timezone.now(), scope=_scope(request))
    page = review_page(
        queue,
        found=_wanted(request, queue),
        is_back=request.GET.get("side") == "back",
        given=request.GET.get("given", "")[:MAX_GIVEN],
    )
    return _shown(request, page)


def _answered(request: HtmxRequest) -> HttpResponse:
    scope = _scope(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, scope, form)
    sent = form.cleaned_data
    learner = ensure_guest(request)
    if not Card.objects.visible_to(learner.pk).filter(pk=sent["card"]).exists():
        raise Http404("There is no such card")
    settings = settings_of(learner.pk)
    if sent["zone"] and not settings.time_zone:
        settings = learn_zone(settings, sent["zone"])
    now, rules = timezone.now(), rules_of(settings)
    entry = NewEntry(
        uid=sent["uid"],
        kind=Review.Kind.CRAM if scope.is_cram else Review.Kind.ANSWER,
        at=now,
        received_at=now,
        grade=sent["grade"],
        duration_ms=sent["ms"],
        given=sent["given"],
    )
    record_answer(learner, sent["card"], entry, rules=rules)
    queue = Queue(learner_id=learner.pk, settings=settings, rules=rules, now=now, scope=scope)
    if queue.needs_new_cards:
        take_new_cards(learner, revision=queue.revision)
        queue = replace(queue, settings=settings_of(learner.pk))
    if not request.htmx:
        return redirect(reverse("studyguide:card_review") + scope.query)
    return _shown(request, review_page(queue, undoes=sent["uid"]), _Said(words=f"{GRADES[sent['grade']]}, noted."))


def _refused(request: HtmxRequest, scope: Scope, form: AnswerForm) -> HttpResponse:
    """The same card again with what was wrong beside its grades."""
    queue = queue_of(viewer_id(request), now=timezone.now(), scope=scope)
    card = form.cleaned_data.get("card")
    found = _card_or_404(queue.learner_id, card) if card else None
    given = request.POST.get("given", "")[:MAX_GIVEN]
    page = review_page(queue, found=found, is_back=True, error=form.refusal, given=given)
    return _shown(request, page, _Said(words=form.refusal, status=422))


@require_POST
def card_undo(request: HtmxRequest) -> HttpResponse:
    """Takes back an answer and shows its card again."""
    form, scope = UndoForm(request.POST), _scope(request)
    learner_id = viewer_id(request)
    if not form.is_valid() or learner_id is None:
        raise Http404("There is nothing to take back")
    learner = ensure_guest(request)
    queue = queue_of(learner.pk, now=timezone.now(), scope=scope)
    entry = NewEntry(
        uid=form.cleaned_data["uid"],
        kind=Review.Kind.UNDO,
        at=queue.now,
        received_at=queue.now,
        undoes=form.cleaned_data["undoes"],
    )
    try:
        recorded = record_undo(learner, undoes=form.cleaned_data["undoes"], entry=entry, rules=queue.rules)
    except NothingToUndoError as error:
        raise Http404("There is nothing to take back") from error
    if not request.htmx:
        joined = "&" if scope.query else "?"
        return redirect(f"{reverse('studyguide:card_review')}{scope.query}{joined}card={recorded.state.card_id}")
    page = review_page(queue, found=asked_card(learner.pk, recorded.state.card_id))
    return _shown(request, page, _Said(words="Taken back."))


@require_POST
def card_mark(request: HtmxRequest, pk: int) -> HttpResponse:
    """Buries, suspends, flags a card...; then goes on with the review, or back to the card."""
    mark = request.POST.get("mark", "")
    if mark not in (*MARKS, "bury", "want"):
        raise Http404(f"There is no mark {mark!r}")
    scope = _scope(request)
    learner = ensure_guest(request)
    card = _card_or_404(learner.pk, pk).card
    queue = queue_of(learner.pk, now=timezone.now(), scope=scope)
    mark_card(learner, card, mark, until=queue.day_end)
    if request.POST.get("from") != "review":
        return redirect(card)
    stays = mark in ("flag", "unflag")
    if request.htmx:
        page = review_page(queue, found=asked_card(learner.pk, card.pk) if stays else None)
        return _shown(request, page, _Said(words=SAID[mark]))
    joined = "&" if scope.query else "?"
    return redirect(reverse("studyguide:card_review") + scope.query + (f"{joined}card={card.pk}" if stays else ""))


SAID = {
    "bury": "Put off until tomorrow.",
    "suspend": "Suspended: you will not be asked this card until you resume it.",
    "resume": "Resumed.",
    "flag": "Flagged.",
    "unflag": "Flag taken off.",
    "want": "Added to your deck.",
}


def _scope(request: HtmxRequest) -> Scope:
    try:
        return scope_of(request.GET.dict(), user_id=viewer_id(request))
    except Topic.DoesNotExist as error:
        raise Http404("There is no such topic") from error


def _wanted(request: HtmxRequest, queue: Queue) -> Asked | None:
    """The card that the address names, if it names one."""
    pk = request.GET.get("card", "")
    return _card_or_404(queue.learner_id, int(pk)) if pk.isdecimal() and len(pk) < 16 else None


def _card_or_404(learner_id: int | None, pk: int) -> Asked:
    try:
        return asked_card(learner_id, pk)
    except Card.DoesNotExist as error:
        raise Http404("There is no such card") from error


def _shown(request: HtmxRequest, page: ReviewPage, said: _Said = NOTHING) -> HttpResponse:
    context = {
        "section": "cards",
        "page": page,
        "scope": page.queue.scope,
        "said": said.words,
        "max_given": MAX_GIVEN,
    }
    return page_or_partial(request, "studyguide/card_review.html", context, fragment="review", status=said.status)
