"""Brings the export of an account into an account, on this site or another, empty or not.

Each app takes its own files. What is here already stays as it is, what cannot be taken is named, and the rest comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from accounts.models import User
from accounts.services.packs import Brought, Pack
from accounts.work import parts


def bring(user: User, file: IO[bytes], *, now: datetime) -> Brought:
    """Takes in as much of an export as it can. PackError when the file is not an export."""
    pack, brought = Pack(file), Brought()
    for part in parts():
        part.bring(user, pack, brought, now)
    brought.remarks += [f"{said} not taken: the export is the only place that has them." for said in _left(pack)]
    return brought


def _left(pack: Pack) -> Iterator[str]:
    """Counts, in words, what no part takes in."""
    for part in parts():
        for name, (one, several) in part.stays.items():
            count = pack.entry_count(name)
            if count:
                yield f"{count} {one if count == 1 else several}"
