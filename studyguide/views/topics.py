from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from studyguide.models import ContentRevision, Topic
from studyguide.notes.drawings import drawing_of, first_drawing
from studyguide.notes.minutes import reading_minutes
from studyguide.pages.reporting import report_address
from studyguide.selectors import topics as selectors
from studyguide.selectors.changes import changes_by_day
from studyguide.selectors.glossary import glossary as words_taught
from studyguide.selectors.margin import notes_of, with_marks
from studyguide.selectors.overview import strengths
from studyguide.selectors.paths import paths_through, place_on_path
from studyguide.selectors.personal import Own, own_part
from studyguide.selectors.queue import queue_of
from web.shown.embeds import filled
from web.shown.kept_pages import kept_for_anonymous, kept_for_readers
from web.shown.linked_data import PUBLISHER, linked_data
from web.shown.pictures import card_of_drawing, shared_picture
from web.shown.typography import set_well
from web.shown.viewer import viewer_id

kept = kept_for_anonymous(ContentRevision.current)


@require_safe
@kept
def topic_list(request: HttpRequest) -> HttpResponse:
    done = selectors.topics_read_by(viewer_id(request))
    context = {
        "section": "topics",
        "tree": selectors.topic_tree(
            viewer_id(request), done=done, minutes=selectors.minutes_to_read(ContentRevision.current())
        ),
        "done_count": len(done),
    }
    return render(request, "studyguide/topic_list.html", context)


def _own_part(request: HttpRequest, slug: str) -> Own | None:
    reader, is_plain = viewer_id(request), request.GET.keys() <= {"path"}
    return own_part(slug, reader, path=request.GET.get("path", "")) if reader and is_plain else None


@require_safe
@kept
@kept_for_readers(ContentRevision.current, _own_part)
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = selectors.topic_page(slug, viewer_id(request))
    except Topic.DoesNotExist as error:
        raise Http404(f"There is no topic {slug!r}") from error
    done = selectors.topics_read_by(viewer_id(request))
    is_read = page.topic.pk in done
    text, notes = with_marks(set_well(page.topic.body_html), notes_of(viewer_id(request), page.topic))
    context = {
        "section": "topics",
        "page": page,
        "topic": page.topic,
        "report": report_address(
            settings.MISTAKES_TO, title=page.topic.title, address=request.build_absolute_uri(request.path)
        )
        if page.topic.body_id is None
        else "",
        "picture": request.build_absolute_uri(reverse("studyguide:topic_picture", args=[slug]))
        if page.topic.body is None
        else "",
        "linked_data": linked_data(
            "Article",
            headline=page.topic.title,
            description=page.topic.summary,
            dateModified=page.topic.changed_at.date().isoformat(),
            inLanguage="en",
            url=request.build_absolute_uri(request.path),
            publisher=PUBLISHER,
        )
        if page.topic.body is None
        else "",
        "on_path": place_on_path(page.topic, request.GET.get("path", ""), done=done),
        "paths": paths_through(page.topic),
        "minutes": reading_minutes(page.topic.plain_text),
        "text": filled(text),
        "notes": notes,
        "is_read": is_read,
        "new_cards": selectors.new_cards_of(viewer_id(request), page.topic) if is_read else 0,
    }
    return render(request, "studyguide/topic_detail.html", context)


@require_safe
def topic_preview(request: HttpRequest, slug: str) -> JsonResponse:
    """What the preview card beside a link shows."""
    visible = Topic.objects.visible_to(viewer_id(request))
    topic = get_object_or_404(visible.only("title", "summary", "body_id"), slug=slug)
    response = JsonResponse({"title": topic.title, "summary": topic.summary})
    response["Cache-Control"] = "private, max-age=300" if topic.body_id else "public, max-age=3600"
    return response


@require_safe
def topic_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What other programs show beside a topic's address: its first drawing, or the first live part that draws."""
    public = Topic.objects.filter(body=None).only("title", "summary", "body_html", "content_hash")
    topic = get_object_or_404(public, slug=slug)
    return shared_picture(
        request,
        f"topic-{slug}-{topic.content_hash}",
        lambda: card_of_drawing(topic.title, topic.summary, first_drawing(filled(topic.body_html))),
    )


@require_safe
@kept
def topic_drawing(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One drawing of a topic by itself, as large as it was drawn."""
    topic = get_object_or_404(Topic.objects.visible_to(viewer_id(request)).only("title", "body_html"), slug=slug)
    drawing = drawing_of(topic.body_html, number)
    if drawing is None:
        raise Http404(f"{topic.title} has no drawing {number}")
    context = {"section": "topics", "topic": topic, "slug": slug, "drawing": drawing, "number": number}
    return render(request, "studyguide/topic_drawing.html", context)


@require_safe
def topic_image(request: HttpRequest, digest: str, kind: str) -> HttpResponse:
    """A picture of notes or cards that the viewer sees. Opened by itself it can do nothing either."""
    picture = selectors.picture_seen_by(viewer_id(request), digest)
    if picture is None or picture.kind.partition("+")[0] != kind:
        raise Http404("There is no such picture")
    response = HttpResponse(bytes(picture.content), content_type=f"image/{picture.kind}")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    return response


@require_safe
@kept
def glossary(request: HttpRequest) -> HttpResponse:
    context = {"section": "topics", "entries": words_taught(viewer_id(request))}
    return render(request, "studyguide/glossary.html", context)


@require_safe
@kept
def changes(request: HttpRequest) -> HttpResponse:
    return render(request, "studyguide/changes.html", {"section": "topics", "days": changes_by_day()})


@require_safe
@kept
def topic_map(request: HttpRequest) -> HttpResponse:
    """Opens on one topic with its neighbours; an `about` that names no topic shows all of them in one picture."""
    user_id, about = viewer_id(request), request.GET.get("about")
    if about is None:
        about = selectors.opening_topic(user_id)
    drawn = selectors.topic_map(user_id, about=about)
    context = {"section": "topics", "map": drawn, "focus": drawn.around(about), "about": about}
    if drawn.left_out:  # how well so many are known stands on the page of statistics
        is_asked = about.strip() and context["focus"] is None
        context["called"] = selectors.topics_called(user_id, about) if is_asked else None
        return render(request, "studyguide/topic_map.html", context)
    known = strengths(queue_of(user_id, now=timezone.now()), drawn.arcs)
    words = {each.row.topic.slug: each.words for each in known}
    context["strengths"] = known
    context["tree"] = [(branch, words.get(branch.topic.slug, "")) for branch in selectors.topic_tree(user_id)]
    return render(request, "studyguide/topic_map.html", context)
