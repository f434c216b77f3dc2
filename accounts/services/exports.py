"""All that the site keeps of a person, in one ZIP: JSON files, and the uploaded files unchanged."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import chain
from typing import IO, Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from accounts.work import Streamed, parts

IN_MEMORY_BYTES = 5_000_000


def exported_zip(user: User, *, now: datetime) -> IO[bytes]:
    """An open file, on disk when it is large. We make all names in it, so none of them can lead outside the archive."""
    with ExitStack() as opened:
        packed = opened.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in chain([("account.json", _account(user, now))], _work(user)):
                with archive.open(name, "w") as file:
                    for piece in [data] if isinstance(data, bytes) else map(str.encode, _pieces(data)):
                        file.write(piece)
        packed.seek(0)
        opened.pop_all()  # the answer reads it, and closes it
        return packed


def _pieces(data: Any) -> Iterable[str]:
    if isinstance(data, Streamed):
        return data.pieces
    return [json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n"]


def _work(user: User) -> Iterator[tuple[str, Any]]:
    for part in parts():
        yield from part.export(user)


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
        "signs_in_through": list(SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")),
    }
