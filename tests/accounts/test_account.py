"""The page of one's own account: what is kept, taking it along, and deleting it."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from designs.models import Design
from studyguide.models import Progress
from tests.accounts.conftest import PASSWORD
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(ada) -> Design:
    Progress.objects.create(user=ada, topic=make_topic("hashing"), read_at=timezone.now())
    return Design.objects.create(owner=ada, title="Feed", document='{"meta":{"title":"Feed"}}')


def test_the_page_counts_what_is_kept(client, ada, work):
    client.force_login(ada)

    page = client.get("/account/").content.decode()

    assert "1 topic read" in page
    assert "1 design" in page


@pytest.mark.parametrize("path", ["/account/", "/account/delete/"])
def test_it_is_nobody_elses(client, path):
    """promise 19"""
    answer = client.get(path)

    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={path}")


def test_the_export_holds_everything_and_nothing_of_others(client, ada, work):
    """promise 53"""
    other = User.objects.create_user("other", password=PASSWORD)
    Design.objects.create(owner=other, title="Not yours", document="{}")
    client.force_login(ada)

    answer = client.post("/account/export/")

    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert sorted(archive.namelist()) == ["account.json", f"designs/{work.pk}.json", "topics-read.json"]
    account = json.loads(archive.read("account.json"))
    assert (account["username"], account["email"]) == ("ada", "ada@example.org")
    assert "password" not in archive.read("account.json").decode()
    assert json.loads(archive.read(f"designs/{work.pk}.json"))["document"] == {"meta": {"title": "Feed"}}
    assert [row["slug"] for row in json.loads(archive.read("topics-read.json"))] == ["hashing"]
    assert answer["Content-Disposition"] == 'attachment; filename="loadbearing-export.zip"'
    assert "no-store" in answer["Cache-Control"]


def test_deleting_needs_the_password(client, ada, work):
    """promise 53"""
    client.force_login(ada)

    for form in [{}, {"password": "wrong"}]:
        answer = client.post("/account/delete/", form)
        assert answer.status_code == 200

    assert User.objects.filter(pk=ada.pk).exists()


def test_deleting_removes_what_it_promises_and_takes_the_name_off_the_rest(client, ada, work):
    """promise 53"""
    other = User.objects.create_user("other", password=PASSWORD)
    shared = Design.objects.create(owner=other, document="{}", version=1)
    shared.changes.create(version=1, patch="{}", author=ada, at=timezone.now(), client_id="c", sequence=1, received="r")
    client.force_login(ada)

    answer = client.post("/account/delete/", {"password": PASSWORD})

    assert answer.url == "/"
    assert list(User.objects.all()) == [other]
    assert list(Design.objects.all()) == [shared]
    assert not Progress.objects.exists()
    assert shared.changes.get().author is None
    assert client.get("/account/").status_code == 302


def test_a_deleted_account_is_out_in_every_browser(client, ada):
    """promise 23"""
    elsewhere = Client()
    client.force_login(ada)
    elsewhere.force_login(ada)

    client.post("/account/delete/", {"password": PASSWORD})

    assert elsewhere.get("/account/").url == "/accounts/login/?next=/account/"


def test_a_guest_may_delete_without_a_password_and_is_told_how_to_stay(client, guest):
    client.force_login(guest)
    assert "Sign up" in client.get("/account/").content.decode()

    client.post("/account/delete/")

    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/password/change/", "/accounts/password/set/"])
def test_a_guest_is_led_to_sign_up_where_an_account_is_needed(client, guest, path):
    client.force_login(guest)

    answer = client.get(path)

    assert (answer.status_code, answer.url) == (302, "/accounts/signup/")


def confirm_link(letter) -> str:
    return re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.body)[1]


def test_an_address_is_confirmed_by_a_press_and_not_by_looking(client, db):
    """promise 46: programs that open every link of a letter confirm nothing."""
    form = {"username": "grace", "password1": PASSWORD, "email": "grace@example.org"}
    client.post("/accounts/signup/", form)
    link = confirm_link(mail.outbox[-1])
    page = Client().get(link)
    assert "grace@example.org" in page.content.decode()
    assert not EmailAddress.objects.get().verified

    Client().post(link)

    assert EmailAddress.objects.get().verified


def test_looking_at_somebody_elses_confirmation_signs_nobody_out(client, ada):
    """promise 46"""
    Client().post("/accounts/signup/", {"username": "grace", "password1": PASSWORD, "email": "grace@example.org"})
    client.force_login(ada)

    client.get(confirm_link(mail.outbox[-1]))

    assert client.get("/account/").context["user"] == ada


def test_a_changed_address_counts_only_once_it_is_confirmed(client, ada):
    client.force_login(ada)
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)
    page = client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    client.post(page.url, {"password": PASSWORD})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"

    Client().post(confirm_link(mail.outbox[-1]))

    ada.refresh_from_db()
    assert ada.email == "new@example.org"


def test_only_one_account_can_confirm_an_address(client, ada):
    """promise 24: anybody may claim an address at sign-up, and none but its owner can confirm it."""
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)
    client.post("/accounts/signup/", {"username": "mallory", "password1": PASSWORD, "email": "ada@example.org"})
    letters = [letter for letter in mail.outbox if "confirm-email" in letter.body]
    for letter in letters:
        Client().post(confirm_link(letter))

    assert list(EmailAddress.objects.filter(verified=True).values_list("user__username", flat=True)) == ["ada"]
