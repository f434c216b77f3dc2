"""Long work, done outside the server by `manage.py work`: each task in a process of its own, with limits.

To add one, decorate a function of a module that is imported at start (a service) and enqueue it from another service::

    @long_task(seconds=120, megabytes=800, when_stopped=note_stopped_import)
    def read_import(import_id: int) -> None: ...

    read_import.enqueue(made.pk)  # within the transaction that writes what the task reads

Arguments are JSON: ids, words and numbers, never a document or a file; those stand in the database. A task may begin
again from the start, after its worker was stopped by a deployment or died, so it writes its result in one transaction
and does nothing twice. What goes on is read from the database by the page that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

# A worker that has nothing to do takes up a task within a second.
SOON = timedelta(seconds=10)
# A task of another machine that is overdue by this much has no worker any more.
GRACE = timedelta(seconds=60)
WhenStopped = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one run of a task may use. `when_stopped` is called with the reason, in words, and the task's arguments."""

    seconds: int
    megabytes: int
    when_stopped: WhenStopped | None = None

    @property
    def time(self) -> timedelta:
        return timedelta(seconds=self.seconds)


# For a task of somebody else's library, decorated without bounds.
USUAL = Bounds(seconds=300, megabytes=500)
_bounds: dict[str, Bounds] = {}


def long_task(
    *, seconds: int, megabytes: int, priority: int = 0, when_stopped: WhenStopped | None = None
) -> Callable[[Callable[..., Any]], Task[..., Any]]:
    """A task that is ended after so many seconds, or when it needs so much more memory than the worker.

    `when_stopped(reason, *args, **kwargs)` writes into the database why there is no result: too long, too large, or
    broken. It runs in the worker, whatever happened to the task.
    """

    def decorate(function: Callable[..., Any]) -> Task[..., Any]:
        made: Task[..., Any] = task(priority=priority)(function)
        _bounds[made.module_path] = Bounds(seconds=seconds, megabytes=megabytes, when_stopped=when_stopped)
        return made

    return decorate


def bounds_of(task_path: str) -> Bounds:
    return _bounds.get(task_path, USUAL)


def is_overdue(found: DBTaskResult[..., Any], *, now: datetime) -> bool:
    started: datetime = found.started_at or found.enqueued_at
    return now - started > bounds_of(found.task_path).time + GRACE


def why_it_waits(since: datetime, *, has_begun: bool, now: datetime) -> str:
    """Why a task is not taken up yet, or goes on no more since its worker died, in words for whoever waits; "" when it
    was enqueued just now or goes on."""
    if now - since < SOON:
        return ""
    if not all(is_overdue(found, now=now) for found in DBTaskResult.objects.running()):
        return "" if has_begun else "Other long work comes first."
    return "No worker is running, so nothing is done yet. Your file is kept until one is started."
