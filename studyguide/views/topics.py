from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from studyguide.models import ContentRevision, Topic
from studyguide.selectors import topics as selectors
from studyguide.selectors.overview import strengths
from studyguide.selectors.queue import queue_of
from web.kept_pages import kept_for_anonymous
from web.viewer import viewer_id

kept = kept_for_anonymous(ContentRevision.current)


@require_safe
@kept
def topic_list(request: HttpRequest) -> HttpResponse:
    done = selectors.topics_read_by(viewer_id(request))
    context = {"section": "topics", "tree": selectors.topic_tree(done=done), "done_count": len(done)}
    return render(request, "studyguide/topic_list.html", context)


@require_safe
@kept
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = selectors.topic_page(slug)
    except Topic.DoesNotExist as error:
        raise Http404(f"There is no topic {slug!r}") from error
    is_read = page.topic.pk in selectors.topics_read_by(viewer_id(request))
    context = {
        "section": "topics",
        "page": page,
        "topic": page.topic,
        "is_read": is_read,
        "new_cards": selectors.new_cards_of(viewer_id(request), page.topic) if is_read else 0,
    }
    return render(request, "studyguide/topic_detail.html", context)


@require_safe
def topic_preview(request: HttpRequest, slug: str) -> JsonResponse:  # noqa: ARG001 - a view
    """What the preview card beside a link shows."""
    topic = get_object_or_404(Topic.objects.only("title", "summary"), slug=slug)
    response = JsonResponse({"title": topic.title, "summary": topic.summary})
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
@kept
def topic_map(request: HttpRequest) -> HttpResponse:
    drawn = selectors.topic_map()
    known = strengths(queue_of(viewer_id(request), now=timezone.now()), drawn.arcs)
    words = {each.row.topic.slug: each.words for each in known}
    context = {
        "section": "topics",
        "map": drawn,
        "strengths": known,
        "tree": [(branch, words.get(branch.topic.slug, "")) for branch in selectors.topic_tree()],
    }
    return render(request, "studyguide/topic_map.html", context)
