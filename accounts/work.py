"""What apps keep for a person. Each app registers its part; accounts itself knows no subject.

A part says how a guest's things move to an account, what an export holds of them, how they are counted in words, and
whose things others see. Foreign keys delete what belongs to a deleted account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.services.packs import Brought, Pack


@dataclass(frozen=True)
class Streamed:
    """A file of an export whose content is JSON text already, in pieces."""

    pieces: Iterable[str]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One app's part. `models` names every model whose rows it moves, as `app.Model`; a test checks that the parts
    cover all models that point at a user.

    `move` runs in a transaction; the guest is deleted right after it. `seen_by_others` are queries for keys of users:
    others look at or work with what belongs to these, so it is not removed automatically. `needed_by_others` names, in
    words and with locked rows, what nobody else could continue without the person. `hand_over` runs in the same
    transaction right before an account is deleted and gives such things to others. `bring` takes out of an export what
    `export` put there, and counts it. `stays` names files and folders of an export that `bring` does not take, each
    with words for one and for several, so that the person is told.
    """

    name: str
    models: tuple[str, ...]
    move: Callable[[User, User], None]
    export: Callable[[User], Iterable[tuple[str, Any]]]
    summary: Callable[[User], list[str]]
    seen_by_others: Callable[[], tuple[QuerySet[Any, Any], ...]] = tuple
    needed_by_others: Callable[[User], list[str]] = lambda _user: []
    hand_over: Callable[[User], None] = lambda _user: None
    bring: Callable[[User, Pack, Brought, datetime], None] = lambda _user, _pack, _brought, _now: None
    stays: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_parts: dict[str, Work] = {}


def register(part: Work) -> None:
    """Called once by an app when it is ready."""
    _parts[part.name] = part


def parts() -> tuple[Work, ...]:
    return tuple(_parts.values())
