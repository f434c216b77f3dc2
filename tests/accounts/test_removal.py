"""Guests go when nobody can ever reach their work again, and not a moment before."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db.models.signals import post_delete
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import removal
from classrooms.services import classes
from designs.models import Change, Design, ShareLink
from designs.services.saving import Edit, create_design, save_patch
from designs.services.sharing import create_link
from tests.designs.conftest import NOON, loaded
from tests.designs.document.examples import complete

pytestmark = pytest.mark.django_db


def become_guest(days_ago: int = 40) -> User:
    """Somebody who began a design that long ago, in a browser that still has the cookie."""
    client = Client()
    client.post("/designs/", {"title": "Mine"}, HTTP_SEC_FETCH_SITE="same-origin")
    guest = User.objects.latest("pk")
    guest.date_joined = guest.last_login = timezone.now() - timedelta(days=days_ago)
    guest.save()
    return guest


@pytest.fixture
def guest() -> User:
    return become_guest()


@pytest.fixture
def abandoned(guest) -> User:
    """A guest whose session is over."""
    Session.objects.all().delete()
    return guest


def remove(days: int = 30, *options: str) -> str:
    out = StringIO()
    call_command("remove_guests", f"--older-than-days={days}", *options, stdout=out)
    return out.getvalue()


def test_an_abandoned_guest_goes_with_all_work_and_leaves_a_trace(abandoned, events):
    assert "abandoned guests 1" in remove()

    assert not User.objects.exists()
    assert not Design.objects.exists()
    facts = {"user": abandoned.pk, "username": abandoned.username, "because": "an abandoned guest"}
    assert events()[-1] == {"event": "account deleted", **facts}


def test_whoever_has_a_session_stays_until_it_expires(guest):
    assert "abandoned guests 0" in remove()

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert "abandoned guests 1" in remove()


@pytest.mark.parametrize("days", [41, 365])
def test_whoever_came_later_stays(abandoned, days):
    assert "abandoned guests 0" in remove(days)
    assert User.objects.get() == abandoned


def share(guest: User) -> None:
    create_link(Design.objects.get(), ShareLink.Access.VIEW, at=timezone.now())


def offer_a_scenario(guest: User) -> None:
    scenario = loaded(at=timezone.now())
    scenario.owner = guest
    scenario.save()


def visit_a_class(guest: User) -> None:
    teacher = User.objects.create_user("grace")
    classroom = classes.create_classroom("Systems", owner=teacher, time_zone="UTC", at=timezone.now())
    member = classes.join(classroom.join_code, user=guest, name="Ada", at=timezone.now())
    classes.leave(member, at=timezone.now())


def sign_up(guest: User) -> None:
    guest.is_guest = False
    guest.save()


@pytest.mark.parametrize("deed", [share, offer_a_scenario, visit_a_class, sign_up])
def test_whoever_others_would_miss_stays(abandoned, deed):
    deed(abandoned)

    assert "abandoned guests 0" in remove()
    assert Design.objects.get().owner == abandoned


def test_a_dry_run_counts_and_changes_nothing(abandoned):
    assert "dry run): abandoned guests 1" in remove(30, "--dry-run")
    assert User.objects.get() == abandoned


def test_with_another_key_nobody_can_tell_whose_sessions_these_are(guest, settings):
    settings.SECRET_KEY = "another" * 10

    with pytest.raises(CommandError, match="SECRET_KEY"):
        remove()
    assert User.objects.get() == guest


def test_many_go_in_batches_of_which_each_is_whole(monkeypatch):
    """A deletion that fails takes back its own batch and nothing of those before."""
    monkeypatch.setattr(removal, "BATCH", 2)
    guests = [become_guest() for _ in range(5)]
    Session.objects.all().delete()

    def refuse(instance: User, **_: object) -> None:
        if instance.username == guests[3].username:
            raise RuntimeError

    post_delete.connect(refuse, sender=User)
    try:
        with pytest.raises(RuntimeError):
            remove()
    finally:
        post_delete.disconnect(refuse, sender=User)
    assert list(User.objects.order_by("pk")) == guests[2:]

    assert "abandoned guests 3" in remove()
    assert not Design.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "many", "1e3", "40000"])
def test_days_are_a_number_that_makes_sense(days):
    with pytest.raises(CommandError, match="expected a number of days from 1"):
        remove(days)


def test_what_a_guest_wrote_into_the_design_of_another_stays(abandoned):
    theirs = create_design(owner=User.objects.create_user("grace"), document=complete(), at=NOON)
    save_patch(theirs, Edit(patch={"meta": {"title": "Ours"}}, base_version=0), author=abandoned, at=NOON)

    remove()

    assert Change.objects.get(design=theirs).author is None
