"""Who is here: pages of one design hear of each other, by name, for as long as they go on saying so."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from designs.models import Presence, ShareLink
from designs.services.presence import MOST_PRESENT, note_presence
from designs.services.sharing import create_link
from tests.designs.conftest import NOON


def here(design, client: str, *, at=NOON, user=None, place="", step="high-level") -> list[tuple[str, str]]:
    found = note_presence(design, client=client, user=user, step=step, place=place, at=at)
    return [(str(each.user or ""), each.place) for each in found]


def say(browser: Client, design, **words):
    address = reverse("designs:presence", args=[design.pk])
    return browser.post(address, json.dumps({"client": "abcdefgh", **words}), content_type="application/json")


def test_two_pages_hear_of_each_other_and_of_where_each_is(design, owner, stranger):
    assert here(design, "one", user=owner, place="component-lb") == []
    assert here(design, "two", user=stranger) == [("ada", "component-lb")]
    later = NOON + timedelta(seconds=4)
    assert here(design, "one", user=owner, place="zone-eu", at=later) == [("mallory", "")]
    assert here(design, "two", user=stranger, at=later) == [("ada", "zone-eu")]
    assert Presence.objects.count() == 2


def test_who_has_said_nothing_for_twenty_seconds_is_gone_and_forgotten(design, owner):
    here(design, "one", user=owner)
    assert here(design, "two", at=NOON + timedelta(seconds=19)) == [("ada", "")]
    assert here(design, "two", at=NOON + timedelta(seconds=21)) == []
    here(design, "three", at=NOON + timedelta(minutes=6))
    assert list(Presence.objects.values_list("client", flat=True)) == ["three"]


def test_no_more_than_so_many_are_kept_of_one_design(design):
    Presence.objects.bulk_create(
        Presence(design=design, client=f"page{number}", seen_at=NOON) for number in range(MOST_PRESENT)
    )
    assert len(here(design, "last")) == MOST_PRESENT
    assert not Presence.objects.filter(client="last").exists()


def test_answers_name_people_as_they_may_be_named_and_say_when_to_ask_again(design, owner):
    mine, visitor, guest = Client(), Client(), Client()
    mine.force_login(owner)
    guest.force_login(User.objects.create(username="guest-12345", is_guest=True))
    link = create_link(design, ShareLink.Access.VIEW, at=NOON)
    for client in (visitor, guest):
        client.get(reverse("designs:open_link", args=[link.token]))
    assert say(mine, design, step="api").json() == {"others": [], "again_s": 6}
    say(guest, design, client="guestpage", place="component-lb")
    answer = say(visitor, design, client="somepage1").json()
    assert answer["again_s"] == 4
    assert [(each["name"], each["step"], each["place"]) for each in answer["others"]] == [
        ("ada", "API", ""),
        ("A guest", "", "component-lb"),
    ]
    say(guest, design, client="guestpage", gone=True)
    assert [each["name"] for each in say(mine, design).json()["others"]] == ["Somebody"]


@pytest.mark.parametrize(
    "words",
    [
        {"client": "x"},
        {"client": "<script>"},
        {"place": "component-<b>"},
        {"place": "/etc"},
        {"step": "nowhere"},
        {"place": ["a"]},
    ],
)
def test_what_is_no_name_is_refused(design, owner, words):
    client = Client()
    client.force_login(owner)
    assert say(client, design, **words).status_code == 422
    assert not Presence.objects.exists()
