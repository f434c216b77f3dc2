"""The task worker: takes tasks from the database one by one, and runs each in its own process, which can be ended.

Start one worker for each processor that may be used. Each task is claimed by one worker. Its process gives way to the
site (`nice`) and has limits of memory and time. SIGTERM ends the running task and gives it back to the other workers. A
task claimed by a worker that died begins again, at most three times.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import secrets
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from web.tasks import bounds_of, is_overdue

log = logging.getLogger("loadbearing.tasks")

MOST_ATTEMPTS = 3
LOOK_EVERY_S = 0.02
KEEP_FOR = timedelta(days=14)
NICENESS = 5


class TaskStopped(Exception):  # noqa: N818  (nothing is wrong with the code)
    """A task that was ended; the message says why, for the person who asked for it."""


class BoundedWorker(Worker):
    """Runs each task in its own process. `run` ends when no task is waiting."""

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        self.running_task = True
        take_back_abandoned(self.worker_id)
        connections.close_all()  # no process may use the connection of another
        child = os.fork()
        if child == 0:
            self._work_as_child(db_task_result)
        try:
            ended = self._wait_for(child, seconds=bounds_of(db_task_result.task_path).seconds)
        finally:
            self.running_task = False
            self._run_tasks += 1
        self._settle(db_task_result, ended)

    def _work_as_child(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Never returns."""
        try:
            self.reset_signals()
            end_with_parent()
            os.nice(NICENESS)
            limit_memory(bounds_of(db_task_result.task_path).megabytes)
            super().run_task(db_task_result)
            connections.close_all()
        except BaseException:
            log.exception("task %s could not be settled", db_task_result.pk)
            os._exit(1)
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(0)

    def _wait_for(self, child: int, *, seconds: int) -> str:
        """`""` when it ended by itself, `"long"` when its time was up, `"stop"` when the worker is to stop, or the
        signal that ended it."""
        until = time.monotonic() + seconds
        why = ""
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return why or (signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "")
            if not why and (not self.running or time.monotonic() > until):
                why = "long" if self.running else "stop"
                os.kill(child, signal.SIGKILL)
            time.sleep(LOOK_EVERY_S)

    def _settle(self, db_task_result: DBTaskResult[..., Any], ended: str) -> None:
        db_task_result.refresh_from_db()
        if db_task_result.status == TaskResultStatus.RUNNING:
            if ended == "stop" or not self.running:
                give_back(db_task_result)
                return
            db_task_result.set_failed(TaskStopped(_said(db_task_result, ended)))
        if db_task_result.status == TaskResultStatus.FAILED:
            tell_why(db_task_result)


def _said(found: DBTaskResult[..., Any], ended: str) -> str:
    if ended == "long":
        return f"It was stopped after {bounds_of(found.task_path).seconds} seconds, which is the most it may take."
    return "It was stopped from outside, as happens when a machine has no memory left."


def tell_why(found: DBTaskResult[..., Any]) -> None:
    """Tells the task's own `when_stopped` why it has no result."""
    bounds = bounds_of(found.task_path)
    kind = found.exception_class_path.rpartition(".")[2]
    if kind == "TaskStopped":
        reason = found.traceback.strip().rpartition("TaskStopped: ")[2]
    elif kind == "MemoryError" or "MemoryError" in kind:
        reason = f"It needs more than {bounds.megabytes:,} MB of memory, which is the most it may use."
    else:
        reason = "Something broke on our side, and it is in our log."
    log.warning("task %s (%s) failed: %s\n%s", found.pk, found.task_path, reason, found.traceback)
    if bounds.when_stopped is not None:
        bounds.when_stopped(reason, *found.args_kwargs["args"], **found.args_kwargs["kwargs"])


def give_back(found: DBTaskResult[..., Any]) -> None:
    """Gives the task back for another worker; does nothing when another has done that already."""
    as_seen = DBTaskResult.objects.running().filter(pk=found.pk, started_at=found.started_at)
    as_seen.update(status=TaskResultStatus.READY, started_at=None)


def take_back_abandoned(worker_id: str) -> None:
    """Takes back tasks claimed by workers that no longer exist."""
    now = timezone.now()
    for found in DBTaskResult.objects.running():
        if not (is_overdue(found, now=now) or is_gone(found.worker_ids[-1] if found.worker_ids else "", worker_id)):
            continue
        if len(found.worker_ids) < MOST_ATTEMPTS:
            give_back(found)
        else:
            found.set_failed(TaskStopped(f"Its worker died {MOST_ATTEMPTS} times."))
            tell_why(found)


def is_gone(worker_id: str, own: str) -> bool:
    """Whether a worker of this machine has ended; of other machines nothing is known."""
    machine, _, rest = worker_id.partition(" ")
    process, _, _token = rest.partition(" ")
    if worker_id == own or machine != own.partition(" ")[0] or not process.isdecimal():
        return False
    if int(process) == os.getpid():
        return True  # a container that was started again has the same name and number
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def limit_memory(megabytes: int) -> None:
    """So much more than the process has now; beyond it Python raises MemoryError."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return  # not Linux: only the limit of time holds
    most = pages * resource.getpagesize() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def end_with_parent() -> None:
    """When the worker is killed, so is its task, which then begins again elsewhere. Only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Command(BaseCommand):
    help = "Works on long tasks (simulations, imports) beside the server, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")
        parser.add_argument("--interval", type=float, default=0.5, metavar="SECONDS", help="between looks for work")

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        worker = BoundedWorker(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()[:30]} {os.getpid()} {secrets.token_hex(8)}",
            excluded_queue_names=[],
        )
        for name in ("django_tasks", "django_tasks_db"):  # which tell of every look for work
            logging.getLogger(name).setLevel(logging.WARNING)
        if not once:
            worker.configure_signals()
        while worker.running:
            take_back_abandoned(worker.worker_id)
            worker.run()
            if once:
                break
            DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_FOR).delete()
            time.sleep(interval)
