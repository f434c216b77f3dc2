"""Budgets 5 and 14: from a key to the painted result, in Chromium slowed down by a factor of four.

The yardstick is the same page and key, answered with the same bytes by a view that does no work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.cards import seed_decks
from benchmarks.server import Site, running_site
from benchmarks.table import Row
from calculators.engine.catalogue.registry import SHEETS
from tests.browser import CHROMIUM_ARGS, chromium_path

SLOWED = 4
# `paints` collects the milliseconds between the latest key and the first frame after its response is on the page.
# With `answeredBy` every request goes to that address instead of its own.
STOPWATCH = """
  window.paints = [];
  let pressedAt = null;
  addEventListener("keydown", (event) => { pressedAt = event.timeStamp; }, { capture: true });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (window.answeredBy) detail.path = window.answeredBy;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (pressedAt === null) return;
    const begun = pressedAt;
    pressedAt = null;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.paints.push(performance.now() - begun);
      port2.postMessage(0);
    });
  });
"""


def run() -> list[Row]:
    with running_site() as site, _slow_pages(site) as opened:
        sheets = [_typing(opened, f"/calculators/{sheet.slug}/") for sheet in SHEETS]
        typed = sorted(sheets, key=lambda pair: pair[0] / pair[1])[len(sheets) // 2]
        answered = _answering(opened, seed_decks(site)["large"])
    return [
        Row(
            number=5,
            name=f"key to painted result, the median of {len(sheets)} calculators",
            ours=typed[0],
            yardstick=typed[1],
            unit="ms",
            budget=2,
        ),
        Row(
            number=14,
            name="key on a card to the next card painted",
            ours=answered[0],
            yardstick=answered[1],
            unit="ms",
            budget=2,
        ),
    ]


@contextmanager
def _slow_pages(site: Site) -> Iterator[Callable[[str, str], Page]]:
    """Opens an address in a new page, signed in by the session."""
    origin = f"http://127.0.0.1:{site.port}"

    def opened(address: str, session: str) -> Page:
        context = browser.new_context(base_url=origin, viewport={"width": 1280, "height": 900})
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": origin}])
        page = context.new_page()
        page.add_init_script(STOPWATCH)
        page.goto(address, wait_until="networkidle")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        return page

    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        yield opened
        browser.close()


def _typing(opened: Callable[[str, str], Page], address: str) -> tuple[float, float]:
    """Types a digit before the first figure, and takes it back."""
    page = opened(address, "")
    page.locator("#inputs input[name]:not([type=hidden])").first.focus()
    page.keyboard.press("Home")
    return _both(page, (["1"], ["Backspace"]), rounds=3)


def _answering(opened: Callable[[str, str], Page], session: str) -> tuple[float, float]:
    return _both(opened("/cards/review/", session), (["Space", "3"],), rounds=20)


def _both(page: Page, strokes: Sequence[Sequence[str]], *, rounds: int) -> tuple[float, float]:
    """Milliseconds for the site's response and for the constant one, the median of all keys in all rounds."""
    with page.expect_response(lambda response: "hx-request" in response.request.headers) as answer:
        for keys in strokes:
            _painted_ms(page, keys)
    kept = page.request.post("/constant/", data=answer.value.body())
    if not kept.ok:
        raise RuntimeError(f"/constant/ answered {kept.status}")
    ours = median(_painted_ms(page, keys) for _ in range(rounds) for keys in strokes)
    page.evaluate("(address) => { window.answeredBy = address; }", kept.text())
    yardstick = median(_painted_ms(page, keys) for _ in range(rounds) for keys in strokes)
    page.context.close()
    return ours, yardstick


def _painted_ms(page: Page, keys: Sequence[str]) -> float:
    """From the last of the keys to the frame that shows its response."""
    seen = page.evaluate("paints.length")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("(seen) => paints.length > seen", arg=seen)
    return float(page.evaluate("paints.at(-1)"))
