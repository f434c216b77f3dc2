from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

NOBODY = AnonymousUser()


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Who is looking, as `user`. Without a session cookie nobody asks the session, which costs milliseconds a page."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {"user": getattr(request, "user", NOBODY) if has_session else NOBODY}


def canonical(request: HttpRequest) -> dict[str, Any]:
    """The one address of a page for search engines: without what was asked of it. Error pages have none."""
    return {"canonical": request.build_absolute_uri(request.path)} if request.resolver_match else {}
