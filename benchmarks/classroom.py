"""A class of three hundred at work: every student saves every two seconds, and the instructor looks at the grid.

No save may be lost, and the grid must respond within a second; so must grid, queue and gradebook when all have handed
in and are marked. On PostgreSQL:
`python -m tests.with_postgres python -m benchmarks classroom`.
"""

from __future__ import annotations

import json
import threading
import time

from benchmarks.saving import PERIOD_SECONDS, SAVES_EACH, WRITERS, Writer, p99_ms, twenty_kilobytes
from benchmarks.server import Site, running_site
from benchmarks.table import Row

LIMIT_MS = 1_000
# Runs beside the server, on its database: a class with an assignment, and a design for each of its students.
SEED = """
import json, sys
import django; django.setup()
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from accounts.models import User
from classrooms.models import Membership, Work
from classrooms.services.assignments import create_assignment
from classrooms.services.classes import create_classroom
from designs.models import Scenario
from designs.services.saving import create_design
document, count, now = json.loads(sys.argv[1]), int(sys.argv[2]), timezone.now()
teacher = User.objects.create_user("teacher")
classroom = create_classroom("Systems", owner=teacher, time_zone="UTC", at=now)
values = {"kind": "design", "title": "Work", "opens_at": now, "due_at": now + timedelta(days=1), "start": "blank"}
scenario = Scenario.objects.get(slug="twitter")
assignment = create_assignment(classroom, values=values, scenario=scenario, topics=(), at=now)
students = []
for number in range(count):
    user = User.objects.create(username=f"student-{number}")
    named = {"name": f"S {number}", "role": "student", "joined_at": now}
    member = Membership.objects.create(classroom=classroom, user=user, **named)
    design = create_design(owner=user, document=document, at=now)
    Work.objects.create(assignment=assignment, student=member, design=design, started_at=now)
    client = Client(); client.force_login(user)
    students.append((str(design.pk), client.cookies[settings.SESSION_COOKIE_NAME].value))
client = Client(); client.force_login(teacher)
session = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({"students": students, "teacher": session, "grid": f"/classes/assignments/{assignment.pk}/grid/",
    "queue": f"/classes/assignments/{assignment.pk}/queue/", "gradebook": f"/classes/{classroom.pk}/gradebook/"}))
"""
CHECK = """
import django; django.setup()
from designs.models import Change, Design
print(sum(Design.objects.filter(class_works__isnull=False).values_list("version", flat=True)), Change.objects.count())
"""


HAND_IN = """
import django; django.setup()
from django.utils import timezone
from classrooms.models import Work
from classrooms.services import marking, work as working
for each in Work.objects.select_related("assignment__classroom", "student__user", "design"):
    handed_in = working.submit(each, at=timezone.now())
    marking.mark(handed_in, dict.fromkeys(each.assignment.data.rubric, (1, "")), feedback="")
print("done")
"""
LOOKS = 5


def run() -> list[Row]:
    document = twenty_kilobytes()
    with running_site() as site:
        seeded = json.loads(site.beside(SEED, json.dumps(document), str(WRITERS)))
        crowd = [_writer(site, design_id, session) for design_id, session in seeded["students"]]
        grids: list[float] = []
        is_over = threading.Event()
        looking = threading.Thread(target=_look, args=(site, seeded, grids, is_over))
        looking.start()
        saves_p99 = p99_ms(crowd)
        is_over.set()
        looking.join()
        versions, changes = map(int, site.beside(CHECK).split())
        site.beside(HAND_IN)
        slowest = {
            name: max(_seen_ms(site, seeded, name) for _ in range(LOOKS)) for name in ("grid", "queue", "gradebook")
        }
    sent = WRITERS * SAVES_EACH
    if versions != sent or changes != sent:
        raise RuntimeError(f"{sent} saves were acknowledged; versions say {versions}, the log says {changes}")
    return [
        _row("p99 of saves in a class of 300, against a second", saves_p99),
        _row("the instructor's grid meanwhile, slowest, against a second", max(grids)),
        *(_row(f"{name} of 300 who handed in, slowest, against a second", each) for name, each in slowest.items()),
    ]


def _row(name: str, ours: float) -> Row:
    return Row(number=8, name=name, ours=ours, yardstick=LIMIT_MS, unit="ms", budget=1)


def _writer(site: Site, design_id: str, session: str) -> Writer:
    headers = {
        "Content-Type": "application/merge-patch+json",
        "Cookie": f"session={session}",
        "Origin": f"http://127.0.0.1:{site.port}",
        "Sec-Fetch-Site": "same-origin",
    }
    return Writer(site.client(), design_id, headers, {}, bare=False)


def _look(site: Site, seeded: dict[str, str], taken: list[float], is_over: threading.Event) -> None:
    """At most every two seconds, as the page does."""
    while not is_over.wait(PERIOD_SECONDS):
        taken.append(_seen_ms(site, seeded, "grid"))


def _seen_ms(site: Site, seeded: dict[str, str], page: str) -> float:
    """How long the instructor waits for a page, in milliseconds."""
    client = site.client()
    begun = time.perf_counter()
    client.request("GET", seeded[page], headers={"Cookie": f"session={seeded['teacher']}"})
    answer = client.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the {page} answered {answer.status}")
    return (time.perf_counter() - begun) * 1_000
