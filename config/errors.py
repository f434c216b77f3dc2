"""Error pages: in the site's look, with the next step and without anything about the inside."""

from __future__ import annotations

import difflib
import re
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from studyguide.models import Topic
from web.sent.once import answer_to_repeat
from web.watching import audit

RETRY_AFTER_SECONDS = 60


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        text = "This is more than the site accepts at once. Send a smaller file, or less text."
        return _page(request, 413, "Too large", text)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return _page(request, 400, "Too many fields", "This form has more fields than the site accepts at once.")
    text = "The site could not make sense of this request. Check the address, or start again from the page before."
    return _page(request, 400, "Bad request", text)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A refusal; where it names a page that helps (signing in, joining), the reader is sent there."""
    leads_to = getattr(exception, "leads_to", "")
    if leads_to and request.method in ("GET", "HEAD"):
        return redirect(leads_to)
    audit.record("refused", request, path=request.path, method=request.method)
    text = "You may not see or do this. Perhaps another account may: sign in with it, or ask the owner of the page."
    return _page(request, 403, "Not allowed", text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    again = answer_to_repeat(request)
    if again is not None:
        return again
    audit.record("refused", request, path=request.path, method=request.method, reason=reason)
    text = "This form did not come from a page of this site that is still open, so nothing was changed. "
    advice = "Go back, reload the page, and send it again. The site needs its cookies for this."
    return _page(request, 403, "Nothing was changed", text + advice)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    text = "There is nothing at this address. It may have moved, or it belongs to somebody else. Try to search for it."
    return _page(request, 404, "Page not found", text, near=_near_topics(request.path))


def _near_topics(path: str) -> list[Topic]:
    """Public topics whose name in addresses is nearly what was asked for."""
    asked = re.fullmatch(r"/topics/([^/]{1,120})/?", path)
    if asked is None:
        return []
    names = Topic.objects.visible_to(None).values_list("slug", flat=True)
    found = difflib.get_close_matches(asked[1].lower(), names, n=3, cutoff=0.7)
    return list(Topic.objects.filter(slug__in=found).brief())


def too_many_requests(request: HttpRequest) -> HttpResponse:
    wait_seconds, words = getattr(request, "throttled", (RETRY_AFTER_SECONDS, ""))
    text = f"{words or 'That was too much in too short a time.'} Go on in {said_wait(wait_seconds)}. "
    response = _page(request, 429, "A moment, please", text + "Nothing that was saved is lost.")
    response["Retry-After"] = str(wait_seconds)
    return response


def said_wait(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """The same answer whether or not there is such an account."""
    text = (
        "There were too many wrong passwords for this account or from this address. Try again in an hour, or in a "
        "browser in which you have signed in before. A new password by e-mail lets you in at once."
    )
    response = _page(request, 429, "Too many attempts", text, offers_reset=True)
    response["Retry-After"] = "3600"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the session or the database, which may be what failed.

    503 when the database failed, so that scripts and proxies try again.
    """
    error = sys.exc_info()[1]
    # PostgreSQL reports a refused write as an internal error.
    if isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, InternalError) and "read-only" in str(error)
    ):
        return _unavailable(request)
    text = "Something broke on our side, and it is in our log. Try again. If it happens again, tell the operator."
    return HttpResponse(render_to_string("error.html", _context(500, "This did not work", text)), status=500)


def _unavailable(request: HttpRequest) -> HttpResponse:
    words = str(sys.exc_info()[1]).lower()
    if "full" in words or "no space" in words:
        text = (
            "The site has no room left, so nothing was saved. Keep what you typed, and tell the operator of this site."
        )
    elif "readonly" in words or "read-only" in words:
        text = "The site can only be read at the moment, so nothing was saved. Try again later."
    else:
        text = "The site cannot reach its database at the moment, so nothing was saved. Try again in a moment."
    if (request.content_type or "").endswith("json"):
        response: HttpResponse = JsonResponse({"error": text}, status=503)
    else:
        context = _context(503, "Not available at the moment", text)
        response = HttpResponse(render_to_string("error.html", context), status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, status: int, title: str, text: str, **more: object) -> HttpResponse:
    context = _context(status, title, text) | more
    response = render(request, "error.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _context(status: int, title: str, text: str) -> dict[str, object]:
    return {"status": status, "error_title": title, "error_text": text}
