"""A page that one test after another uses shows nothing of the test before."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

LEFT = """() => [
  localStorage.left ?? '', sessionStorage.left ?? '', document.cookie.includes('left'), innerWidth,
  matchMedia('(prefers-color-scheme: dark)').matches,
]"""
NOTHING = ["", "", False, 700, False]


@pytest.mark.one_database
def test_the_next_test_finds_nothing_of_the_one_before(kept_pages, live_server):
    with kept_pages(live_server.url, viewport={"width": 700, "height": 500}) as kept:
        first = kept.page
        first.goto("/accounts/login/")
        first.evaluate("localStorage.left = sessionStorage.left = 1; document.cookie = 'left=1'")
        first.evaluate("addEventListener('beforeunload', event => event.preventDefault())")
        first.fill("#id_login", "ada")
        first.emulate_media(color_scheme="dark")
        first.set_viewport_size({"width": 320, "height": 500})
    with kept_pages(live_server.url, viewport={"width": 700, "height": 500}) as kept:
        assert kept.page is first
        first.goto("/accounts/login/")
        assert first.evaluate(LEFT) == NOTHING
        expect(first.locator("#id_login")).to_have_value("")
        first.clock.install()
    assert first.is_closed()
    with kept_pages(live_server.url, viewport={"width": 700, "height": 500}) as kept:
        assert kept.page is not first
