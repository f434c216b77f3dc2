"""A guest's work is never lost: it becomes an account by signing up, and moves into one by signing in."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.guests import GUEST_SESSION
from accounts.work import parts
from designs.models import Design
from studyguide.models import Progress, Topic
from tests.accounts.conftest import PASSWORD
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return make_topic("hashing")


def become_guest(client, topic: Topic) -> User:
    client.post(f"/topics/{topic.slug}/read/", HTTP_SEC_FETCH_SITE="same-origin")
    guest = User.objects.get(is_guest=True)
    Design.objects.create(owner=guest, title="Mine", document="{}")
    return guest


def sign_up(client, **change):
    return client.post("/accounts/signup/", {"username": "grace", "password1": PASSWORD, "email": "", **change})


def sign_in(client, name="ada", password=PASSWORD):
    return client.post("/accounts/login/", {"login": name, "password": password})


def test_reading_makes_no_guest_and_saving_makes_one(client, topic):
    client.get("/topics/hashing/")
    assert not User.objects.exists()

    become_guest(client, topic)

    assert client.session.get_expiry_age() > GUEST_SESSION.total_seconds() - 60


def test_one_address_makes_so_many_guests_an_hour_and_no_more(settings, monkeypatch):
    settings.REQUESTS_PER_MINUTE = 1_200
    monkeypatch.setattr("accounts.services.guests.GUESTS_AN_HOUR", 2)

    answers = [Client(REMOTE_ADDR="203.0.113.9").post("/designs/draw/") for _ in range(3)]
    other = Client(REMOTE_ADDR="203.0.113.10").post("/designs/draw/")

    assert [each.status_code for each in (*answers, other)] == [302, 302, 429, 302]
    assert "At most 2 new guests from one address" in answers[2].content.decode()
    assert int(answers[2]["Retry-After"]) <= 3_600
    assert User.objects.count() == Design.objects.count() == 3


def test_signing_up_keeps_the_guests_row_and_everything_on_it(client, topic):
    guest = become_guest(client, topic)

    assert sign_up(client).status_code == 302

    member = User.objects.get()
    assert (member.pk, member.username, member.is_guest) == (guest.pk, "grace", False)
    assert member.check_password(PASSWORD)
    assert Design.objects.get().owner == member
    assert Progress.objects.get().user == member
    assert int(client.session["_auth_user_id"]) == member.pk


def test_signing_up_ends_the_session_that_the_guest_had(client, topic):
    """promise 26"""
    become_guest(client, topic)
    before = client.session.session_key

    sign_up(client)

    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_a_refused_sign_up_leaves_the_guest_as_it_was(client, topic, ada):
    guest = become_guest(client, topic)

    answer = sign_up(client, username="ADA")

    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()
    guest.refresh_from_db()
    assert guest.is_guest
    assert guest.username.startswith("guest-")
    assert int(client.session["_auth_user_id"]) == guest.pk


def test_signing_in_moves_the_guests_work_into_the_account(client, topic, ada):
    become_guest(client, topic)

    sign_in(client)

    assert list(User.objects.all()) == [ada]
    assert Design.objects.get().owner == ada
    assert Progress.objects.get().user == ada


def test_what_both_have_read_stays_once_with_the_accounts_own_date(client, topic, ada):
    own = Progress.objects.create(user=ada, topic=topic, read_at=timezone.now())
    become_guest(client, topic)

    sign_in(client)

    assert list(Progress.objects.all()) == [own]


def test_a_wrong_password_moves_nothing(client, topic, ada):
    guest = become_guest(client, topic)

    sign_in(client, password="wrong")

    assert Design.objects.get().owner == guest
    assert int(client.session["_auth_user_id"]) == guest.pk


def test_signing_in_without_being_a_guest_moves_nothing(client, ada):
    other = User.objects.create_user("other", password=PASSWORD)
    Design.objects.create(owner=other, document="{}")
    sign_in(client)

    sign_in(client, name="other")

    assert Design.objects.get().owner == other
    assert int(client.session["_auth_user_id"]) == ada.pk


def test_a_guest_who_resets_the_password_of_an_old_account_still_brings_the_work_along(client, topic, ada):
    become_guest(client, topic)
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "entirely new words", "password2": "entirely new words"})

    sign_in(client, password="entirely new words")

    assert int(client.session["_auth_user_id"]) == ada.pk
    assert Design.objects.get().owner == ada
    assert not User.objects.filter(is_guest=True).exists()


def test_every_model_that_points_at_a_person_belongs_to_a_part():
    """Whoever adds a foreign key to a user says how a guest's rows move: else signing in would delete them."""
    ours = {"config", "schools", "classrooms", "designs", "studyguide", "calculators"}
    pointing = {
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is User
    }

    assert pointing == {name for part in parts() for name in part.models}
