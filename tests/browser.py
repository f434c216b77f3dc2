"""Real Chromium for tests: where it is, how it starts, what it must not do, and the accessibility rules."""

from __future__ import annotations

import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """The system's Chromium, or None for the one that Playwright installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def watched(page: Page, site: str) -> list[str]:
    """A list that fills with whatever a page of ours must not do."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((site, "data:", "blob:"))
            else troubles.append(f"left the site: {request.url}")
        ),
    )
    return troubles


def broken_rules(page: Page, **options: Any) -> list[str]:
    """Every axe rule that the page breaks, with the first element that breaks it; [] is a pass."""
    found = Axe().run(page, options=options or None).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found]
