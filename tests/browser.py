"""Real Chromium for tests: where it is installed, how it starts, which page errors fail a test, and the accessibility
rules.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
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
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess",
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


# The shell is Chromium without the window around a page: the same engine with a third less work for each page.
SHELL = "chromium-headless-shell"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", SHELL)


def chromium_path() -> str | None:
    """The one named by CHROMIUM, the system's, or None for the one that Playwright installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def shell_path() -> str | None:
    """As above, but the shell where there is one."""
    return os.environ.get("CHROMIUM") or shutil.which(SHELL) or chromium_path()


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


# What a test can do to a page or its context that the next test would notice, and that is not undone below. A page with
# which one of these was done is closed after the test.
LASTING = (
    "add_init_script", "close", "expose_binding", "expose_function", "grant_permissions", "new_cdp_session", "new_page",
    "on", "once", "route", "route_from_har", "route_web_socket", "set_default_navigation_timeout",
    "set_default_timeout", "set_extra_http_headers", "set_geolocation", "set_offline",
)  # fmt: skip
OF_THE_CLOCK = ("install", "pause_at", "set_fixed_time", "set_system_time")
AS_BEFORE = dict.fromkeys(("color_scheme", "contrast", "forced_colors", "media", "reduced_motion"), "null")
# The only answers outside static files that the browser may show again without asking the server.
CACHED = ("/preview/", "/topics/images/")
# It names an icon, or the browser would ask for the site's while the next test has begun.
BETWEEN_TESTS = "/static/between_tests.html"


class KeptPage:
    """A page of the live site that one test after another uses.

    A new context with a new page costs two to three times as much CPU as loading a page of the site. Between two tests
    the page stays on the site, since Chromium would start another process for `about:blank`, and forgets cookies and
    all that scripts stored. Scripts and styles stay in its cache; pages are never shown from it.
    """

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.size = options.get("viewport", {"width": 1280, "height": 720})
        self.browser, self.site = browser, site
        self.context = browser.new_context(base_url=site, **options)
        self.page = self.context.new_page()
        self.is_used_up = False
        self.troubles = watched(self.page, site)
        self.page.on("request", lambda request: self._note(any(each in request.url for each in CACHED)))
        self._session = self.context.new_cdp_session(self.page)
        for holder, names in (
            (self.context, LASTING), (self.page, LASTING), (self.page.clock, OF_THE_CLOCK)
        ):  # fmt: skip
            for name in filter(partial(hasattr, holder), names):
                setattr(holder, name, self._noted(getattr(holder, name)))

    def _note(self, is_lasting: bool) -> None:
        self.is_used_up = self.is_used_up or is_lasting

    def _noted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **options: Any) -> Any:
            self.is_used_up = True
            return method(*args, **options)

        return noted

    def troubles_so_far(self) -> list[str]:
        """Also those that the browser has told and Playwright has not passed on."""
        if not self.is_closed():
            self.context.cookies()
        return list(self.troubles)

    def is_closed(self) -> bool:
        return self.page.is_closed() or self.context not in self.browser.contexts

    def is_like_new(self) -> bool:
        """Makes the page ready for the next test, or closes it and says no."""
        if self.is_used_up or self.is_closed() or len(self.context.pages) != 1:
            self.context.close()
            return False
        self.context.clear_cookies()
        self.page.set_viewport_size(self.size)
        self.page.emulate_media(**AS_BEFORE)
        self.page.mouse.move(-1, -1)
        self.page.goto(BETWEEN_TESTS)
        self.page.evaluate("sessionStorage.clear()")
        self._session.send("Storage.clearDataForOrigin", {"origin": self.site, "storageTypes": "all"})
        self.troubles.clear()
        return True


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
