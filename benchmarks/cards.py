"""Budgets 14 and 15: answering a card against a bare UPDATE, and the queue of a large deck against a small one's."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.server import ENCODINGS, ROOT, Site, getter, running_site
from benchmarks.table import Row

SEED_COMMAND = "from benchmarks.cards_seed import seed; seed()"
TOKEN = "t" * 32


def run() -> list[Row]:
    with running_site() as site:
        decks = _seed(site)
        client, large, small = site.client(), decks["large"], decks["small"]
        cards = cycle(large["cards"])
        answer = _poster(client, "/cards/review/", large["session"], lambda: _answer(next(cards)))
        update = _poster(client, "/bare-update/", large["session"], lambda: {"card": large["cards"][0]})
        answering = site.costs_ms(answer, update, calls=300)
        queue = site.costs_ms(_queue(client, large["session"]), _queue(client, small["session"]), calls=300)
    return [
        Row(
            number=14,
            name="answering a card and showing the next, against a bare UPDATE",
            ours=answering[0],
            yardstick=answering[1],
            unit="ms",
            budget=3,
        ),
        Row(
            number=15,
            name="review queue with 10,000 cards, against 100 cards",
            ours=queue[0],
            yardstick=queue[1],
            unit="ms",
            budget=2,
        ),
    ]


def _seed(site: Site) -> dict[str, dict[str, list[int] | str]]:
    """Two learners with a deck each; their sessions, and cards that are not due, to be answered one after another."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", SEED_COMMAND]
    done = subprocess.run(command, cwd=ROOT, env=dict(site.env), check=True, stdout=subprocess.PIPE)
    found: dict[str, dict[str, list[int] | str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _answer(card: int) -> dict[str, object]:
    return {"card": card, "uid": uuid.uuid4(), "grade": 3, "ms": 4_000, "zone": "Europe/Berlin", "given": ""}


def _headers(session: str) -> dict[str, str]:
    return {"Cookie": f"session={session}; csrf={TOKEN}", "X-CSRFToken": TOKEN}


def _queue(client: http.client.HTTPConnection, session: str) -> Callable[[], bytes]:
    return getter(client, "/cards/review/", _headers(session))


def _poster(
    client: http.client.HTTPConnection, path: str, session: str, fields: Callable[[], dict[str, object]]
) -> Callable[[], bytes]:
    """A POST as the review page sends it, on a kept connection; anything but 200 raises."""
    headers = {
        **_headers(session),
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
        "HX-Target": "review",
        "Accept-Encoding": ENCODINGS,
    }

    def post() -> bytes:
        client.request("POST", path, body=urlencode(fields()), headers=headers)
        response = client.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
        return body

    return post
