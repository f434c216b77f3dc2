"""Budget 20: a large Anki deck is imported while 20 people save designs.

`DECK_CARDS` is the number of cards in the deck (100,000 by default), with ten answers each. For PostgreSQL:
`python -m tests.with_postgres python -m benchmarks decks`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.saving import Writer, seed_writers, twenty_kilobytes, writers_of
from benchmarks.server import ROOT, running_site
from benchmarks.table import Row, cpu_seconds_of

CARDS = int(os.environ.get("DECK_CARDS", "100000"))
ANSWERS_EACH = 10
WRITERS = 20
PERIOD_SECONDS = 0.5
ALONE_SECONDS = 20.0
BUDGET_MB = 1_500

# The anki package makes the deck: a collection filled by SQL, and exported as a package with its schedule.
MAKE = """
import sqlite3, sys
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
path, out, cards, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
collection = Collection(path)
deck = collection.decks.id("Large")
model = collection.models.by_name("Basic")["id"]
first, day = 1_600_000_000_000, 86_400_000
collection.close()
db = sqlite3.connect(path)
db.executemany("insert into notes values (?, ?, ?, ?, -1, '', ?, ?, 0, 0, '')", (
    (first + n, f"large{n}", model, first // 1000, f"Why <b>number</b> {n}?\\x1fIt is {n} of <i>many</i>.", f"Why {n}")
    for n in range(cards)))
db.executemany(
    "insert into cards values (?, ?, ?, 0, ?, -1, 2, 2, 10, 30, 2500, ?, 0, 0, 0, 0, 0, '')",
    ((first + n, first + n, deck, first // 1000, each) for n in range(cards)))
db.executemany("insert into revlog values (?, ?, -1, ?, ?, ?, 2500, 5000, 1)", (
    (first + k * 30 * day + n * 10, first + n, 1 + (n + k) % 4 if k else 3, 3 * k + 1, 3 * k)
    for n in range(cards) for k in range(each)))
db.commit()
db.close()
collection = Collection(path)
options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False, with_media=False, legacy=False)
collection.export_anki_package(out_path=out, options=options, limit=DeckIdLimit(deck))
collection.close()
"""
# It also imports the deck, as the yardstick.
TAKE = """
import sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
options = ImportAnkiPackageOptions(with_scheduling=True)
collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=options))
print(collection.card_count())
collection.close()
"""
# The site's import, with its peak memory and its CPU time.
KEEP = """
import json, resource, sys, time
import django; django.setup()
from django.core.management import call_command
call_command("import_cards", sys.argv[1], "--user", "writer", stdout=sys.stderr)
from studyguide.models import Card, Review
counts = Card.objects.filter(owner__username="writer").count(), Review.objects.count()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu = time.process_time()
print(json.dumps({"cards": counts[0], "answers": counts[1], "megabytes": peak, "cpu_seconds": cpu}))
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, running_site() as site:
        deck = Path(folder) / "large.apkg"
        _python(MAKE, f"{folder}/made.anki2", str(deck), str(CARDS), str(ANSWERS_EACH))
        anki_seconds = cpu_seconds_of(
            [sys.executable, "-c", TAKE, f"{folder}/taken.anki2", str(deck)], cwd=ROOT, env=dict(os.environ)
        )
        seeded = seed_writers(site, twenty_kilobytes(), 2 * WRITERS)
        writers = writers_of(site, iter(seeded["ids"]), seeded["session"], twenty_kilobytes())
        crowd = [writers(False) for _ in range(WRITERS)]
        alone = _Crowd(crowd)
        alone.write_for(ALONE_SECONDS)
        beside = _Crowd([writers(False) for _ in range(WRITERS)])
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", KEEP, str(deck)], cwd=ROOT, env=dict(site.env), stdout=subprocess.PIPE
        )
        beside.write_while(process)
        ours_seconds = time.monotonic() - begun
        found = json.loads(process.communicate()[0].splitlines()[-1])
    assert process.returncode == 0
    assert (found["cards"], found["answers"]) == (CARDS, CARDS * ANSWERS_EACH), found
    if beside.errors:
        print(len(beside.errors), "saves failed, such as", sorted({each[:90] for each in beside.errors})[:5])
    name = f"deck of {CARDS:,} cards and {CARDS * ANSWERS_EACH:,} answers, in {ours_seconds:.0f} s"
    return [
        Row(number=20, name=f"{name}: CPU, against anki", ours=found["cpu_seconds"], yardstick=anki_seconds, unit="s",
            budget=5),
        Row(number=20, name=f"p99 of {WRITERS} writers meanwhile ({len(beside.taken):,} saves), against before",
            ours=beside.p99_ms, yardstick=alone.p99_ms, unit="ms", budget=3),
        Row(number=20, name="saves that failed meanwhile, and before", ours=len(beside.errors) + len(alone.errors),
            yardstick=1, unit="", budget=0),
        Row(number=20, name="memory of the import, of what it may take", ours=found["megabytes"], yardstick=BUDGET_MB,
            unit="MB", budget=1),
    ]  # fmt: skip


class _Crowd:
    """Writers that each save at intervals; every response other than 200 is recorded as an error."""

    def __init__(self, writers: list[Writer]) -> None:
        self._writers, self._stop = writers, threading.Event()
        self.taken: list[float] = []
        self.errors: list[str] = []

    def write_for(self, seconds: float) -> None:
        threads = self._begin()
        self._stop.wait(seconds)
        self._end(threads)

    def write_while(self, process: subprocess.Popen[bytes]) -> None:
        threads = self._begin()
        while process.poll() is None:
            time.sleep(0.2)
        self._end(threads)

    @property
    def p99_ms(self) -> float:
        return sorted(self.taken)[int(len(self.taken) * 0.99)] * 1_000

    def _begin(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._write, args=(each, n)) for n, each in enumerate(self._writers)]
        for thread in threads:
            thread.start()
        return threads

    def _end(self, threads: list[threading.Thread]) -> None:
        self._stop.set()
        for thread in threads:
            thread.join()

    def _write(self, writer: Writer, number: int) -> None:
        time.sleep(PERIOD_SECONDS * number / WRITERS)
        while not self._stop.wait(PERIOD_SECONDS):
            begun = time.perf_counter()
            try:
                writer.save()
            except Exception as error:
                writer.link.close()  # a later save begins anew, also after one that timed out
                self.errors.append(str(error))
            else:
                self.taken.append(time.perf_counter() - begun)


def _python(code: str, *given: str) -> None:
    subprocess.run([sys.executable, "-c", code, *given], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
