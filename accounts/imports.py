"""What the export of an account holds, brought into an account: here or on another site, empty or not.

Each app takes its files. What is here already stays as it is, what cannot be taken is named, and the rest comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from accounts.models import User
from accounts.packs import Brought, Pack
from accounts.work import parts


def bring(user: User, file: IO[bytes], *, now: datetime) -> Brought:
    """Takes in all that it can of an export. PackError when the file is none."""
    pack, brought = Pack(file), Brought()
    for part in parts():
        part.bring(user, pack, brought, now)
    for folder, count in _left(pack):
        brought.remarks.append(f"{folder}: {count} not taken; they hang on what only the other site has.")
    return brought


def _left(pack: Pack) -> Iterator[tuple[str, int]]:
    for folder, words in (("interviews", "Interviews"), ("classes", "Classes")):
        if names := pack.under(folder, ".json"):
            yield words, len(names)
