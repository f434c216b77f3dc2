"""What apps keep for a person. Each app registers its part; accounts knows no subject.

A part says how a guest's things move to an account, what an export holds of them, and how they are counted in words.
It also says whose things others see. Deleting an account deletes what hangs on it: foreign keys say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.packs import Brought, Pack


@dataclass(frozen=True)
class Streamed:
    """A file of an export that is JSON already, in pieces."""

    pieces: Iterable[str]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One app's part. `models` names every model whose rows it moves, as `app.Model`; a test holds the parts to cover
    all that point at a user. `move` runs in a transaction: the guest is deleted right after it. `seen_by_others` are
    queries for keys of users: what hangs on these, others look at or work with, so it does not go by itself.
    `needed_by_others` names, in words and locked, what nobody else could go on with if the person went. `hand_over` is
    asked right before an account goes, in the same transaction: what others go on with becomes theirs. `bring` takes
    out of an export what `export` put there, and counts it. `stays` names files and folders of an export that `bring`
    does not take, each with what it holds in words for one and for several, so that whoever brings one is told."""

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
