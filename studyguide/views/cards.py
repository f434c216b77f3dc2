from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.guests import ensure_guest
from studyguide.forms import CardForm, PlanForm, StudySettingsForm, TagsForm, from_content
from studyguide.memory.interview import forecast
from studyguide.memory.schedule import retrievability
from studyguide.models import Card, CardState, OwnText, Review, Topic
from studyguide.notes.cards import KIND_NAMES
from studyguide.pages import card_charts
from studyguide.selectors.overview import (
    Filter,
    card_outlooks,
    deck_rows,
    due_by_day,
    expected_on,
    found_cards,
    history,
    moment_in,
    statistics,
    tags_of,
)
from studyguide.selectors.queue import Asked, Queue, asked_card, queue_of
from studyguide.services.cards import edit_card, make_card, remove_own_card, restore_text
from studyguide.services.fitting import CannotFitError, fit_and_keep, fit_when_due
from studyguide.services.marks import tag_card
from studyguide.services.reviews import NewEntry, record_answer
from studyguide.services.study_settings import forget_parameters, save_settings
from web.sent.once import sent_once
from web.sent.typed import tidy
from web.shown.viewer import viewer_id

FORECAST_DAYS = 14
ON_A_PAGE = 50


@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """What is due, by category, and what comes."""
    queue = queue_of(viewer_id(request), now=timezone.now())
    if queue.learner_id is not None:
        fit_when_due(queue.settings, now=queue.now)
    (own, rows), due = deck_rows(queue), due_by_day(queue, days=FORECAST_DAYS)
    context = {
        "section": "cards",
        "rows": rows,
        "own": own,
        "counts": queue.counts(),
        "begun": own.begun + sum(row.begun for row in rows),
        "card_count": sum(row.card_count for row in rows),
        "forecast": card_charts.due_chart(due, title="Cards that come due") if any(count for _, count in due) else "",
        "interview": _interview(queue, unseen=own.unseen + sum(row.unseen for row in rows)),
        "settings": queue.settings,
        "waiting": len(queue.waiting),
        "is_free_today": queue.is_free_today,
    }
    return render(request, "studyguide/card_list.html", context)


def _interview(queue: Queue, *, unseen: int) -> dict[str, Any] | None:
    day, today = queue.settings.interview_on, queue.rules.calendar.day_of(queue.now)
    if day is None or day < today:
        return None
    plan = forecast(
        today=today,
        interview_on=day,
        unseen=unseen,
        new_a_day=queue.settings.new_a_day,
        free_days=queue.rules.free_days,
    )
    expected = expected_on(queue.learner_id, day, queue.rules)
    percents = (
        {"planned_percent": round(100 * expected.planned), "without_percent": round(100 * expected.without)}
        if expected
        else {}
    )
    return {"day": day, "plan": plan, "expected": expected, **percents}


