"""Real Chromium for tests: where it is, how it starts, what it must not do, and the accessibility rules."""

from __future__ import annotations

import os
import shutil
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

# Chromium heeds the last list alone, so what Playwright switches off stands here again. The last line is what makes
# tests quick: every new window loads two pages for its address bar, which cost more than the page of a test.
SWITCHED_OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
]  # fmt: skip
CHROMIUM_ARGS = [
    f"--disable-features={','.join(SWITCHED_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# How long a page may take on a machine that is busy with other things; only a test that fails waits so long.
PATIENCE_MS = 60_000


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The one that CHROMIUM names, the system's, or None for the one that Playwright installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


# `SLOW_BROWSER=4` makes scripts four times as slow and each request 200 ms late. What a page does late on a busy machine
# only, it then does late in every run: a test that looks before the page shows the outcome fails.
SLOWER = float(os.environ.get("SLOW_BROWSER") or 1)
LATENCY_MS = 50 * SLOWER


def slowed(browser: Browser) -> Browser:
    """The same browser; every page and window that it opens is as slow as SLOW_BROWSER says."""
    if SLOWER <= 1:
        return browser
    new_context, new_page = browser.new_context, browser.new_page

    def slow(page: Page) -> Page:
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        tools.send("Network.enable")
        tools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1},
        )
        return page

    def open_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        open_page = context.new_page
        context.new_page = lambda: slow(open_page())  # type: ignore[method-assign]
        context.on("page", lambda page: page.opener() and slow(page))
        return context

    browser.new_context = open_context  # type: ignore[method-assign]
    browser.new_page = lambda **options: slow(new_page(**options))  # type: ignore[method-assign]
    return browser


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


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window. A page that is still on its way has no width yet, so this waits."""
    page.wait_for_load_state("load")
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


RUN_AXE = """([exclude, only]) => axe
  .run(exclude.length ? {exclude} : document, {reporter: "no-passes", ...(only.length ? {runOnly: only} : {})})
  .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].target}`))"""
# What another scheme changes is colours; roles, names and places are as they were.
OF_COLOUR = ("color-contrast", "link-in-text-block")


def broken_rules(page: Page, *, exclude: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> list[str]:
    """Every axe rule that the page breaks, with the first element that breaks it; [] is a pass."""
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN_AXE, [list(exclude), list(only)])


def broken_in_light_and_dark(page: Page) -> dict[str, list[str]]:
    """The rules that the open page breaks: all in light, and those of colours in dark, too; {} is a pass.

    No colour is judged on its way to another.
    """
    broken = {}
    for scheme, only in (("light", ()), ("dark", OF_COLOUR)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if rules := broken_rules(page, only=only):
            broken[scheme] = rules
    return broken
