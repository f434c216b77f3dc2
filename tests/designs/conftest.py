from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from designs.models import Design, Scenario
from designs.services.saving import create_design
from designs.services.scenarios import SHIPPED_PACK, load_scenarios
from tests.designs.document.examples import complete
from tests.designs.interviews.shipped import FIXTURES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def loaded(slug: str = "twitter", *, at: datetime) -> Scenario:
    """A shipped scenario in the database. As at each start of the site, the load does not ask whether it is sound."""
    path = FIXTURES / "scenarios" / f"{slug}.yaml"
    load_scenarios([(path.name, path.read_bytes())], pack=SHIPPED_PACK, now=at)
    return Scenario.objects.get(slug=slug)


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
