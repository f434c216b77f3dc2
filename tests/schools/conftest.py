from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from django.test import Client

from schools.models import Deployment, Platform
from schools.services import keys as own_keys
from tests.accounts.provider import Keys
from tests.classrooms.conftest import assignment, classroom, scenario, teacher  # noqa: F401
from tests.schools.platform import CLIENT, DEPLOYMENT, LearningPlatform, learning_platform


@pytest.fixture(scope="session")
def platform_keys() -> Keys:
    return Keys("platform-1")


@pytest.fixture(scope="session")
def own_key(tmp_path_factory):
    path = tmp_path_factory.mktemp("lti") / "keys.pem"
    own_keys.make_key(path)
    return path


@pytest.fixture
def platform(db, platform_keys, own_key, settings) -> Iterator[LearningPlatform]:
    """A platform that runs and is registered here."""
    settings.LTI_KEY_FILE = str(own_key)
    with learning_platform(platform_keys) as running:
        running.tool = "http://testserver"
        running.tool_keys = own_keys.published
        registered = Platform.objects.create(
            name="Example Moodle",
            issuer=running.address,
            client_id=CLIENT,
            auth_url=f"{running.address}/auth",
            token_url=f"{running.address}/token",
            keys_url=f"{running.address}/keys",
        )
        Deployment.objects.create(platform=registered, deployment_id=DEPLOYMENT)
        yield running


class Launching:
    """One browser that comes from the platform, step by step."""

    def __init__(self, platform: LearningPlatform, client: Client) -> None:
        self.platform, self.client = platform, client

    def begin(self, who: str, **more) -> dict[str, str]:
        """What the platform's page would post to us."""
        address = self.platform.initiation(who, **more).removeprefix("http://testserver")
        to = self.client.get(address)["Location"]
        page = requests.get(to, timeout=10).text
        return dict(re.findall(r'name="(id_token|state)" value="([^"]*)"', page))

    def post(self, form: dict[str, str], **headers: str):
        return self.client.post("/lti/launch/", form, headers=headers)

    def come(self, who: str, *, framed: bool = False, **more):
        return self.post(self.begin(who, **more), **({"Sec-Fetch-Dest": "iframe"} if framed else {}))


@pytest.fixture
def launching(platform):
    """Calls give a new browser."""

    def browser() -> Launching:
        return Launching(platform, Client())

    return browser
