"""Budgets 7 and 8: an autosave of a 20 kB design against a bare optimistic UPDATE, alone and among 300 writers."""

from __future__ import annotations

import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.server import ROOT, Site, running_site
from benchmarks.table import Row

SIZE_BYTES = 20_000
WRITERS = 300
PERIOD_SECONDS = 2.0
SAVES_EACH = 4
CALLS, ROUNDS = 150, 9

# Runs beside the server, on its database: one person with as many designs as there are writers.
SEED = """
import json, sys
import django; django.setup()
from django.test import Client
from django.conf import settings
from django.utils import timezone
from accounts.models import User
from designs.services.saving import create_design
document, count = json.loads(sys.argv[1]), int(sys.argv[2])
user, _ = User.objects.get_or_create(username="writer")
client = Client(); client.force_login(user)
ids = [str(create_design(owner=user, document=document, at=timezone.now()).pk) for _ in range(count)]
print(json.dumps({"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "ids": ids}))
"""


@dataclass
class Writer:
    """Saves one design again and again; `bare` sends the whole document to the yardstick instead."""

    link: http.client.HTTPConnection
    design_id: str
    headers: Mapping[str, str]
    document: dict[str, Any]
    bare: bool
    version: int = 0

    def save(self) -> None:
        label = f"Service {self.version}"
        if self.bare:
            self.document["diagram"]["components"]["c7"]["label"] = label
            body, path = json.dumps(self.document), f"/bare-save/{self.design_id}/"
        else:
            body = json.dumps({"diagram": {"components": {"c7": {"label": label}}}})
            path = f"/designs/{self.design_id}/document"
        counted = {"Base-Version": str(self.version), "Client-Id": "bench", "Sequence": str(self.version)}
        self.link.request("PATCH", path, body, {**self.headers, **counted})
        answer = self.link.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {text[:200]!r}")
        self.version = json.loads(text)["version"]


def run() -> list[Row]:
    document = twenty_kilobytes()
    with running_site() as site:
        # One design for each of the single writers, and of the three crowds.
        seeded = seed_writers(site, document, 2 + 3 * WRITERS)
        ids = iter(seeded["ids"])
        writers = writers_of(site, ids, seeded["session"], document)
        ours, bare = site.costs_ms(writers(False).save, writers(True).save, rounds=ROUNDS, calls=CALLS)
        # The first crowd opens the server's threads and their connections, for both that follow.
        crowds = [[writers(is_bare) for _ in range(WRITERS)] for is_bare in (True, False, True)]
        _, ours_p99, bare_p99 = [p99_ms(crowd) for crowd in crowds]
    return [
        Row(
            number=7,
            name="autosave of a 20 kB design, CPU, against a bare UPDATE",
            ours=ours,
            yardstick=bare,
            unit="ms",
            budget=2.5,
        ),
        Row(
            number=8,
            name=f"p99 of {WRITERS} writers, one save each {PERIOD_SECONDS:g} s",
            ours=ours_p99,
            yardstick=bare_p99,
            unit="ms",
            budget=5,
        ),
    ]


def twenty_kilobytes() -> dict[str, Any]:
    """A design of that size as JSON: services that call each other, with notes."""
    document: dict[str, Any] = {"format": 2, "diagram": {"components": {}, "connections": {}}}
    components, connections = document["diagram"]["components"], document["diagram"]["connections"]
    for number in itertools.count():
        components[f"c{number}"] = {
            "kind": "service",
            "label": f"Service {number}",
            "x": 180 * (number % 9),
            "y": 120 * (number // 9),
            "order": number,
            "instances": 3,
            "note": "Keeps what its neighbour forgets, and says so.",
        }
        if number:
            connections[f"a{number}"] = {"source": f"c{number - 1}", "target": f"c{number}", "order": number}
        if len(json.dumps(document)) >= SIZE_BYTES:
            return document
    raise AssertionError


def seed_writers(site: Site, document: dict[str, Any], count: int) -> dict[str, Any]:
    command = [sys.executable, "-c", SEED, json.dumps(document), str(count)]
    done = subprocess.run(command, cwd=ROOT, env=dict(site.env), check=True, stdout=subprocess.PIPE)
    seeded: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seeded


def writers_of(site: Site, ids: Iterator[str], session: str, document: dict[str, Any]) -> Callable[[bool], Writer]:
    headers = {
        "Content-Type": "application/merge-patch+json",
        "Cookie": f"session={session}",
        "Origin": f"http://127.0.0.1:{site.port}",
        "Sec-Fetch-Site": "same-origin",
    }
    return lambda bare: Writer(site.client(), next(ids), headers, json.loads(json.dumps(document)), bare)


def p99_ms(crowd: list[Writer]) -> float:
    """The 99th percentile of all saves; any error ends the benchmark."""
    taken: list[float] = []
    errors: list[Exception] = []
    start = time.monotonic() + 1

    def write(writer: Writer, offset: float) -> None:
        try:
            for turn in range(SAVES_EACH):
                time.sleep(max(start + offset + turn * PERIOD_SECONDS - time.monotonic(), 0))
                begun = time.perf_counter()
                writer.save()
                # The first round opens three hundred connections at once, which is not what is measured.
                if turn:
                    taken.append(time.perf_counter() - begun)
        except Exception as error:
            errors.append(error)

    threads = [
        threading.Thread(target=write, args=(writer, PERIOD_SECONDS * number / len(crowd)))
        for number, writer in enumerate(crowd)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sorted(taken)[int(len(taken) * 0.99)] * 1_000
