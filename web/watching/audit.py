"""The log of who did what: sign-ins and their failures, refusals, changed roles, exports, deletions."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.http import HttpRequest

from web.limits.addresses import client_address

log = logging.getLogger("loadbearing.audit")


def record(event: str, request: HttpRequest | None = None, **facts: Any) -> None:
    """One line of JSON: the event, who and from where, and the facts. Never pass a password or a token."""
    line: dict[str, Any] = {"event": event}
    if request is not None:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            line |= {"by": user.pk, "name": user.get_username()}
        line["address"] = client_address(request)
    log.info("%s", json.dumps(line | facts, default=str), extra={"facts": line | facts})
