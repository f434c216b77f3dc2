from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def attempted_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The name that an attempt to sign in counts against: capitals make no new name."""
    name = (credentials or {}).get("username") or request.POST.get("login") or request.POST.get("username")
    return str(name).strip().lower()[:150] if name else None
