"""Answers given without a network, as they reach the server; and what the service worker and the manifest say."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from studyguide.models import Card, Review
from studyguide.services.cards import make_card
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db
ADDRESS = "/cards/answers/"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def card(ada) -> Card:
    return make_card(ada, content={"front": "Why?", "back": "So."}, topic=make_topic("ring", kind="topic"))


def answer(of: Card, **changes: object) -> dict[str, object]:
    at = timezone.now() - timedelta(hours=2)
    return {
        "uid": str(uuid.uuid4()),
        "card": of.pk,
        "grade": 3,
        "at": int(at.timestamp() * 1000),
        "ms": 900,
        **changes,
    }


def send(client, learner: int | None, *answers: object):
    body = json.dumps({"learner": learner, "zone": "", "answers": answers})
    return client.post(ADDRESS, body, content_type="application/json")


def test_an_answer_counts_once_however_often_it_is_sent_and_when_it_was_given(client, ada, card):
    """promise 9"""
    client.force_login(ada)
    given = answer(card)
    first, again = send(client, ada.pk, given), send(client, ada.pk, given, given)

    assert first.json() == {"noted": [given["uid"]], "refused": []}
    assert again.json()["noted"] == [given["uid"]] * 2
    review = Review.objects.get()
    assert int(review.at.timestamp() * 1000) == given["at"]
    assert review.received_at - review.at > timedelta(hours=1)


def test_a_clock_that_is_ahead_does_not_date_an_answer_into_the_future(client, ada, card):
    client.force_login(ada)
    send(client, ada.pk, answer(card, at=int((timezone.now() + timedelta(days=9)).timestamp() * 1000)))

    assert Review.objects.get().at <= timezone.now()


def test_one_answer_that_cannot_be_noted_keeps_back_no_other(client, ada, card):
    client.force_login(ada)
    good, bad, gone, odd = answer(card), answer(card, grade=7), answer(card, card=card.pk + 1), answer(card, at="x")
    reply = send(client, ada.pk, bad, gone, odd, "nothing", good).json()

    assert reply["noted"] == [good["uid"]]
    assert {each["uid"]: each["why"] for each in reply["refused"]} == {
        bad["uid"]: "Choose how well you knew it: 1 to 4.",
        gone["uid"]: "This card is no longer there.",
        odd["uid"]: "This answer does not say when it was given.",
        "": "This answer does not say which card it is of: open the review again.",
    }


def test_nobody_else_gets_the_answers(client, ada, card):
    """A phone on which somebody else has signed in meanwhile keeps them for whoever answered."""
    client.force_login(User.objects.create_user("grace"))
    reply = send(client, ada.pk, answer(card))

    assert reply.status_code == 409
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("[]", 400), ('{"answers": []}', 400), (json.dumps({"learner": None, "answers": [1] * 501}), 422)]
    + [(text, 400) for text in ("[" * 50_000, '{"learner": null, "answers": ' + "9" * 5_000 + "}")],
    ids=["nothing", "a list", "nobody's", "too many", "deep", "digits"],
)
def test_what_is_no_list_of_answers_is_refused_in_words(client, body, status):
    reply = client.post(ADDRESS, body, content_type="application/json")

    assert reply.status_code == status
    assert reply.json()["error"]
    assert not User.objects.exists()


def test_two_copies_of_the_deck_give_a_card_one_id_until_it_is_answered(client, ada, card):
    client.force_login(ada)
    ids = re.compile(r'data-uid="([0-9a-f-]{36})"')
    [first] = ids.findall(client.get("/cards/offline/").content.decode())
    [second] = ids.findall(client.get("/cards/offline/").content.decode())
    send(client, ada.pk, answer(card, uid=first, grade=1))
    [third] = ids.findall(client.get("/cards/offline/").content.decode())

    assert first == second != third


def test_every_file_that_the_worker_keeps_is_one_of_the_site(client):
    """A file that is missing, or named twice, would keep the worker from starting at all."""
    from django.contrib.staticfiles import finders

    script = client.get("/service-worker.js")
    site = json.loads(script.content.decode().partition("\n")[0].removeprefix("const SITE = ").removesuffix(";"))

    assert script["Content-Type"] == "text/javascript"
    assert [name for name in site["files"] if not finders.find(name.removeprefix(site["static"]))] == []
    assert len(site["files"]) == len(set(site["files"]))
    assert [
        path for path in (site["offline"], site["deck"], site["cards"]) if client.get(path).status_code != 200
    ] == []


def test_the_manifest_names_pictures_that_are_there(client):
    from django.contrib.staticfiles import finders

    icons = json.loads(client.get("/manifest.webmanifest").content)["icons"]

    assert len(icons) == 3
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in icons)
