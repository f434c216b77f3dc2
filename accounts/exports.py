"""All that the site keeps of a person, in one ZIP of JSON files."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.work import parts


def exported_zip(user: User, *, now: datetime) -> bytes:
    """Reads everything in a few queries a part; file names are ours, so none of them leads anywhere."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [("account.json", _account(user, now)), *_work(user)]:
            archive.writestr(name, json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n")
    return packed.getvalue()


def _work(user: User) -> list[tuple[str, Any]]:
    return [file for part in parts() for file in part.export(user)]


def _account(user: User, now: datetime) -> dict[str, Any]:
    emails = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return {
        "exported_at": now.isoformat(),
        "username": user.get_username(),
        "is_guest": user.is_guest,
        "joined_at": user.date_joined.isoformat(),
        "last_sign_in_at": user.last_login.isoformat() if user.last_login else None,
        "email": user.email,
        "email_addresses": list(emails),
    }
