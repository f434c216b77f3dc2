"""This site inside a platform's frame: only registered platforms may frame it, and only for people who came from them.

A launch inside a frame leaves a signed cookie that names the platform. While a browser sends it, pages allow this
platform to frame them (`frame-ancestors`), and cookies are set for use inside the frame: `SameSite=None`, `Secure` and
`Partitioned`, so that they are kept apart for this platform and are sent nowhere else. Outside of such frames nothing
changes.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from schools.models import Platform

SALT = "framed by a platform"
HOURS = 12


class FrameMiddleware:
    """Runs outside the middleware of sessions and of CSRF protection, because it changes their cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        platform = getattr(response, "framed_by", None)
        if platform is None and _is_seen(response):
            platform = _platform_of(request)
        if platform is not None:
            response._csp_replace = {  # type: ignore[attr-defined]  # read by django-csp
                **getattr(response, "_csp_replace", {}),
                "frame-ancestors": platform.frame_origins,
            }
            del response["X-Frame-Options"]
            make_partitioned(response)
        return response


def _is_seen(response: HttpResponse) -> bool:
    """Whether it is a page or sets a cookie. For files and data it does not matter who frames them."""
    return bool(response.cookies) or response.headers.get("Content-Type", "").startswith("text/html")


def mark_framed(response: HttpResponse, platform: Platform) -> None:
    """Allows the platform, from this response on, to frame what this browser is shown."""
    response.framed_by = platform  # type: ignore[attr-defined]
    response.set_cookie(
        settings.FRAMED_COOKIE_NAME,
        signing.dumps(platform.pk, salt=SALT),
        max_age=HOURS * 3600,
        secure=True,
        httponly=True,
        samesite="None",
    )


def make_partitioned(response: HttpResponse) -> None:
    """Sets all cookies of a response for use inside a frame."""
    for name, cookie in list(response.cookies.items()):
        dict.__setitem__(response.cookies, name, _for_frames(cookie))


def _platform_of(request: HttpRequest) -> Platform | None:
    said = request.COOKIES.get(settings.FRAMED_COOKIE_NAME)
    if said is None:
        return None
    try:
        number = signing.loads(said, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return None
    return Platform.objects.filter(pk=number, is_active=True).first()


class PartitionedMorsel(Morsel[str]):
    """A cookie that is kept apart for each site whose frame it was set in; Python knows the attribute from 3.14 on."""

    def OutputString(self, attrs: Any = None) -> str:  # noqa: N802  # its name in the library
        return f"{super().OutputString(attrs)}; Partitioned"


def _for_frames(cookie: Morsel[str]) -> PartitionedMorsel:
    made = PartitionedMorsel()
    made.set(cookie.key, cookie.value, cookie.coded_value)
    for name, value in cookie.items():
        made[name] = value
    made["samesite"], made["secure"] = "None", True
    return made
