"""Budgets 18 and 19: how much a worker's memory grows, and how much throughput a second worker adds.

Budget 19 is meant for PostgreSQL: `python -m tests.with_postgres python -m benchmarks workers`. Two workers serve twice
as much only where they have a processor each, besides what the clients and the database take. So two ratios are
printed: of requests a second, with the processors that there are and that the clients took; and of requests for each
second that the workers had a processor, which is smaller than 1 only when the workers hinder each other, by locks for
example, and does not depend on what else runs.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from benchmarks.saving import seed_writers, twenty_kilobytes, writers_of
from benchmarks.server import Site, getter, running_site
from benchmarks.table import Row

MIXED = (
    "/", "/topics/consistent-hashing/", "/topics/caching/", "/calculators/capacity/?daily_users=100M",
    "/labs/hash-placement/", "/search/?q=queue", "/topics/map/", "/scenarios/", "/calculators/figures/", "/cards/",
)  # fmt: skip
FEW, MANY = 500, 10_000
CLIENTS = 8
SECONDS = 8
ROUNDS = 3


def run() -> list[Row]:
    with running_site() as site:
        rows = [_memory(site)]
    one, two = _rates(workers=1), _rates(workers=2)
    for what in one:
        taken = f"{os.cpu_count()} processors, of which the clients took {two[what].clients:.2f}"
        in_time, of_processors = (
            (one[what].a_second, two[what].a_second),
            (one[what].a_processor_second, two[what].a_processor_second),
        )
        for name, (yardstick, ours), budget in (
            (f"{what} of two workers a second, against one ({taken})", in_time, 1.8),
            (f"{what} for each processor second of two workers, against one", of_processors, 0.9),
        ):
            rows.append(
                Row(number=19, name=name, ours=ours, yardstick=yardstick, unit="/s", budget=budget, is_rate=True)
            )
    return rows


@dataclass(frozen=True, order=True)
class Rate:
    """Requests a second, and for each second that the serving processes used a processor; `clients` is how many
    processors the clients used meanwhile."""

    a_second: float
    a_processor_second: float
    clients: float


def _memory(site: Site) -> Row:
    """Resident memory of the serving process after 10,000 mixed requests, against after 500."""
    client = site.client()
    paths = [path for path in MIXED if _answers(client, path)]
    asked = cycle([getter(client, path) for path in paths])

    def ask(count: int) -> float:
        for _ in range(count):
            next(asked)()
        return site.worker_megabytes()

    few = ask(FEW)
    many = ask(MANY - FEW)
    name = f"memory of a worker after {MANY:,} mixed requests, against after {FEW}"
    return Row(number=18, name=name, ours=many, yardstick=few, unit="MB", budget=1.2)


def _answers(client: http.client.HTTPConnection, path: str) -> bool:
    client.request("GET", path)
    answer = client.getresponse()
    answer.read()
    return answer.status == 200


def _rates(*, workers: int) -> dict[str, Rate]:
    """Requests a second of topics and of autosaves: the best of several rounds, because other processes use the machine
    too."""
    document = twenty_kilobytes()
    with running_site(workers=workers) as site:
        seeded = seed_writers(site, document, CLIENTS)
        writers = writers_of(site, iter(seeded["ids"]), seeded["session"], document)
        topics: list[Callable[[], object]] = [
            getter(site.client(), "/topics/consistent-hashing/") for _ in range(CLIENTS)
        ]
        saves: list[Callable[[], object]] = [writers(False).save for _ in range(CLIENTS)]
        return {
            "anonymous topics": max(_rate(site, topics) for _ in range(ROUNDS)),
            "autosaves": max(_rate(site, saves) for _ in range(ROUNDS)),
        }


def _rate(site: Site, requests: list[Callable[[], object]]) -> Rate:
    """All of them at once, repeatedly."""
    counts = [0] * len(requests)
    served, asked = site.cpu_seconds(), time.process_time()
    until = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        while time.monotonic() < until:
            requests[number]()
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(requests))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    served, asked = site.cpu_seconds() - served, time.process_time() - asked
    return Rate(sum(counts) / SECONDS, sum(counts) / served, asked / SECONDS)
