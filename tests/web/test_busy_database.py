"""Whoever writes while the database is held is told so, with what they sent, and nobody gets a 500."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from django.core.exceptions import BadRequest
from django.db import DataError, connection

from studyguide.models import Card
from web.middleware import PlainAddressesMiddleware

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.skipif("connection.vendor != 'sqlite'")]


@pytest.fixture
def held() -> Iterator[None]:
    """Another writer holds the database; ours waits for 50 ms instead of ten seconds."""
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_form_is_kept_and_can_be_sent_again(client, held):
    """promise 42"""
    sent = {"front": "What is a <lease>?", "back": "A lock that ends.", "tags": "one, two"}
    answer = client.post("/cards/new/", sent)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    page = answer.content.decode()
    assert 'value="What is a &lt;lease&gt;?"' in page
    assert 'value="one, two"' in page
    assert 'action="/cards/new/"' in page
    assert "Try again" in page
    assert not Card.objects.exists()


def test_a_script_is_told_in_json(client, held):
    answer = client.post("/cards/new/", {"front": "a", "back": "b"}, headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert "try again" in answer.json()["error"]


def test_nul_that_reaches_the_database_is_a_bad_request_and_other_errors_stay(rf):
    """promise 48"""
    middleware = PlainAddressesMiddleware(lambda _: None)

    with pytest.raises(BadRequest):
        middleware.process_exception(rf.post("/"), DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"))
    assert middleware.process_exception(rf.post("/"), DataError("integer out of range")) is None
    assert middleware.process_exception(rf.post("/"), ValueError("NUL (0x00)")) is None
