"""The log of who did what: complete, without secrets, one line an entry."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from web.watching.logs import OneLineFormatter, escaped

pytestmark = pytest.mark.django_db


def test_a_visit_leaves_its_trail(client, ada, events):
    """promise 49"""
    client.post("/accounts/login/", {"login": "ada", "password": "wrong"})
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    client.post("/account/export/").getvalue()  # read to its end, which closes it
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    client.post("/account/delete/", {"password": PASSWORD})

    assert [(event["event"], event["address"]) for event in events()] == [
        (name, "127.0.0.1")
        for name in [
            "sign-in failed",
            "signed in",
            "exported own data",
            "signed out",
            "signed in",
            "account deleted",
            "signed out",
        ]
    ]


def test_no_password_and_no_token_is_ever_written(client, ada, caplog):
    """promise 49"""
    from django.core import mail

    caplog.set_level(logging.DEBUG)
    client.post("/accounts/login/", {"login": "ada", "password": "a-wrong-secret"})
    client.post("/accounts/signup/", {"username": "grace", "password1": "a-new-secret", "email": ""})
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    token = mail.outbox[-1].body.split("/password/reset/key/")[1].split("/")[0]
    client.get(f"/accounts/password/reset/key/{token}/")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]

    assert ours
    assert not [line for line in ours if "secret" in line or token in line]


@pytest.mark.parametrize("name", ["a\nINFO forged", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\u202eb", "a\x00b"])
def test_line_breaks_cannot_forge_an_entry(client, db, caplog, name):
    """promise 49"""
    caplog.set_level(logging.INFO)
    client.post("/accounts/login/", {"login": name, "password": "wrong"})
    formatter = OneLineFormatter("{levelname} {message}", style="{")

    for record in caplog.records:
        line = formatter.format(record)
        assert line.splitlines() == [line]
        assert all(character.isprintable() for character in line)


def test_a_traceback_keeps_its_lines_and_marks_each():
    """promise 49"""
    try:
        raise ValueError("one\n2026 INFO forged")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "bad %s", ("a\nb",), (ValueError, error, None))

    first, *others = OneLineFormatter("{message}", style="{").format(record).splitlines()

    assert first == "bad a\\nb"
    assert others
    assert all(line.startswith("  | ") for line in others)


def test_plain_text_is_left_alone():
    assert escaped("Zoë, 5 × 3 – fine") == "Zoë, 5 × 3 – fine"


def test_changed_roles_are_recorded(ada, events):
    """promise 49"""
    ada.is_staff = True
    ada.save()
    ada.groups.add(Group.objects.create(name="editors"))

    assert [(event["event"], event.get("is_staff"), event.get("action")) for event in events()] == [
        ("role changed", True, None),
        ("role changed", None, "post_add"),
    ]


def test_a_refused_form_is_recorded(db, events):
    """promise 49"""
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ada", "password": "x"})

    assert answer.status_code == 403
    assert [(event["event"], event["path"]) for event in events()] == [("refused", "/accounts/login/")]


def test_a_guest_who_becomes_a_member_is_recorded_as_such(client, guest, events):
    """promise 49"""
    client.force_login(guest)
    client.post("/accounts/signup/", {"username": "grace", "password1": PASSWORD, "email": ""})

    signed_up = next(event for event in events() if event["event"] == "signed up")
    assert (signed_up["user"], signed_up["was_guest"]) == (guest.pk, True)


def test_a_role_given_in_the_admin_names_who_gave_it(client, ada, events):
    """promise 49"""
    staff = User.objects.create_superuser("staff")
    client.force_login(staff)
    form = {
        "username": "ada",
        "is_staff": "on",
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "10:00",
    }

    answer = client.post(f"/admin/accounts/user/{ada.pk}/change/", form)

    assert answer.status_code == 302, answer.context["errors"]
    [changed] = [event for event in events() if event["event"] == "role changed"]
    assert (changed["by"], changed["name"], changed["user"], changed["is_staff"]) == (staff.pk, "staff", ada.pk, True)
