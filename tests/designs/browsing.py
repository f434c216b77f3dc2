"""Signing in and opening pages of a design in a real browser."""

from __future__ import annotations

import re

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.models import Design

STATUS = "[data-save-bar] [role=status]"


def sign_in(page: Page, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url(page)}])


def sign_out(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def base_url(page: Page) -> str:
    return page.context._impl_obj._options["baseURL"]


def open_step(page: Page, design: Design, area: str) -> None:
    page.goto(reverse("designs:step", args=[design.pk, area]))
    expect_status(page, "Saved")


def expect_status(page: Page, words: str) -> None:
    """`Saved` must be all that it says; of a longer status a part is enough."""
    expect(page.locator(STATUS)).to_have_text(words if words == "Saved" else re.compile(re.escape(words)))


def document_of(design: Design) -> dict:
    return Design.objects.get(pk=design.pk).data()
