from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

NOBODY = AnonymousUser()


def viewer(request: HttpRequest) -> dict[str, Any]:
    """The viewer, as `user`. Without a session cookie the session is not read, which saves milliseconds a page."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {"user": getattr(request, "user", NOBODY) if has_session else NOBODY}


def canonical(request: HttpRequest) -> dict[str, Any]:
    """The canonical address of a page for search engines, without its query. Error pages have none."""
    return {"canonical": request.build_absolute_uri(request.path)} if request.resolver_match else {}
