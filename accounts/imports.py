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
    brought.remarks += [f"{said} not taken: the export is the only place that has them." for said in _left(pack)]
    return brought


def _left(pack: Pack) -> Iterator[str]:
    """What of the export no part takes in, counted in words."""
    for part in parts():
        for name, (one, several) in part.stays.items():
            count = pack.entry_count(name)
            if count:
                yield f"{count} {one if count == 1 else several}"
