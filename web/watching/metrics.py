"""What Prometheus may ask of the site itself (`/metrics/`, with `METRICS_TOKEN`): what only it knows.

Every number comes from the database or from /proc, so it is the same whichever process answers. Requests, their status
and their time are counted by the proxy in front, which sees those too that no process answers; counting them here as
well would take shared files between processes and a share of each request's time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Samples = Iterable[tuple[str, float]]


def answer(request: HttpRequest) -> HttpResponse:
    """401 without the token."""
    said = request.headers.get("Authorization", "")
    if not constant_time_compare(said, f"Bearer {settings.METRICS_TOKEN}"):
        response = HttpResponse(
            "This address needs the token of METRICS_TOKEN.\n", status=401, content_type="text/plain"
        )
        response["WWW-Authenticate"] = "Bearer"
        return response
    return HttpResponse("".join(_lines()), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _lines() -> Iterator[str]:
    try:
        found = [*_tasks(), _database()]
        is_up = 1
    except DatabaseError:
        found, is_up = [], 0
    yield from _family("loadbearing_database_up", "gauge", "Whether the database answers.", [("", is_up)])
    for name, kind, about, samples in [*found, *_processes()]:
        yield from _family(name, kind, about, samples)


def _family(name: str, kind: str, about: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP {name} {about}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        yield f"{name}{labels} {value:.15g}\n"


def _tasks() -> Iterator[tuple[str, str, str, Samples]]:
    counts = dict(DBTaskResult.objects.order_by().values_list("status").annotate(count=Count("pk")))
    samples = [(f'{{status="{each.value.lower()}"}}', float(counts.get(each.value, 0))) for each in TaskResultStatus]
    yield "loadbearing_tasks", "gauge", "Tasks in the database, by status.", samples
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).aggregate(first=Min("enqueued_at"))["first"]
    waits_s = (timezone.now() - waiting).total_seconds() if waiting else 0.0
    yield "loadbearing_task_wait_seconds", "gauge", "How long the first waiting task has waited.", [("", waits_s)]


def _database() -> tuple[str, str, str, Samples]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        [size] = cursor.fetchone()
    return "loadbearing_database_bytes", "gauge", "Size of the database.", [("", float(size))]


def _processes() -> Iterator[tuple[str, str, str, Samples]]:
    """Of this one, and of those that serve beside it."""
    parent = os.getppid()
    found = [each for each in Path("/proc").glob("[0-9]*") if _parent(each) == parent]
    resident, cpu = [], []
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for each in found:
        try:
            fields = (each / "stat").read_text().rpartition(")")[2].split()
            pages = int((each / "statm").read_text().split()[1])
        except OSError:  # it ended meanwhile
            continue
        label = f'{{pid="{each.name}"}}'
        resident.append((label, float(pages * page)))
        cpu.append((label, (int(fields[11]) + int(fields[12])) / ticks))
    yield "loadbearing_process_resident_bytes", "gauge", "Memory of each serving process.", resident
    yield "loadbearing_process_cpu_seconds_total", "counter", "Processor time of each serving process.", cpu


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
