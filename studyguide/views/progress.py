from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.services.guests import ensure_guest
from studyguide.models import Topic
from studyguide.selectors.paths import place_on_path
from studyguide.selectors.topics import new_cards_of, topic_page, topics_read_by
from studyguide.services.progress import mark_read, mark_unread
from web.sent.same_origin import token_or_same_origin
from web.shown.viewer import viewer_id


@require_POST
@token_or_same_origin
def topic_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Marks a topic as read, or as unread with `read=0`; whoever has no account becomes a guest."""
    topic = get_object_or_404(Topic.objects.visible_to(viewer_id(request)), slug=slug)
    reader = ensure_guest(request)
    is_read = request.POST.get("read") != "0"
    if is_read:
        mark_read(reader, topic, now=timezone.now())
    else:
        mark_unread(reader, topic)
    if getattr(request, "htmx", None):
        context = {
            "topic": topic,
            "page": topic_page(slug, reader.pk),
            "on_path": place_on_path(topic, request.POST.get("path", ""), done=topics_read_by(reader.pk)),
            "is_read": is_read,
            "new_cards": new_cards_of(reader.pk, topic),
        }
        return render(request, "studyguide/topic_detail.html#progress", context)
    path = request.POST.get("path", "")
    query = f"?{urlencode({'path': path})}" if path else ""
    return redirect(f"{topic.get_absolute_url()}{query}#progress")
