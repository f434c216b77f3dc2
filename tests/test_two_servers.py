"""Two servers on one database behind a proxy that takes turns behave as one (promise 57)."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from studyguide.models import ContentRevision
from tests.servers import server

pytestmark = pytest.mark.django_db(transaction=True)


class Turns(BaseHTTPRequestHandler):
    """Passes each request to the next server; answers with what it says."""

    protocol_version = "HTTP/1.1"
    ports: Iterator[int]

    def pass_on(self) -> None:
        link = http.client.HTTPConnection("127.0.0.1", next(type(self).ports), timeout=30)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = {name: value for name, value in self.headers.items() if name != "Connection"}
        link.request(self.command, self.path, body, sent | {"X-Forwarded-For": self.client_address[0]})
        answer = link.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        link.close()

    def log_message(self, *_: object) -> None:
        pass


class Site:
    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = link.getresponse()
        found = answer.status, answer.read().decode(errors="replace")
        link.close()
        return found


@pytest.fixture
def site() -> Iterator[Site]:
    """One process each, so that turns of the proxy are turns of the processes."""
    call_command("createcachetable", settings.CACHE_TABLE)
    shared = f"db://{settings.CACHE_TABLE}"
    variables = {"WEB_WORKERS": "1", "REQUESTS_PER_MINUTE": "40", "CACHE_URL": shared, "BEHIND_PROXY": "1"}
    with ExitStack() as running:
        ports = [running.enter_context(server(**variables)).port for _ in range(2)]
        methods = {f"do_{method}": Turns.pass_on for method in ("GET", "POST", "HEAD", "PATCH")}
        handler = type("TurnsOfTwo", (Turns,), {"ports": itertools.cycle(ports), **methods})
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield Site(proxy.server_port)
        proxy.shutdown()
        proxy.server_close()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {settings.CACHE_TABLE}")


def test_sessions_limits_and_kept_pages_hold_across_both(site):
    user = User.objects.create_user("ada")
    browser = Client()
    browser.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"

    # signed in on both, and signed out on both
    assert [site.get("/account/", cookie)[0] for _ in range(2)] == [200, 200]
    browser.logout()
    assert [site.get("/account/", cookie)[0] for _ in range(2)] == [302, 302]

    # a page that both keep is made anew on both when the content changes
    before = {site.get("/topics/")[1] for _ in range(2)}
    assert len(before) == 1
    call_command("load_notes", settings.FIXTURES_DIR / "topics" / "hashing", verbosity=0)
    assert ContentRevision.current()
    after = {site.get("/topics/")[1] for _ in range(2)}
    assert len(after) == 1
    assert after != before

    # forty a minute of one session, whichever server is asked
    statuses = [site.get(f"/search/?q={number}", cookie)[0] for number in range(100)]
    served = statuses.count(200)
    assert 429 in statuses
    # A minute may turn while we count; and each process tells the other after four requests.
    assert 40 <= served <= 2 * (40 + 2 * 4)
    assert {status for status, _ in (site.get("/search/?q=x", cookie) for _ in range(2))} == {429}
