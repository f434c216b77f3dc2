"""Two servers on one database, behind a round-robin proxy, behave as one (promise 57)."""

from __future__ import annotations

import http.client
import http.cookiejar
import itertools
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from studyguide.models import ContentRevision
from tests.servers import empty_database, environment, free_port, server, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long password of mine"
REDIS = shutil.which("redis-server")


class Turns(BaseHTTPRequestHandler):
    """Passes each request to the next server, and returns its response."""

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
    """The address of the proxy; `lose_the_cache` stops the Redis that counts limits."""

    def __init__(self, port: int, lose_the_cache: Callable[[], None]) -> None:
        self.port, self.lose_the_cache = port, lose_the_cache

    def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = link.getresponse()
        found = answer.status, answer.read().decode(errors="replace")
        link.close()
        return found

    def sign_in(self, name: str, password: str) -> int:
        """Status of the response to the sign-in form of a new browser; 302 is a successful sign-in."""
        browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), NoRedirects()
        )
        address = f"http://127.0.0.1:{self.port}/accounts/login/"
        page = browser.open(address, timeout=30).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "login": name, "password": password}
        try:
            return browser.open(address, urllib.parse.urlencode(form).encode(), timeout=30).status
        except urllib.error.HTTPError as error:
            with error:
                return error.code


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@contextmanager
def database_cache() -> Iterator[tuple[str, Callable[[], None]]]:
    call_command("createcachetable", settings.CACHE_TABLE)
    yield f"db://{settings.CACHE_TABLE}", lambda: None
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {settings.CACHE_TABLE}")


@contextmanager
def redis_cache() -> Iterator[tuple[str, Callable[[], None]]]:
    port = free_port()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def end() -> None:
        process.kill()
        process.wait()

    try:
        wait_until(lambda: is_open(port), "Redis did not start")
        yield f"redis://127.0.0.1:{port}/1", end
    finally:
        end()


def is_open(port: int) -> bool:
    import socket

    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(
    params=[
        pytest.param(database_cache, id="database"),
        pytest.param(
            redis_cache,
            id="Redis",
            marks=pytest.mark.skipif(
                not REDIS, reason="redis-server is not installed (Debian: apt-get install redis-server)"
            ),
        ),
    ]
)
def site(request) -> Iterator[Site]:
    """One process for each server, so that the proxy alternates between processes."""
    with ExitStack() as running:
        shared, lose_the_cache = running.enter_context(request.param())
        variables = {"WEB_WORKERS": "1", "REQUESTS_PER_MINUTE": "60", "CACHE_URL": shared, "BEHIND_PROXY": "1"}
        ports = [running.enter_context(server(**variables)).port for _ in range(2)]
        methods = {f"do_{method}": Turns.pass_on for method in ("GET", "POST", "HEAD", "PATCH")}
        handler = type("TurnsOfTwo", (Turns,), {"ports": itertools.cycle(ports), **methods})
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield Site(proxy.server_port, lose_the_cache)
        proxy.shutdown()
        proxy.server_close()


def test_sessions_limits_and_kept_pages_hold_across_both(site):
    user = User.objects.create_user("ada")
    browser = Client()
    browser.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"

    # signed in on both, and signed out on both
    assert [site.get("/account/", cookie)[0] for _ in range(2)] == [200, 200]
    browser.logout()
    assert [site.get("/account/", cookie)[0] for _ in range(2)] == [302, 302]

    # a page cached by both is rendered again on both when the content changes
    before = {site.get("/topics/")[1] for _ in range(2)}
    assert len(before) == 1
    call_command("load_notes", settings.FIXTURES_DIR / "topics" / "hashing", verbosity=0)
    assert ContentRevision.current()
    after = {site.get("/topics/")[1] for _ in range(2)}
    assert len(after) == 1
    assert after != before

    # sixty a minute for one session, on both servers together
    statuses = [site.get(f"/search/?q={number}", cookie)[0] for number in range(150)]
    served = statuses.count(200)
    assert 429 in statuses
    # The minute may change during the count; and each process reports to the other after six requests.
    assert 60 <= served <= 2 * (60 + 2 * 6)
    assert {status for status, _ in (site.get("/search/?q=x", cookie) for _ in range(2))} == {429}

    # twenty wrong passwords, on both servers together
    User.objects.create_user("grace", password=PASSWORD)
    assert [site.sign_in("grace", "wrong") for _ in range(19)] == [200] * 19
    assert [site.sign_in("grace", PASSWORD if turn else "wrong") for turn in range(3)] == [429] * 3

    # and without the cache, pages are still served
    site.lose_the_cache()
    assert [site.get("/search/?q=y")[0] for _ in range(2)] == [200, 200]


def prepare(folder: Path, url: str) -> subprocess.Popen[str]:
    """As a container does at its start, with its own folder and a part of the content."""
    script = (
        "from pathlib import Path; import django; from django.conf import settings; django.setup();"
        f"settings.VAR_DIR = Path({str(folder)!r}); settings.FIXTURES_DIR = Path({str(folder.parent / 'fixtures')!r});"
        "settings.DEBUG = True; from django.core.management import call_command; call_command('prepare')"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment(DATABASE_URL=url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rows(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as beside:
        return beside.execute(question).fetchall()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="tests/config/test_containers.py does it on SQLite")
def test_two_containers_prepare_one_empty_database_at_once(tmp_path):
    """One prepares the database, and the other waits; each has a folder of its own."""
    fixtures = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURES_DIR / "topics" / "hashing", fixtures / "topics" / "hashing")
    (fixtures / "scenarios").mkdir()
    (fixtures / "paths").mkdir()
    shutil.copy(settings.FIXTURES_DIR / "figures.yaml", fixtures)
    shutil.copy(settings.FIXTURES_DIR / "scenarios" / "url-shortener.yaml", fixtures / "scenarios")
    with empty_database(tmp_path) as url:
        started = [prepare(tmp_path / name, url) for name in ("one", "two")]
        said = [each.communicate(timeout=900)[0] for each in started]

        assert [each.returncode for each in started] == [0, 0], said
        assert len(rows(url, "SELECT app, name FROM django_migrations")) > 50
        assert rows(url, "SELECT app, name FROM django_migrations GROUP BY app, name HAVING count(*) > 1") == []
        assert rows(url, "SELECT count(*) FROM studyguide_topic WHERE slug = 'virtual-nodes'") == [(1,)]
