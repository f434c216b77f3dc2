"""A form that is sent twice makes one thing (promise 8)."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from designs.models import Design
from web.models import SentForm

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """Has no session; sends the token of the page that it opened."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.token = ""

    def open(self) -> Browser:
        page = self.client.get("/designs/").content.decode()
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self

    def twin(self) -> Browser:
        """Sends what this one sends, and has not seen its answers."""
        twin = Browser()
        twin.token = self.token
        twin.client.cookies.load({name: each.value for name, each in self.client.cookies.items()})
        return twin

    def send(self, title: str = "Chat"):
        return self.client.post("/designs/", {"csrfmiddlewaretoken": self.token, "title": title})


def send_at_once(browsers: list[Browser]) -> list[str]:
    """Where each of them is led."""
    together = threading.Barrier(len(browsers))
    led: list[str] = []

    def send(browser: Browser) -> None:
        together.wait()
        led.append(browser.send().url)
        connection.close()

    threads = [threading.Thread(target=send, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return led


def test_four_at_once_make_one_and_all_are_led_to_it():
    one = Browser().open()
    four = [one.twin() for _ in range(4)]

    led = send_at_once(four)

    design = Design.objects.get()
    assert led == [f"/designs/{design.pk}/understand/"] * 4
    assert [each.client.get(led[0]).status_code for each in four] == [200] * 4  # each is the guest whose it is
    assert User.objects.get() == design.owner


def test_what_is_sent_again_is_answered_again_and_a_new_page_makes_another():
    browser = Browser().open()
    seen_nothing = browser.twin()
    first = browser.send().url

    assert browser.send().url == first  # becoming a guest has made its token void
    again = seen_nothing.client.post("/designs/", {"csrfmiddlewaretoken": browser.token, "title": "Chat"}, follow=True)
    assert again.redirect_chain == [(first, 302)]
    assert "came twice from one page" in again.content.decode()
    assert Browser().open().send().url != first
    assert browser.open().send().url != first  # goes back, and gets the page anew
    assert Design.objects.count() == 3


def test_another_content_is_another_form_and_another_person_gets_nothing():
    browser = Browser().open()
    stranger = Browser().open()
    first = browser.send().url
    stranger.token = browser.token

    assert stranger.send().status_code == 403
    browser.open()
    assert browser.send("Feed").url != browser.send("Chat").url != first
    assert Design.objects.count() == 3


def test_what_was_refused_or_failed_may_be_sent_again(monkeypatch):
    browser = Browser().open()
    browser.client.raise_request_exception = False
    assert browser.send("x" * 2_000).status_code == 422
    assert not SentForm.objects.exists()

    with monkeypatch.context() as broken:
        broken.setattr("designs.views.designs.create_design", lambda **_: 1 / 0)
        assert browser.open().send().status_code == 500
    assert browser.open().send().status_code == 302
    assert Design.objects.count() == 1


def test_one_whose_process_died_is_not_waited_for():
    browser = Browser().open()
    twin = browser.twin()
    browser.send()
    SentForm.objects.update(location="", at="2020-01-01T00:00Z")

    assert twin.send().status_code == 302
    assert Design.objects.count() == 2
