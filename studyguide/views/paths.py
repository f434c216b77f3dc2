from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyguide.models import ContentRevision, LearningPath
from studyguide.selectors import paths as selectors
from studyguide.selectors.topics import topics_read_by
from studyguide.views.topics import kept
from web.shown.linked_data import PUBLISHER, linked_data
from web.shown.pictures import card_of_figures, shared_picture
from web.shown.viewer import viewer_id


@require_safe
@kept
def path_list(request: HttpRequest) -> HttpResponse:
    done = topics_read_by(viewer_id(request))
    context = {"section": "topics", "paths": selectors.learning_paths(done=done)}
    return render(request, "studyguide/path_list.html", context)


@require_safe
@kept
def path_detail(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        shown = selectors.learning_path(slug, done=topics_read_by(viewer_id(request)))
    except LearningPath.DoesNotExist as error:
        raise Http404(f"There is no learning path {slug!r}") from error
    context = {
        "section": "topics",
        "shown": shown,
        "path": shown.path,
        "picture": request.build_absolute_uri(reverse("studyguide:path_picture", args=[slug])),
        "linked_data": linked_data(
            "Course",
            name=shown.path.title,
            description=shown.path.summary,
            inLanguage="en",
            url=request.build_absolute_uri(request.path),
            provider=PUBLISHER,
            timeRequired=f"PT{shown.minutes}M",
            teaches=[step.topic.title for step in shown.steps],
        ),
    }
    return render(request, "studyguide/path_detail.html", context)


@require_safe
def path_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What other programs show beside a path's address: how long it is."""
    try:
        shown = selectors.learning_path(slug, done=frozenset())
    except LearningPath.DoesNotExist as error:
        raise Http404(f"There is no learning path {slug!r}") from error
    figures = [
        *([(str(len(shown.evenings)), "Evenings")] if shown.has_evenings else []),
        (str(len(shown.steps)), "Topics"),
        (f"{shown.minutes} min", "Reading and cards"),
    ]
    return shared_picture(
        request,
        f"path-{slug}-{ContentRevision.current()}",
        lambda: card_of_figures(shown.path.title, shown.path.summary, figures),
    )
