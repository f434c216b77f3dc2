from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from designs.models import Design
from designs.services.saving import create_design
from tests.designs.document.examples import complete

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("mallory")


@pytest.fixture
def design(owner) -> Design:
    """The documented example, at version 0."""
    return create_design(owner=owner, document=complete(), at=NOON)
