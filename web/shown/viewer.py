from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def viewer_id(request: HttpRequest) -> int | None:
    """The id of whoever is signed in. Without a session cookie nobody asks the session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user.pk if request.user.is_authenticated else None
