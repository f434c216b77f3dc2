"""Cards for offline use: a page of them to take along, and the answers sent later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.services.guests import ensure_guest
from studyguide.forms import LateAnswerForm
from studyguide.models import Card, Review
from studyguide.pages.review import GRADES
from studyguide.selectors.queue import queue_of
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.reviews import NewEntry, record_answer
from web.reading.json_text import read_json
from web.sent.same_origin import token_or_same_origin
from web.shown.viewer import viewer_id

MOST_ALONG = 60
MOST_SENT = 500


@require_safe
def card_offline(request: HttpRequest) -> HttpResponse:
    """What comes due until the day ends, and new cards: with answers, and the id that one's own answer will have."""
    queue = queue_of(viewer_id(request), now=timezone.now())
    context = {
        "section": "cards",
        "learner_id": queue.learner_id,
        "cards": queue.ahead(MOST_ALONG),
        "grades": [(int(grade), name) for grade, name in GRADES.items()],
    }
    return render(request, "studyguide/card_offline.html", context)


@token_or_same_origin
@require_POST
def sent_answers(request: HttpRequest) -> JsonResponse:
    """Answers that were given without a network: JSON of {learner, zone, answers: [{uid, card, grade, at, ms}]}.

    `at` is in milliseconds since 1970. The reply names the ids that are in the log now, new or not, and those that
    never will be, each with why: 409 when somebody else is signed in than whoever answered.
    """
    try:
        sent = read_json(request.body)
        learner_id, answers = sent["learner"], list(sent["answers"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "Expected JSON of an object with learner and answers."}, status=400)
    if len(answers) > MOST_SENT:
        return JsonResponse({"error": f"At most {MOST_SENT} answers at a time."}, status=422)
    if learner_id is not None and learner_id != viewer_id(request):
        return JsonResponse({"error": "These answers are of another account: sign in to it to send them."}, status=409)
    learner = ensure_guest(request)
    rules, now = rules_of(settings_of(learner.pk)), timezone.now()
    noted, refused = [], []
    for answer in answers:
        form = LateAnswerForm(answer if isinstance(answer, dict) else {})
        uid = str(form.data.get("uid", ""))[:40]
        if not form.is_valid():
            refused.append({"uid": uid, "why": form.refusal})
        elif not Card.objects.visible_to(learner.pk).filter(pk=form.cleaned_data["card"]).exists():
            refused.append({"uid": uid, "why": "This card is no longer there."})
        else:
            typed = form.cleaned_data
            entry = NewEntry(
                uid=typed["uid"],
                kind=Review.Kind.ANSWER,
                at=typed["at"],
                received_at=now,
                grade=typed["grade"],
                duration_ms=typed["ms"],
            )
            record_answer(learner, typed["card"], entry, rules=rules)
            noted.append(uid)
    return JsonResponse({"noted": noted, "refused": refused})
