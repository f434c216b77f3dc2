"""What the browser is told with every answer, whatever the answer is."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.web.pages import READING, plain_addresses

# Pages that hold a form of their own set the token's cookie, and still open no session.
WITH_FORMS = ("/accounts/", "/designs/")
EVERYWHERE = sorted({*READING, *plain_addresses()})
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notes")]


def directives(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def broken_guards(answer) -> list[str]:
    """The guards that this answer lacks, in words."""
    page = answer.getvalue().decode(errors="replace")
    policy = directives(answer)
    # A link in a feed is an address to follow, and nothing is fetched from it.
    linked = re.search(r"<link(?! rel=\"canonical\")[^>]+href=\"(?:https?:)?//", page) if "<html" in page else None
    holds = {
        "own scripts and styles": all(policy[f"{of}-src"] == ["'self'"] for of in ("default", "script", "style")),
        "no object, base or frame": all(
            policy[name] == ["'none'"] for name in ("object-src", "base-uri", "frame-ancestors")
        ),
        "own forms": policy["form-action"] == ["'self'"],
        "no guessed types": answer["X-Content-Type-Options"] == "nosniff",
        "no referrer": answer["Referrer-Policy"] == "same-origin",
        "own windows": answer["Cross-Origin-Opener-Policy"] == "same-origin",
        "no frames": answer["X-Frame-Options"] == "DENY",
        "no inline script": not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", page),
        "no inline style or handler": not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page),
        "nothing foreign": not re.search(r"<(?:script|img|iframe|source|video|audio)[^>]+src=\"(?:https?:)?//", page),
        "no foreign link": not linked,
    }
    return [name for name, is_so in holds.items() if not is_so]


@pytest.mark.one_database
def test_every_answer_carries_the_guards_and_holds_nothing_inline_or_foreign(client):
    """promises 44, 45, 51"""
    broken = {address: broken_guards(client.get(address)) for address in EVERYWHERE}

    assert {address: names for address, names in broken.items() if names} == {}


@pytest.mark.one_database
def test_reading_opens_no_session_and_sets_no_cookie(client):
    for address in (each for each in READING if not each.startswith(WITH_FORMS)):
        answer = client.get(address)

        assert not answer.cookies, address
        assert "Cookie" not in answer.get("Vary", ""), address


@pytest.mark.one_database
def test_what_a_signed_in_person_sees_is_kept_nowhere(client):
    """promise 47"""
    client.force_login(User.objects.create_user("ada"))
    for address in READING:
        answer = client.get(address)

        assert "no-store" in answer["Cache-Control"] or answer.status_code == 302, address
        assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"], address


def test_a_page_that_gives_fragments_says_so_to_caches(client):
    """promise 47"""
    answer = client.get("/search/?q=ring")

    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(client, method):
    """promise 46: no row is written, by GET or HEAD, for somebody who is signed in either."""
    client.force_login(User.objects.create_user("ada"))
    written = {}
    for address in EVERYWHERE:
        with CaptureQueriesContext(connection) as queries:
            getattr(client, method)(address).getvalue()
        asked = [each["sql"] for each in queries if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", each["sql"])]
        written[address] = [sql for sql in asked if "django_session" not in sql]

    assert {address: asked for address, asked in written.items() if asked} == {}


@pytest.mark.parametrize(
    "address", ["/topics/hash-ring/read/", "/account/export/", "/account/delete/", "/accounts/logout/"]
)
def test_a_form_from_elsewhere_is_refused(address):
    """promise 46"""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("ada"))

    for headers in [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]:
        assert client.post(address, headers=headers).status_code == 403
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/.git/config",
        "/.env",
        "/var/loadbearing.sqlite3",
        "/manage.py",
        "/__debug__/",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
    ],
)
def test_nothing_of_the_inside_is_served(client, address):
    """promise 30"""
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "127.0.0.1.evil.example", "a b"])
def test_an_unknown_host_is_refused(client, host):
    """promise 48"""
    answer = client.get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert host not in answer.content.decode()


def test_an_unknown_host_is_refused_with_the_policy_before_any_redirect_to_https(client, settings):
    """promises 44, 48"""
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_an_error_says_nothing_of_the_inside(client, settings, monkeypatch):
    """promise 48"""

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("studyguide.selectors.topics.topic_tree", broken)
    client.raise_request_exception = False
    client.force_login(User.objects.create_user("ada"))

    answer = client.get("/topics/")
    page = answer.content.decode()

    assert answer.status_code == 500
    assert "Try again" in page
    for leak in ["Traceback", "SELECT", "/etc/passwd", "RuntimeError", settings.SECRET_KEY, str(settings.BASE_DIR)]:
        assert leak not in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [("/nowhere/", 404, "nothing at this address"), ("/topics/no-such/", 404, "nothing at this address")],
)
def test_what_is_not_there_is_said_in_the_sites_look(client, address, status, words):
    answer = client.get(address)
    page = answer.content.decode()

    assert answer.status_code == status
    assert words in page
    assert "site-header" in page


def test_a_huge_body_is_refused_before_it_is_read(client):
    """promise 41"""

    class Endless:
        def read(self, *_: object) -> bytes:
            raise AssertionError("nobody should read this")

        readline = read

    environment = RequestFactory().post("/topics/hash-ring/read/", HTTP_HOST="testserver").environ
    environment |= {"CONTENT_LENGTH": str(100 * 2**20), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    environment["wsgi.input"] = Endless()
    answer = client.request(**environment)

    assert answer.status_code == 413
    assert "more than the site accepts" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_ten_thousand_fields_are_refused(client):
    """promise 41"""
    answer = client.post("/accounts/login/", {f"field{number}": "x" for number in range(10_000)})

    assert answer.status_code == 400
    assert "more fields than" in answer.content.decode()


def test_a_flood_by_one_person_is_stopped_and_others_go_on(client, settings):
    """promise 41"""
    settings.REQUESTS_PER_MINUTE = 5
    ada, grace = Client(), Client()
    ada.force_login(User.objects.create_user("ada"))
    grace.force_login(User.objects.create_user("grace"))
    flood = [ada.get("/search/?q=ring", headers={"HX-Request": "true"}).status_code for _ in range(7)]

    # A minute may turn while we count, and start anew.
    assert flood[-1] == 429 or 429 in flood
    assert grace.get("/search/?q=ring", headers={"HX-Request": "true"}).status_code == 200
    refused = ada.get("/search/?q=ring")
    assert refused.status_code == 429  # with a script's header and without
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "Nothing that was saved is lost" in refused.content.decode()


@pytest.mark.one_database
def test_the_processor_that_somebody_uses_is_limited_as_well(settings):
    """promise 56"""
    settings.CPU_SECONDS_PER_MINUTE = 1
    settings.REQUESTS_PER_MINUTE = 1_000_000
    client = Client()
    served = 0
    while client.get("/search/", {"q": f"ring {served}"}).status_code != 429:
        served += 1
        assert served < 1_000

    assert served > 20


def test_made_up_sessions_do_not_evade_the_limit(settings):
    """promise 41"""
    settings.REQUESTS_PER_MINUTE = 1
    statuses = []
    client = Client()
    for number in range(2 * 20 + 2):
        client.cookies["session"] = f"made-up-{number}"
        statuses.append(client.get("/search/?q=ring", headers={"HX-Request": "true"}).status_code)

    assert 429 in statuses


def test_cookies_of_the_production_form_are_locked_to_the_host():
    """promise 45"""
    import os
    import subprocess
    import sys

    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT"
    names += " SECURE_HSTS_SECONDS"
    code = f"from django.conf import settings; print(*[getattr(settings, name) for name in '{names}'.split()])"
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.org"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "True", str(365 * 24 * 3600)]
