"""Export and import of cards."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.services.guests import ensure_guest
from studyguide.decks.problems import DeckError
from studyguide.forms import DeckFileForm
from studyguide.models import Card, DeckImport, Topic
from studyguide.selectors.overview import Filter, deck_rows, found_cards
from studyguide.selectors.queue import queue_of
from studyguide.selectors.scope import Scope, scope_of
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.backups import backup, log_csv, schedule_csv
from studyguide.services.deck_imports import (
    drop_held,
    is_large,
    keep_held,
    keep_later,
    look_of,
    waiting_of,
)
from studyguide.services.deck_reading import receive
from studyguide.services.decks import export_deck
from web.sent.typed import tidy
from web.shown.render import csv_download, download, page_or_partial
from web.shown.viewer import viewer_id
from web.tasks import why_it_waits
from web.watching import audit


@require_safe
def card_export(request: HttpRequest) -> HttpResponse:
    """What can be taken along, and how many cards a choice comes to."""
    return _export_page(request)


def _export_page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    learner_id = viewer_id(request)
    cards, scope, wanted = _chosen(request)
    asked = Card.objects.visible_to(learner_id).present().filter(topic=OuterRef("pk"))
    context = {
        "section": "cards",
        "rows": deck_rows(queue_of(learner_id, now=timezone.now()))[1],
        "topics": Topic.objects.visible_to(learner_id).brief().filter(Exists(asked)).order_by("title"),
        "scope": scope,
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "count": cards.count(),
        "names": Filter.NAMES,
        "is_known": learner_id is not None,
    }
    return render(request, "studyguide/card_export.html", context, status=status)


def _chosen(request: HttpRequest) -> tuple[QuerySet[Card], Scope, Filter]:
    """Those of a topic or a category (`?which=topic:caching`), narrowed by words and marks."""
    kind, _, slug = request.GET.get("which", "").replace("\x00", "").partition(":")
    try:
        scope = scope_of({kind: slug} if kind in ("topic", "category") else {}, user_id=viewer_id(request))
    except Topic.DoesNotExist as error:
        raise Http404("There is no such topic") from error
    only = request.GET.get("only", "")
    wanted = Filter(
        words=tidy(request.GET.get("q", ""), 100),
        tag=tidy(request.GET.get("tag", ""), 40),
        only=only if only in Filter.NAMES else "",
    )
    cards = found_cards(viewer_id(request), wanted)
    return (cards.filter(topic__in=scope.topic_ids) if scope.is_narrow else cards), scope, wanted


@require_safe
def deck_file(request: HttpRequest) -> HttpResponse:
    """The chosen cards as a package for Anki."""
    cards, scope, _ = _chosen(request)
    if not cards.exists():
        return _export_page(request, status=422)
    has_answers = request.GET.get("answers") == "on"
    raw = export_deck(cards, viewer_id(request), now=timezone.now(), has_answers=has_answers)
    audit.record("cards exported", request, cards=cards.count())
    name = f"loadbearing-{scope.slug}.apkg" if scope.slug else "loadbearing.apkg"
    return download(raw, name=name, content_type="application/octet-stream")


@require_safe
def log_file(request: HttpRequest, name: str) -> HttpResponse:
    """The learner's own state: all of it as JSON, or the schedule or the log as a table."""
    learner_id = viewer_id(request)
    if learner_id is None:
        return redirect("studyguide:card_export")
    audit.record("card log exported", request, file=name)
    if name == "cards.json":
        return download(backup(User.objects.get(pk=learner_id)), name=name, content_type="application/json")
    return csv_download(schedule_csv(learner_id) if name == "schedule.csv" else log_csv(learner_id), name=name)


@require_http_methods(["GET", "HEAD", "POST"])
def card_import(request: HttpRequest) -> HttpResponse:
    """A file is looked at first; one more press keeps it, or drops it."""
    action = request.POST.get("action", "look")
    if request.method != "POST":
        return _import_page(request, DeckFileForm())
    if action == "keep":
        return _keep(request)
    if action == "drop":
        drop_held(viewer_id(request))
        return redirect("studyguide:card_import")
    form = DeckFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            receive(file, name=file.name, learner=partial(ensure_guest, request), now=timezone.now())
        except DeckError as error:
            form.add_error("file", str(error))
        else:
            return redirect("studyguide:card_import")
    return _import_page(request, form, status=422)


def _keep(request: HttpRequest) -> HttpResponse:
    learner_id = viewer_id(request)
    try:
        uid = UUID(request.POST.get("uid", ""))
    except ValueError as error:
        raise Http404("An import needs its id") from error
    waiting = waiting_of(learner_id)
    if waiting and waiting.uid == uid and waiting.is_read and (waiting.wanted_at or is_large(waiting)):
        if keep_later(waiting.learner_id, uid, now=timezone.now()):
            audit.record("cards being imported", request, file=waiting.file_name)
        return redirect("studyguide:card_import")
    try:
        made = keep_held(learner_id, uid, rules=rules_of(settings_of(learner_id)), now=timezone.now())
    except DeckError as error:
        return _import_page(request, DeckFileForm(), status=422, refusal=str(error))
    if made is None:
        messages.info(request, "That file was kept or dropped already.")
        return redirect("studyguide:card_import")
    audit.record("cards imported", request, cards=made)
    messages.success(request, f"Kept: {made} new card{'' if made == 1 else 's'} in your deck.")
    return redirect("studyguide:card_list")


def _import_page(request: HttpRequest, form: DeckFileForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
    learner_id = viewer_id(request)
    waiting = waiting_of(learner_id)
    context = {
        "section": "cards",
        "form": form,
        "refusal": refusal,
        "waiting": waiting,
        "look": look_of(waiting) if waiting else None,
        "wait": _why_it_waits(waiting) if waiting else "",
    }
    if status != 200:
        return render(request, "studyguide/card_import.html", context, status=status)
    return page_or_partial(request, "studyguide/card_import.html", context, fragment="keeping")


def _why_it_waits(waiting: DeckImport) -> str:
    if waiting.waits_since is None:
        return ""
    return why_it_waits(waiting.waits_since, has_begun=waiting.begun_at is not None, now=timezone.now())