@require_safe
def card_browse(request: HttpRequest) -> HttpResponse:
    """All cards that the learner may see, to be searched and narrowed."""
    learner_id = viewer_id(request)
    only = request.GET.get("only", "")
    wanted = Filter(
        words=tidy(request.GET.get("q", ""), 100),
        tag=tidy(request.GET.get("tag", ""), 40),
        only=only if only in Filter.NAMES else "",
    )
    page = Paginator(found_cards(learner_id, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    states = CardState.objects.of(learner_id).filter(card__in=[card.pk for card in page])
    known = {state.card_id: state for state in states}
    context = {
        "section": "cards",
        "wanted": wanted,
        "names": Filter.NAMES,
        "tags": tags_of(learner_id),
        "cards": [(card, known.get(card.pk)) for card in page],
        "page": page,
    }
    return render(request, "studyguide/card_browse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def card_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides, what the schedule says, the learner's marks, and everything in the log. A POST tags the card."""
    learner_id = viewer_id(request)
    shown = _found(learner_id, pk)
    card, state = shown.card, shown.state
    if request.method == "POST":
        form = TagsForm(request.POST)
        if form.is_valid():
            tag_card(ensure_guest(request), card, form.cleaned_data["tags"])
            return redirect(card)
    else:
        form = TagsForm(initial={"tags": ", ".join(state.tags if state else [])})
    queue = queue_of(learner_id, now=timezone.now())
    context = {
        "section": "cards",
        "card": card,
        "state": state,
        "shown": shown,
        "has_own_text": OwnText.objects.filter(learner=learner_id, card=card).exists() if learner_id else False,
        "form": form,
        "history": history(learner_id, card),
        "zone": queue.rules.calendar.zone,
        "due_at": moment_in(queue.rules, state.due_at) if state else None,
        "reset_uid": uuid4(),
        "recall": retrievability(state.memory, at=queue.now, rules=queue.rules) if state else None,
    }
    return render(
        request, "studyguide/card_detail.html", context, status=200 if form.is_valid() or not form.is_bound else 422
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def card_create(request: HttpRequest) -> HttpResponse:
    """A card of one's own, perhaps from words selected in a topic."""
    kind = request.GET.get("kind", "question")
    if kind not in KIND_NAMES:
        raise Http404(f"There is no kind of card {kind!r}")
    slug = tidy(request.GET.get("topic", ""), 200)
    visible = Topic.objects.visible_to(viewer_id(request)).only("slug", "title")
    topic = get_object_or_404(visible, slug=slug) if slug else None
    quote, anchor = _line(request.GET, "quote", 1_000), _line(request.GET, "anchor", 200)
    form = CardForm(kind, request.POST or None, initial=_from_quote(kind, quote, topic))
    if request.method == "POST" and form.is_valid():
        learner = ensure_guest(request)
        tags = form.cleaned_data["tags"].split(",")
        card = make_card(learner, kind=kind, content=form.text.content, topic=topic, quote=quote, anchor=anchor)
        tag_card(learner, card, tags)
        messages.success(request, "The card is in your deck.")
        return redirect(f"{topic.get_absolute_url()}#cards" if topic else card)
    context = {
        "section": "cards", "form": form, "kind": kind, "kinds": KIND_NAMES, "topic": topic, "quote": quote,
        "anchor": anchor,
    }  # fmt: skip
    return render(request, "studyguide/card_form.html", context, status=422 if form.is_bound else 200)


def _line(asked_for: Mapping[str, str], name: str, most: int) -> str:
    return " ".join(asked_for.get(name, "").replace("\x00", "").split())[:most]


def _from_quote(kind: str, quote: str, topic: Topic | None) -> dict[str, str]:
    """The form's first draft of what was selected."""
    if not quote:
        return {}
    first = {"cloze": "text", "misconception": "claim"}.get(kind, "back")
    front = {"front": f"{topic.title}: "} if topic and first == "back" else {}
    return {first: quote, **front}


@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An own card is changed; a shared one gets the learner's own wording. The schedule stays."""
    learner_id = viewer_id(request)
    shown = _found(learner_id, pk)
    card, state = shown.card, shown.state
    form = CardForm(
        card.kind, request.POST or None, initial={**from_content(card.kind, shown.content), "tags": _tags(state)}
    )
    if request.method == "POST" and request.POST.get("action") == "restore" and learner_id:
        restore_text(card, ensure_guest(request))
        return redirect(card)
    if request.method == "POST" and form.is_valid():
        learner = ensure_guest(request)
        edit_card(card, learner, content=form.text.content, now=timezone.now())
        if form.cleaned_data["tags"] or state:
            tag_card(learner, card, form.cleaned_data["tags"].split(","))
        return redirect(_after_edit(request, card))
    context = {
        "section": "cards",
        "form": form,
        "card": card,
        "kind": card.kind,
        "is_own": card.owner_id is not None,
        "has_own_text": OwnText.objects.filter(learner=learner_id, card=card).exists() if learner_id else False,
    }
    return render(request, "studyguide/card_form.html", context, status=422 if form.is_bound else 200)


def _tags(state: CardState | None) -> str:
    return ", ".join(state.tags) if state else ""


def _after_edit(request: HttpRequest, card: Card) -> str:
    """Back to where the learner was: the review of the same card, or the card's page."""
    if request.GET.get("from") != "review":
        return card.get_absolute_url()
    asked_for = request.GET.copy()
    del asked_for["from"]
    asked_for["card"] = str(card.pk)
    return f"{reverse('studyguide:card_review')}?{asked_for.urlencode()}"


@require_POST
def card_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an own card away; what was answered stays in the log."""
    learner_id = viewer_id(request)
    card = get_object_or_404(Card.objects.filter(owner=learner_id) if learner_id else Card.objects.none(), pk=pk)
    remove_own_card(card, ensure_guest(request), now=timezone.now())
    messages.success(request, "The card is gone; its reviews stay in your log.")
    return redirect("studyguide:card_list")


@require_POST
def card_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Starts a card anew, by an entry in the log."""
    learner = ensure_guest(request)
    card = _found(learner.pk, pk).card
    queue = queue_of(learner.pk, now=timezone.now())
    uid = request.POST.get("uid", "")
    entry = NewEntry(uid=_uuid_or_404(uid), kind=Review.Kind.RESET, at=queue.now, received_at=queue.now)
    record_answer(learner, card.pk, entry, rules=queue.rules)
    return redirect(card)


@require_safe
def card_stats(request: HttpRequest) -> HttpResponse:
    queue = queue_of(viewer_id(request), now=timezone.now())
    found = statistics(queue)
    context = {
        "section": "cards",
        "stats": found,
        "retention": queue.settings.retention,
        "charts": card_charts.of_statistics(found, retention=queue.settings.retention) if found.answer_count else None,
    }
    return render(request, "studyguide/card_stats.html", context)


@require_safe
def card_plan(request: HttpRequest) -> HttpResponse:
    """How many minutes a day until a day, and what is known then, for three shares to remember."""
    queue = queue_of(viewer_id(request), now=timezone.now())
    today = queue.rules.calendar.day_of(queue.now)
    day = queue.settings.interview_on
    ahead = day if day and day > today else today + timedelta(days=28)
    asked = request.GET if "until" in request.GET else {
        "until": ahead, "new_a_day": queue.settings.new_a_day, "free_days": queue.settings.free_days,
    }  # fmt: skip
    form = PlanForm(asked, today=today)
    context: dict[str, Any] = {"section": "cards", "form": form}
    if form.is_valid():
        context |= card_outlooks(queue, today=today, **form.cleaned_data)
    return render(request, "studyguide/card_plan.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def card_settings(request: HttpRequest) -> HttpResponse:
    queue = queue_of(viewer_id(request), now=timezone.now())
    today = queue.rules.calendar.day_of(queue.now)
    if request.method == "POST" and request.POST.get("action") in ("fit", "unfit"):
        return _fit(request, request.POST["action"])
    if request.method == "POST":
        form = StudySettingsForm(request.POST, today=today)
        if form.is_valid():
            save_settings(ensure_guest(request), form.to_choices())
            messages.success(request, "Saved. What is due has been worked out again.")
            return redirect("studyguide:card_settings")
    else:
        form = StudySettingsForm.filled(queue.settings, today=today)
    own, rows = deck_rows(queue)
    context = {
        "section": "cards",
        "form": form,
        "settings": queue.settings,
        "interview": _interview(queue, unseen=own.unseen + sum(row.unseen for row in rows)),
    }
    return render(request, "studyguide/card_settings.html", context, status=422 if form.is_bound else 200)


def _fit(request: HttpRequest, action: str) -> HttpResponse:
    """Fits the schedule to the learner's own answers, or goes back to the usual parameters."""
    learner = ensure_guest(request)
    if action == "unfit":
        forget_parameters(learner)
        messages.success(request, "The usual parameters are in use again. What is due has been worked out again.")
        return redirect("studyguide:card_settings")
    try:
        found = fit_and_keep(learner, now=timezone.now())
    except CannotFitError as error:
        messages.info(request, str(error))
        return redirect("studyguide:card_settings")
    losses = f"log loss {found.after:.3f} instead of {found.before:.3f}, over {found.tested} answers it had not seen"
    if found.is_better:
        messages.success(request, f"The schedule is fitted to you: {losses}.")
    else:
        messages.info(request, f"Fitting found none that predict better, so the parameters in use stay: {losses}.")
    return redirect("studyguide:card_settings")


def _found(learner_id: int | None, pk: int) -> Asked:
    try:
        return asked_card(learner_id, pk)
    except Card.DoesNotExist as error:
        raise Http404("There is no such card") from error


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("An entry needs an id") from error
