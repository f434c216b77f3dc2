from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request as the middleware of django-htmx leaves it."""

    htmx: HtmxDetails


def page_or_partial(
    request: HttpRequest, page: str, context: dict[str, Any], *, fragment: str, status: int = 200
) -> HttpResponse:
    """The page, or only its partial named `fragment` when HTMX is about to swap the element of that id."""
    htmx = getattr(request, "htmx", None)
    wanted = f"{page}#{fragment}" if htmx and htmx.target == fragment else page
    response = render(request, wanted, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def download(content: str | bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file for the browser to keep under this name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def csv_download(text: str, *, name: str) -> HttpResponse:
    """A table with the mark at its beginning by which Excel knows UTF-8."""
    return download(text.encode("utf-8-sig"), name=name, content_type="text/csv; charset=utf-8")
