from __future__ import annotations

import json
import logging

import pytest

from accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("ada", "ada@example.org", PASSWORD)


@pytest.fixture
def guest(db) -> User:
    guest = User(username="guest-1", is_guest=True)
    guest.set_unusable_password()
    guest.save()
    return guest


@pytest.fixture
def events(caplog):
    """What the audit log has got so far."""
    caplog.set_level(logging.INFO, logger="loadbearing.audit")

    def read() -> list[dict[str, object]]:
        return [json.loads(record.getMessage()) for record in caplog.records if record.name == "loadbearing.audit"]

    return read
