"""Budget 15: the review queue of a large deck against that of a small one."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable

from benchmarks.server import ROOT, Site, getter, running_site
from benchmarks.table import Row

SEED_COMMAND = "from benchmarks.cards_seed import seed; seed()"


def run() -> list[Row]:
    with running_site() as site:
        decks = seed_decks(site)
        client, large, small = site.client(), decks["large"], decks["small"]
        queue = site.costs_ms(_queue(client, large), _queue(client, small), calls=60)
    return [
        Row(
            number=15,
            name="review queue with 100,000 cards, against 100 cards",
            ours=queue[0],
            yardstick=queue[1],
            unit="ms",
            budget=2,
        ),
    ]


def seed_decks(site: Site) -> dict[str, str]:
    """Two learners with a deck each, `large` and `small`, and the session of each."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", SEED_COMMAND]
    done = subprocess.run(command, cwd=ROOT, env=dict(site.env), check=True, stdout=subprocess.PIPE)
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def _queue(client: http.client.HTTPConnection, session: str) -> Callable[[], bytes]:
    return getter(client, "/cards/review/", {"Cookie": f"session={session}"})
