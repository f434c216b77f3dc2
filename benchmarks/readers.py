"""Budget 23: the cost of a topic page for a signed-in reader, and of the two heaviest pages of a learner: the map of
5,000 topics and the statistics of 50,000 answers, each against 0.3 seconds of the processor.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.readers_seed import ANSWERS_EACH, CARDS, TOPICS
from benchmarks.server import ROOT, Site, getter, running_site
from benchmarks.table import Row

TOPIC = "/topics/consistent-hashing/"
HEAVY_MS = 300


def run() -> list[Row]:
    with running_site() as site:
        client = site.client()
        sessions = seed_readers(site)
        reader = {"Cookie": f"session={sessions['reader']}"}
        signed_in, anonymous = site.costs_ms(getter(client, TOPIC, reader), getter(client, TOPIC), calls=200)
        heavy = [
            _heavy(site, f"map of {TOPICS:,} topics, CPU, against 0.3 s", "/topics/map/", sessions["learner"]),
            _heavy(
                site,
                f"statistics of {CARDS * ANSWERS_EACH:,} answers, CPU, against 0.3 s",
                "/cards/stats/",
                sessions["learner"],
            ),
        ]
    name = "topic page of a signed-in reader, CPU, against the anonymous one"
    return [Row(number=23, name=name, ours=signed_in, yardstick=anonymous, unit="ms", budget=6), *heavy]


def seed_readers(site: Site) -> dict[str, str]:
    """Sessions: `learner` with the answers, `reader` without."""
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from benchmarks.readers_seed import seed; seed()",
    ]
    done = subprocess.run(command, cwd=ROOT, env=dict(site.env), check=True, stdout=subprocess.PIPE)
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def _heavy(site: Site, name: str, path: str, session: str) -> Row:
    """The median of several runs; the first is left out, because it fills the caches."""
    get = getter(site.client(), path, {"Cookie": f"session={session}"})
    get()
    costs = sorted(site.cost_ms(get, calls=1) for _ in range(7))
    return Row(number=23, name=name, ours=costs[3], yardstick=HEAVY_MS, unit="ms", budget=1)
