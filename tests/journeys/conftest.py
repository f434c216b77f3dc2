"""Several people at once, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import watched

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def somebody(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Calls open a browser of its own: `somebody(**PHONE)`. The test fails if a page logs an error or leaves the site.

    A page that says 404 or 403 logs that as an error too: `refused_is_fine=True` lets those pass.
    """
    contexts: list[BrowserContext] = []
    troubles: list[tuple[list[str], bool]] = []

    def open_browser(*, refused_is_fine: bool = False, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **(options or DESK))
        contexts.append(context)
        page = context.new_page()
        troubles.append((watched(page, live_server.url), refused_is_fine))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    found = [
        each for lines, refused in troubles for each in lines if not (refused and "Failed to load resource" in each)
    ]
    assert found == []
