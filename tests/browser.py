"""Real Chromium for tests: where it is installed, how it starts, which page errors fail a test, and the accessibility
rules.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Locator, Page, TimeoutError

# Chromium uses only the last --disable-features, so the list that Playwright passes is repeated here. The last line
# makes tests faster: every new window would load two pages for its address bar, which take longer than the page under
# test.
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


# How long a page may take on a busy machine; only a failing test waits this long.
PATIENCE_MS = 60_000


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The one named by CHROMIUM, the system's, or None for the one that Playwright installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


# `SLOW_BROWSER=4` makes scripts four times as slow and delays each request by 200 ms. What a page shows late only on a
# busy machine, it then shows late in every run, so a test that reads too early fails.
SLOWER = float(os.environ.get("SLOW_BROWSER") or 1)
LATENCY_MS = 50 * SLOWER


def in_no_hurry(browser: Browser) -> Browser:
    """The same browser; its contexts wait up to PATIENCE_MS, and its pages are as slow as SLOW_BROWSER says.

    The service worker would answer requests between a page and its server, so only a test that asks for it
    (`service_workers="allow"`) has it.
    """
    new_context = browser.new_context

    def open_context(**options: Any) -> BrowserContext:
        context = new_context(**{"service_workers": "block", **options})
        context.set_default_timeout(PATIENCE_MS)
        if SLOWER > 1:
            _slow_down(context)
        return context

    browser.new_context = open_context  # type: ignore[method-assign]
    return browser


def _slow_down(context: BrowserContext) -> None:
    sessions: list[CDPSession] = []
    open_page, set_offline = context.new_page, context.set_offline

    def network(session: CDPSession, *, is_offline: bool) -> None:
        conditions = {"latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", {"offline": is_offline, **conditions})

    def slow(page: Page) -> Page:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        session.send("Network.enable")
        network(session, is_offline=False)
        page.on("close", lambda _: sessions.remove(session))
        sessions.append(session)
        return page

    def go_offline(offline: bool) -> None:
        for session in sessions:
            network(session, is_offline=offline)
        set_offline(offline)

    context.new_page = lambda: slow(open_page())  # type: ignore[method-assign]
    context.set_offline = go_offline  # type: ignore[method-assign]
    context.on("page", lambda page: page.opener() and slow(page))


def watched(page: Page, site: str) -> list[str]:
    """A list that collects every error of the page that fails a test."""
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


def send(page: Page, button: Locator) -> None:
    """Presses a button that leads to a page, and waits for that page and its scripts."""
    with page.expect_navigation():
        button.click()


def open_still(page: Page, address: str) -> None:
    """Opens a page and stops its clock, so that nothing times out before the test has looked."""
    page.clock.install()
    page.goto(address)
    stop_clock(page)


def stop_clock(page: Page) -> None:
    """From here on, the page's time advances only by `page.clock.run_for(ms)`. The clock was installed before the page
    opened."""
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))


AT_REST = """() => document.readyState === "complete"
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
  && document.getAnimations().every((each) => !(each instanceof CSSTransition))"""


def at_rest(page: Page | Frame) -> None:
    """Waits until the page and its scripts are loaded, no swap is in progress, and no colour transition is running."""
    page.wait_for_load_state("load")
    page.wait_for_function(AT_REST)


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is still wider than the window after a wait."""
    at_rest(page)
    try:
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    except TimeoutError:
        return True
    return False


RUN_AXE = """([exclude, only]) => axe
  .run(exclude.length ? {exclude} : document, {reporter: "no-passes", ...(only.length ? {runOnly: only} : {})})
  .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].target}`))"""
# Another colour scheme changes only colours; roles, names and places stay the same.
OF_COLOUR = ("color-contrast", "link-in-text-block")


def broken_rules(page: Page | Frame, *, exclude: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> list[str]:
    """Every axe rule that the page breaks, with the first element that breaks it; [] is a pass."""
    at_rest(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN_AXE, [list(exclude), list(only)])


def broken_in_light_and_dark(page: Page) -> dict[str, list[str]]:
    """The rules that the open page breaks: all rules in light mode, and the colour rules in dark mode, too; {} is a
    pass."""
    broken = {}
    for scheme, only in (("light", ()), ("dark", OF_COLOUR)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if rules := broken_rules(page, only=only):
            broken[scheme] = rules
    return broken
