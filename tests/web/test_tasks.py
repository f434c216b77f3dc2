"""Long work runs outside the server, within limits, and outlives the worker that began it (promise 54)."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from tests.servers import wait_until, work_off, worker
from web.tasks import long_task

pytestmark = pytest.mark.django_db(transaction=True)


def note(reason: str, name: str) -> None:
    User.objects.filter(username=name).update(first_name=reason[:150])


@long_task(seconds=20, megabytes=200, when_stopped=note)
def capitals(name: str) -> str:
    User.objects.filter(username=name).update(last_name=name.upper())
    return name.upper()


@long_task(seconds=1, megabytes=200, when_stopped=note)
def for_ever(name: str) -> None:
    while name:
        pass


@long_task(seconds=20, megabytes=100, when_stopped=note)
def too_large(name: str) -> int:
    return len(bytearray(500_000_000)) + len(name)


@long_task(seconds=20, megabytes=200, when_stopped=note)
def broken(name: str) -> None:
    raise ValueError(f"the secret of {name}")


@long_task(seconds=20, megabytes=200, when_stopped=note)
def killed(name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@long_task(seconds=60, megabytes=200)
def twice(folder: str) -> str:
    """Hangs the first time, and goes through the second."""
    first = Path(folder) / "first"
    if first.exists():
        return "done"
    first.touch()
    while True:
        signal.pause()


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def test_a_task_runs_and_keeps_what_it_wrote(ada, caplog):
    """A worker that looks twice a second says nothing of it, or its words would fill every log."""
    caplog.set_level(logging.INFO)
    made = capitals.enqueue("ada")
    work_off()
    assert caplog.record_tuples == []

    made.refresh()
    ada.refresh_from_db()
    assert (made.return_value, ada.last_name) == ("ADA", "ADA")


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        pytest.param(for_ever, "stopped after 1 seconds", id="endless"),
        pytest.param(too_large, "more than 100 MB", id="large"),
        pytest.param(broken, "Something broke on our side", id="broken"),
        pytest.param(killed, "from outside", id="killed"),
    ],
)
def test_a_task_that_cannot_end_is_ended_told_and_stops_no_other(ada, task, reason):
    failed, good = task.enqueue("ada"), capitals.enqueue("ada")
    work_off()

    failed.refresh()
    good.refresh()
    ada.refresh_from_db()
    assert (failed.status, good.status) == (TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL)
    assert reason in ada.first_name
    assert "secret" not in ada.first_name


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_task_outlives_its_worker(tmp_path, sent):
    """A deployment gives the task back; what a killed worker had is found and begun again."""
    made = twice.enqueue(str(tmp_path))
    with worker() as process:
        wait_until((tmp_path / "first").exists, "the worker did not begin")
        process.send_signal(sent)
        process.wait()
    work_off()

    made.refresh()
    assert made.return_value == "done"
    assert len(made.worker_ids) == 2


def test_a_task_that_ends_its_workers_is_given_up(tmp_path):
    gone = "elsewhere 1 a"
    made = capitals.enqueue("ada")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[gone] * 3, started_at="2020-01-01T00:00Z")
    work_off()

    made.refresh()
    assert made.status == TaskResultStatus.FAILED
