from __future__ import annotations

from html import unescape
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from studyguide.search.results import Result, search
from studyguide.search.words import MAX_QUERY_LENGTH
from web.sent.typed import tidy
from web.shown.render import page_or_partial
from web.shown.typography import with_curved_quotes
from web.shown.viewer import viewer_id


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The page, its results alone for HTMX, or JSON for the palette: one address, one question."""
    typed = tidy(request.GET.get("q", ""), MAX_QUERY_LENGTH)
    results = search(typed, user_id=viewer_id(request))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"results": [_plain(result) for result in results]})
    context = {"typed": typed, "results": results}
    return page_or_partial(request, "studyguide/search.html", context, fragment="results")


def _plain(result: Result) -> dict[str, Any]:
    section = result.section
    return {
        "section": {"title": with_curved_quotes(section.title), "url": section.url} if section else None,
        "kind": result.kind,
        "title": with_curved_quotes(result.title),
        "url": result.url,
        "excerpt": unescape(strip_tags(result.marked_excerpt)),
    }
