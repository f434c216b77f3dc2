"""Deleting an account, and moving a guest's work into one, while another tab saves (promises 1 and 23)."""

from __future__ import annotations

import json
import threading

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.claims import merge_guest
from accounts.services.removal import delete_account
from designs.models import Change, Design
from designs.services.saving import create_design

pytestmark = pytest.mark.django_db(transaction=True)
IN_WORDS = {200, 302, 403, 404, 503}


class Tab(threading.Thread):
    """Saves and begins designs until it is told to stop."""

    def __init__(self, user: User, design: Design) -> None:
        super().__init__()
        signed_in = Client()
        signed_in.force_login(user)
        cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.client = Client(raise_request_exception=False)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        self.address = reverse("designs:document", args=[design.pk])
        self.statuses: set[int] = set()
        self.acknowledged = 0
        self.has_saved, self.is_over = threading.Event(), threading.Event()

    def run(self) -> None:
        number = 0
        while not self.is_over.is_set():
            number += 1
            patch = {"scope": {"questions": {f"q{number}": {"text": "Why?", "order": number}}}}
            headers = {"Base-Version": str(self.acknowledged), "Client-Id": "tab", "Sequence": str(number)}
            answer = self.client.patch(
                self.address, json.dumps(patch), content_type="application/merge-patch+json", headers=headers
            )
            self.statuses |= {answer.status_code, self.client.post("/designs/", {"title": "New"}).status_code}
            if answer.status_code == 200:
                self.acknowledged = answer.json()["version"]
                self.has_saved.set()
        connection.close()


@pytest.fixture
def guest() -> User:
    return User.objects.create(username="guest-1", is_guest=True)


def while_saving(user: User, design: Design, does) -> Tab:
    tab = Tab(user, design)
    tab.start()
    try:
        assert tab.has_saved.wait(30)
        does()
    finally:
        tab.is_over.set()
        tab.join()
    return tab


def test_an_account_goes_while_its_tab_saves(guest):
    design = create_design(owner=guest, document={}, at=timezone.now())
    tab = while_saving(guest, design, lambda: delete_account(guest))

    assert not User.objects.filter(pk=guest.pk).exists()
    assert not Design.objects.filter(owner_id=guest.pk).exists()
    assert tab.statuses <= IN_WORDS


def test_a_guest_moves_in_while_a_tab_saves_and_nothing_acknowledged_is_lost(guest):
    owner = User.objects.create_user("ada")
    design = create_design(owner=guest, document={}, at=timezone.now())
    tab = while_saving(guest, design, lambda: merge_guest(guest, owner))

    design.refresh_from_db()
    assert design.owner == owner
    assert not User.objects.filter(pk=guest.pk).exists()
    assert Change.objects.filter(design=design).count() >= tab.acknowledged
    assert design.version >= tab.acknowledged > 0
    assert tab.statuses <= IN_WORDS
