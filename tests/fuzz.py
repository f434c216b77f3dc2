"""Sends the site hostile requests: `python -m tests.fuzz [--requests N] [--seed N]`, on the database of DATABASE_URL.

Every address with hostile parts and query strings, and every form of every page with hostile fields, as a visitor, a
student and a teacher. Every 500 is printed with the request that caused it. The suite runs some of these requests.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import re
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("accounts", "calculators", "classrooms", "config", "designs", "schools", "studyguide", "web")
# As bytes, because some are no valid text: numbers beyond every type, dates at the limits, input that databases and
# parsers refuse.
HOSTILE = [
    b"", b"0", b"-1", b"1e300", b"-1e300", b"1e-300", b"1e309", b"nan", b"inf", b"9" * 5_000, str(10**30).encode(),
    b"9223372036854775808", b"2147483648", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"0001-01-01",
    b"9999-12-31", b"0001-01-01T00:00", b"9999-12-31T23:59", b"up:", b"up:x", b"up:/meta/title", b"delete:", b"move:/",
    b"add:/scope/questions", b"run.step", b"add.remove*9999", b"/", b"/a~2b/", b"..", b"'\"<>&", b"%s%n", b"{{7*7}}",
    b"[]", b"{}", b'{"a":', b"null", b"true", "²".encode(), "١٢".encode(), "Ⅷ".encode(), "\u202e".encode(), b"\n\n",
    b"a" * 20_000, b"1/0", b"9**9**9", b"(" * 3_000, b"5 kB", b"10 GB..1 B", b"1,2,3", b"constant", b"python",
]  # fmt: skip
# Actions that would delete the data that the other requests need.
SPARED = {"account_logout", "account_delete", "delete", "classroom_leave", "scenario_delete", "revoke_link"}


@dataclass(frozen=True)
class Fault:
    method: str
    address: str
    sent: str
    who: str
    error: str


@dataclass
class World:
    """People with their data, and the values for the parts of addresses."""

    people: Mapping[str, Any]
    places: Mapping[str, Any]


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, bytes] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page, with the values of their fields."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.address, self._select = address, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action") or self.address
            self.found.append(Form(action, given.get("method", "get").lower()))
        elif self.found and tag in ("input", "textarea", "button", "select") and given.get("name"):
            self._select = given["name"] if tag == "select" else ""
            self.found[-1].fields.setdefault(given["name"], given.get("value", "").encode(errors="replace"))
        elif self.found and tag == "option" and self._select and "selected" in given:
            self.found[-1].fields[self._select] = given.get("value", "").encode(errors="replace")


def words_asked() -> list[str]:
    """Names of the parameters that views look up."""
    found: set[str] = set()
    for part in PARTS:
        for path in (ROOT / part).rglob("*.py"):
            found |= set(
                re.findall(r"(?:GET|POST)(?:\.get|\.getlist)?[(\[]\"(\w+)\"", path.read_text(encoding="utf-8"))
            )
    return sorted(found)


def questions_of_sheets() -> dict[str, list[str]]:
    """The parameters of calculators and labs, by the start of their address."""
    from calculators.engine.catalogue.registry import CATALOGUE
    from calculators.labs.registry import BY_SLUG as LABS

    found = {
        f"calculators/{slug}": [each.name for each in sheet.inputs] + ["a", "b"] for slug, sheet in CATALOGUE.items()
    }
    return found | {f"labs/{slug}": ["do", "seed", *lab.by_name] for slug, lab in LABS.items()}


def patterns() -> list[tuple[str, Any]]:
    """Every URL except the admin's: its full name and the pattern's resolver tuple."""
    from django.urls import URLPattern, get_resolver

    def walk(entries: list[Any], before: str, space: str) -> Iterator[tuple[str, str]]:
        for each in entries:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield (f"{space}:{each.name}" if space else str(each.name)), route
            elif each.namespace != "admin":
                yield from walk(each.url_patterns, route, each.namespace or space)

    return list(walk(get_resolver().url_patterns, "", ""))


class Fuzz:
    """Random requests, the same for the same seed."""

    def __init__(self, world: World, seed: int) -> None:
        from django.test import Client

        self.random = random.Random(seed)
        self.world = world
        self.words = words_asked()
        self.patterns = [(name, route) for name, route in patterns() if name.rpartition(":")[2] not in SPARED]
        self.asked = questions_of_sheets()
        self.clients = {}
        for who, user in world.people.items():
            self.clients[who] = Client(raise_request_exception=False)
            if user is not None:
                self.clients[who].force_login(user)
        self.faults: list[Fault] = []
        self.count = 0

    def run(self, requests: int) -> list[Fault]:
        while self.count < requests:
            who = self.random.choice(list(self.clients))
            name, route = self.random.choice(self.patterns)
            address = self.address(route)
            if self.random.random() < 0.5:
                self.send(who, "GET", address + "?" + self.question(address))
            else:
                self.submit(who, name, address)
        return self.faults

    def hostile(self) -> bytes:
        return self.random.choice(HOSTILE)

    def address(self, route: str) -> str:
        """Mostly with existing values for its parts, and sometimes with other ones."""
        route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route.replace("^", "").replace("$", ""))

        def part(match: re.Match[str]) -> str:
            kind, _, name = match[1].rpartition(":")
            if self.random.random() < 0.15:
                return quote_from_bytes(self.hostile()[:300] or b"0")
            if kind == "int" and self.random.random() < 0.1:
                return self.random.choice(["0", str(10**30), "9" * 300, str(2**63)])
            if name in ("slug", "calculator"):
                return self.random.choice(self.slugs_of(route))
            default = uuid.UUID(int=1) if kind == "uuid" else 1 if kind == "int" else "x"
            return quote_from_bytes(str(self.world.places.get(name, default)).encode())

        return "/" + re.sub(r"<([\w:]+)>", part, route)

    def slugs_of(self, route: str) -> list[str]:
        from calculators.engine.catalogue.registry import CATALOGUE
        from calculators.labs.registry import BY_SLUG as LABS
        from designs.exchange.registry import BY_SLUG

        for prefix, slugs in {
            "/export/": BY_SLUG,
            "calculators/": CATALOGUE,
            "sheets/": CATALOGUE,
            "labs/": LABS,
        }.items():
            if prefix in route:
                return list(slugs)
        return [str(self.world.places["slug"])]

    def question(self, address: str) -> str:
        names = self.random.sample(next((own for slug, own in self.asked.items() if slug in address), self.words), 2)
        return "&".join(f"{name}={quote_from_bytes(self.hostile())}" for name in names)

    def submit(self, who: str, name: str, address: str) -> None:
        page = self.send(who, "GET", address)
        forms = [form for form in Forms(page, address).found if form.method == "post"]
        if not forms:
            self.send(who, "POST", address, self.posted(dict.fromkeys(self.random.sample(self.words, 3), b"")))
            return
        for form in self.random.sample(forms, min(2, len(forms))):
            action = form.action.partition("#")[0]
            if not action.startswith("/") or any(each.replace("_", "-") in action for each in ("logout", "delete")):
                continue
            self.send(who, "POST", action, self.posted(form.fields))

    def posted(self, fields: Mapping[str, bytes]) -> bytes:
        sent = dict(fields)
        for name in self.random.sample(sorted(sent), min(2, len(sent))):
            if name != "csrfmiddlewaretoken":
                sent[name] = self.hostile()
        if self.random.random() < 0.2:
            sent[self.random.choice(self.words)] = self.hostile()
        return urlencode({name.encode(errors="replace"): value for name, value in sent.items()}).encode()

    def send(self, who: str, method: str, address: str, body: bytes = b"") -> str:
        self.count += 1
        path, _, query = address.partition("?")
        answer = self.clients[who].generic(
            method, path, body, content_type="application/x-www-form-urlencoded", QUERY_STRING=query
        )
        if answer.status_code >= 500:
            error = repr(getattr(answer, "exc_info", (None, None))[1])
            self.faults.append(Fault(method, address[:300], body[:300].decode(errors="replace"), who, error[:300]))
        is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        page = answer.content.decode() if is_page else ""
        answer.close()
        return page


def small_world() -> World:
    """A teacher with a class, a scenario and work handed in; a student with designs, cards and a sheet."""
    from datetime import UTC, datetime, timedelta

    from accounts.models import User
    from calculators.engine.sheet_content import Content
    from calculators.services import create_sheet
    from classrooms.services import assignments, classes, marking
    from classrooms.services import work as working
    from designs.models import ShareLink, SimulationRun
    from designs.services.interviews import open_to_interviewer, start_interview
    from designs.services.saving import create_design
    from designs.services.sharing import create_link
    from studyguide.services.cards import make_card
    from tests.designs.conftest import loaded
    from tests.designs.document.examples import complete
    from tests.designs.studies import repaired

    now = datetime.now(UTC)
    teacher, student = User.objects.create_user("grace"), User.objects.create_user("ada")
    scenario = loaded(at=now)
    classroom = classes.create_classroom("Systems", owner=teacher, time_zone="UTC", at=now)
    member = classes.join(classroom.join_code, user=student, name="Ada", at=now)
    values = {
        "kind": "design", "title": "A timeline", "opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=7),
        "start": "given",
    }  # fmt: skip
    assignment = assignments.create_assignment(classroom, values=values, scenario=scenario, topics=(), at=now)
    work = working.begin_work(assignment, member, at=now)
    comment = marking.comment(work, "Look here", author=teacher, at=now)
    interview = start_interview(scenario, owner=student, at=now)
    open_to_interviewer(interview)
    design = create_design(owner=student, document=complete(), at=now)
    run = SimulationRun.objects.create(design=design, learner=student, version=0, shape="constant", seed=1, at=now)
    link = create_link(design, ShareLink.Access.EDIT, at=now)
    sheet = create_sheet(owner=student, name="Mine", calculator="capacity", content=Content({}, ()), at=now)
    card = make_card(student, content={"front": "What?", "back": "That"})
    places = {
        "design_id": design.pk, "run_id": run.pk, "study_id": repaired(design, at=now).pk,
        "link_id": link.pk, "token": link.token, "classroom_id": classroom.pk,
        "assignment_id": assignment.pk, "work_id": work.pk, "comment_id": comment.pk, "interview_id": interview.pk,
        "sheet_id": sheet.pk, "pk": card.pk, "slug": scenario.slug, "area": "api", "version": 0,
    }  # fmt: skip
    return World({"nobody": None, "ada": student, "grace": teacher}, places)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        faults = Fuzz(small_world(), asked.seed).run(asked.requests)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    for each in faults:
        print(f"{each.who} {each.method} {each.address}\n  {each.sent}\n  {each.error}")
    print(f"{asked.requests:,} requests with seed {asked.seed}: {len(faults)} answered with 500")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
