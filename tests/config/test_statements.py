"""What the site says of data and of barriers is true."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import Page

from accounts.work import parts
from config.pages.statements import ACCESSIBILITY, WORDS, accessibility, kept_of_people
from scripts.accessibility_statement import axe_runs
from tests.browser import broken_in_light_and_dark, scrolls_sideways
from tests.markup import squeezed


@pytest.mark.django_db
def test_everything_that_is_kept_of_people_is_told(client):
    """promise 23"""
    page = squeezed(client.get(reverse("privacy")))
    for part in parts():
        for name in part.models:
            what = WORDS[name][0] if name in WORDS else str(apps.get_model(name)._meta.verbose_name_plural).capitalize()
            assert escape(what) in page, name
    assert sum(len(each.kept) for each in kept_of_people()) == sum(len(each.models) for each in parts())


def test_nothing_is_told_that_is_not_kept():
    assert set(WORDS) <= {name for part in parts() for name in part.models}


def test_no_test_is_named_that_does_not_run_axe():
    """More tests than are named is fine: `python -m scripts.accessibility_statement` adds them."""
    found = {each["test"]: each for each in axe_runs()}

    said = accessibility()["pages"]
    assert len(said) > 20
    assert [each for each in said if found.get(each["test"]) != each] == []
    assert ACCESSIBILITY.exists()


@pytest.mark.one_database
def test_the_statements_can_be_read_by_all(transactional_db, page: Page, live_server):
    page.set_viewport_size({"width": 390, "height": 800})
    for name in ("privacy", "accessibility"):
        page.goto(live_server.url + reverse(name))
        assert broken_in_light_and_dark(page) == {}
        assert not scrolls_sideways(page)
