"""Saving against real server processes, which are killed while fifty clients save."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from designs.document.patches import apply
from designs.document.text import load
from designs.models import Change, Design
from designs.services.saving import create_design
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete
from tests.servers import PATIENCE_SECONDS, server

CLIENTS = 50
SHARED_BY = 10  # clients that edit one design together
SAVES_BEFORE_THE_KILL = 150


@dataclass
class Tab:
    """A browser tab: saves one component after another, and remembers what was acknowledged."""

    number: int
    design_id: str
    session: str
    base: int = 0
    sequence: int = 0
    acknowledged: dict[int, int] = field(default_factory=dict)  # sequence -> version
    statuses: set[int] = field(default_factory=set)

    def component(self, sequence: int) -> str:
        return f"tab{self.number}_{sequence}"

    def save(self, link: http.client.HTTPConnection, sequence: int) -> None:
        patch = {"diagram": {"components": {self.component(sequence): {"kind": "service", "order": sequence}}}}
        csrf = secrets.token_hex(16)
        link.request(
            "PATCH",
            f"/designs/{self.design_id}/document",
            json.dumps(patch),
            {
                "Content-Type": "application/merge-patch+json",
                "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={csrf}",
                "X-CSRFToken": csrf,
                "Base-Version": str(self.base),
                "Client-Id": f"tab{self.number}",
                "Sequence": str(sequence),
            },
        )
        response = link.getresponse()
        answer = response.read()
        self.statuses.add(response.status)
        if response.status == 200:
            self.base = self.acknowledged[sequence] = json.loads(answer)["version"]

    def save_until_the_server_dies(self, port: int, on_saved: threading.Semaphore) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            while self.statuses <= {200}:
                self.sequence += 1
                self.save(link, self.sequence)
                on_saved.release()
        except (OSError, http.client.HTTPException):
            pass  # the kill; this sequence number was not acknowledged
        finally:
            link.close()


def tabs() -> list[Tab]:
    user = User.objects.create_user("ada")
    browser = Client()
    browser.force_login(user)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    shared = create_design(owner=user, document=complete(), at=NOON)
    own = [create_design(owner=user, document=complete(), at=NOON) for _ in range(CLIENTS - SHARED_BY)]
    return [Tab(number, str(design.pk), session) for number, design in enumerate([shared] * SHARED_BY + own)]


def check_the_database_file() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.django_db(transaction=True)
def test_kill_9_loses_no_acknowledged_change_and_a_retry_counts_once():
    """promises 1, 2 and 8: no error before the kill, every acknowledged change after it, each retry once."""
    clients, saves = tabs(), threading.Semaphore(0)
    with server() as first:
        threads = [threading.Thread(target=tab.save_until_the_server_dies, args=(first.port, saves)) for tab in clients]
        for thread in threads:
            thread.start()
        for _ in range(SAVES_BEFORE_THE_KILL):
            assert saves.acquire(timeout=PATIENCE_SECONDS)
        first.kill()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    assert set().union(*(tab.statuses for tab in clients)) == {200}
    check_the_database_file()
    assert_everything_acknowledged_is_there(clients)

    with server(WEB_WORKERS="1") as second:
        for tab in clients:
            link = http.client.HTTPConnection("127.0.0.1", second.port, timeout=PATIENCE_SECONDS)
            tab.save(link, tab.sequence)  # what was under way when the server died, sent again
            link.close()
            assert tab.acknowledged.keys() == set(range(1, tab.sequence + 1))
    check_the_database_file()
    assert_everything_acknowledged_is_there(clients)
    assert Change.objects.count() == sum(tab.sequence for tab in clients)


def assert_everything_acknowledged_is_there(clients: list[Tab]) -> None:
    logged = {
        (str(design_id), client_id, sequence): version
        for design_id, client_id, sequence, version in Change.objects.values_list(
            "design_id", "client_id", "sequence", "version"
        )
    }
    for tab in clients:
        for sequence, version in tab.acknowledged.items():
            assert logged[tab.design_id, f"tab{tab.number}", sequence] == version
    for design in Design.objects.prefetch_related("changes"):
        document = complete()
        for change in design.changes.all():
            document = apply(document, load(change.patch))
        assert design.data() == document
        assert [change.version for change in design.changes.all()] == list(range(1, design.version + 1))
