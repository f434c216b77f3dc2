"""Budget 17: a question to the interviewer. What understanding and answering one costs, against a bare view, and the
memory that the matcher adds to a worker. The request around it, which writes the answer into the design, is left out.
"""

from __future__ import annotations

import json

from benchmarks.server import ROOT, getter, running_site
from benchmarks.table import Row

MOST_MEGABYTES = 60
ASKED = ROOT / "tests" / "designs" / "interviews" / "asked" / "strangers.yaml"
# Runs in a process of its own: CPU milliseconds for each question, answers in words included, and the memory before
# and after. Each question comes once, so that nothing is told from memory.
ALONE = """
import django; django.setup()
import json, sys, time, resource
import yaml
from django.conf import settings
from designs.interviews.answering import spoken
from designs.interviews.asking import understand
from designs.scenarios.reading import read_scenario
asked = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
folder = settings.BASE_DIR / "fixtures" / "scenarios"
known = {slug: read_scenario((folder / f"{slug}.yaml").read_bytes(), file=slug).scenario for slug in asked}
def megabytes():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6
before = megabytes()
for scenario in known.values():
    understand(scenario, "a first question, which prepares the scenario")
questions = [(known[slug], each["ask"]) for slug, items in asked.items() for each in items]
begun = time.process_time()
for scenario, words in questions:
    for found in understand(scenario, words).found:
        spoken(scenario, found)
print(json.dumps([(time.process_time() - begun) * 1000 / len(questions), megabytes() - before, len(questions)]))
"""


def run() -> list[Row]:
    with running_site() as site:
        bare = getter(site.client(), "/bare/")
        site.cost_ms(bare, calls=20)
        bare_ms = min(site.cost_ms(bare, calls=600) for _ in range(5))
        alone_ms, megabytes, count = json.loads(site.beside(ALONE, str(ASKED)))
    return [
        _row(f"one of {count} questions understood and answered, CPU, against a bare view", alone_ms, bare_ms, "ms", 3),
        _row("memory that the matcher adds, of what it may", megabytes, MOST_MEGABYTES, "MB", 1),
    ]


def _row(name: str, ours: float, yardstick: float, unit: str, budget: float) -> Row:
    return Row(number=17, name=name, ours=ours, yardstick=yardstick, unit=unit, budget=budget)
