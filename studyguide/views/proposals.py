from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.services.guests import ensure_guest
from studyguide.models import Proposal, Topic
from studyguide.notes.card_texts import CardRenderer, CardSides
from studyguide.services.proposals import drop_proposals, keep_proposals, open_proposals
from web.sent.once import sent_once
from web.shown.viewer import viewer_id


@dataclass(frozen=True, kw_only=True)
class _Shown:
    proposal: Proposal
    sides: CardSides


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def topic_proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """Cards that a topic's structure suggests. A POST keeps those that are ticked and drops the others."""
    topic = get_object_or_404(
        Topic.objects.visible_to(viewer_id(request)).only("slug", "title", "source_name"), slug=slug
    )
    proposals = open_proposals(viewer_id(request), topic)
    if request.method == "POST":
        learner = ensure_guest(request)
        shown = set(request.POST.getlist("shown"))
        kept = [key for key in request.POST.getlist("keep") if key in shown]
        count = keep_proposals(learner, topic, kept)
        drop_proposals(learner, topic, [key for key in shown if key not in kept])
        messages.success(request, f"{count} card{'s' * (count != 1)} kept." if count else "No card kept.")
        return redirect(topic)
    renderer = CardRenderer()
    context = {
        "section": "cards",
        "topic": topic,
        "shown": [
            _Shown(proposal=each, sides=renderer.sides(each.kind, each.content))  # type: ignore[arg-type]
            for each in proposals
        ],
    }
    return render(request, "studyguide/topic_proposals.html", context)
