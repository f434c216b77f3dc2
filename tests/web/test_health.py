"""What a balancer asks, and what people read while the database is away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import InternalError, OperationalError
from django.test import Client

PROBE = {"HTTP_HOST": "10.0.0.7:8000"}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "state"), [("/health/", "alive"), ("/ready/", "ready")])
def test_a_probe_by_address_without_https_is_answered(settings, path, state):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(path, **PROBE)

    assert (answer.status_code, answer.json()) == (200, {"state": state})


@pytest.mark.django_db
def test_a_site_whose_database_is_not_migrated_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE studyguide_contentrevision RENAME TO elsewhere")
    try:
        answer = Client().get("/ready/", **PROBE)
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE elsewhere RENAME TO studyguide_contentrevision")

    assert answer.status_code == 503
    assert Client().get("/health/", **PROBE).status_code == 200


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("connection refused"), "cannot reach its database"),
        (OperationalError("database or disk is full"), "no room left"),
        (OperationalError("attempt to write a readonly database"), "can only be read"),
        (InternalError("cannot execute UPDATE in a read-only transaction"), "can only be read"),
    ],
)
@pytest.mark.parametrize("is_script", [True, False])
def test_without_its_database_the_site_says_so_and_asks_to_try_again(monkeypatch, error, words, is_script):
    """promise 48: 503 in words, as JSON for a script that saves."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("config.views.showcase", fail)
    sent = {"CONTENT_TYPE": "application/merge-patch+json"} if is_script else {}
    answer = Client(raise_request_exception=False).get("/", **sent)
    content = answer.json()["error"] if is_script else answer.content.decode()

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert words in content
