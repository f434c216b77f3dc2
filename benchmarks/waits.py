"""How long a person waits in Chromium at a drawing of 300 boxes and 450 arrows: `python -m benchmarks.waits`.

It opens the drawing with an empty cache, finds a box (Ctrl+F, its name, Enter), and lays out the whole drawing anew. A
time is what the clock shows from the key or click until the frame with its result, so it needs a machine that does
nothing else; the least and the median of the rounds are printed beside what a person accepts. Then it counts the
accessibility rules that the page breaks, with and without the list of boxes. The exit status is 1 when a median is over
its limit or a rule is broken.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.canvas import VIEWPORT
from benchmarks.sample_designs import COMPONENTS, CONNECTIONS
from benchmarks.server import ROOT, running_site
from tests.browser import CHROMIUM_ARGS, broken_in_light_and_dark, chromium_path

# In milliseconds.
LIMITS = {"open": 2_000, "find": 200, "lay out": 5_000}
SOUGHT = "Service 287"
# Conditions that the page checks at each frame.
OPEN = "document.querySelector('[data-canvas][data-ready]')"
LISTED = "document.querySelector('[data-part=picker][open] [role=option]')"
FOUND = f"document.activeElement.getAttribute('aria-label')?.startsWith('{SOUGHT}')"
LAID_OUT = f"document.querySelector('[data-part=said]').textContent === 'Laid out {COMPONENTS} components.'"


def shown(page: Page, condition: str) -> None:
    """Waits for the frame after the condition became true."""
    page.evaluate(f"""async () => {{
      while (!({condition})) await new Promise(requestAnimationFrame);
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }}""")


class Waits:
    """Milliseconds by what was waited for, one a round."""

    def __init__(self) -> None:
        self.times: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def until(self, name: str, page: Page, condition: str) -> Iterator[None]:
        """From the start of the block to the frame after the condition became true."""
        begun = time.perf_counter()
        yield
        shown(page, condition)
        self.times[name].append((time.perf_counter() - begun) * 1_000)

    def table(self) -> Iterator[str]:
        yield f"{COMPONENTS} boxes, {CONNECTIONS} arrows    least   median  accepted"
        for name, limit in LIMITS.items():
            least, middle = min(self.times[name]), median(self.times[name])
            verdict = "" if middle <= limit else "  <-- too long"
            yield f"{name:24} {least:6.0f} ms {middle:6.0f} ms {limit:6} ms{verdict}"

    def are_short(self) -> bool:
        return all(median(self.times[name]) <= limit for name, limit in LIMITS.items())


def used(page: Page, address: str, waits: Waits) -> None:
    """Opens the drawing, finds a box, and lays out all of it."""
    with waits.until("open", page, OPEN):
        page.goto(address, wait_until="commit")
    page.locator("[data-canvas] svg[role=application]").focus()
    page.wait_for_load_state("networkidle")
    with waits.until("find", page, FOUND):
        page.keyboard.press("Control+f")
        shown(page, LISTED)
        page.keyboard.insert_text(SOUGHT)
        page.keyboard.press("Enter")
    with waits.until("lay out", page, LAID_OUT):
        page.locator("[data-do=layout]").click()


def broken(page: Page, address: str) -> list[str]:
    page.goto(address)
    shown(page, OPEN)
    found = [f"{scheme}: {rule}" for scheme, rules in broken_in_light_and_dark(page).items() for rule in rules]
    page.locator("[data-do=find]").click()
    shown(page, LISTED)
    return found + [
        f"list, {scheme}: {rule}" for scheme, rules in broken_in_light_and_dark(page).items() for rule in rules
    ]


def main() -> int:
    waits = Waits()
    with running_site() as site, sync_playwright() as playwright:
        command = [sys.executable, "-m", "benchmarks.sample_designs"]
        made = json.loads(subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True).stdout)
        origin = f"http://127.0.0.1:{site.port}"
        cookie = {"name": "session", "value": made["session"], "url": origin}
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        rules: list[str] = []
        for number, large in enumerate(made["large"]):
            context = browser.new_context(viewport=VIEWPORT)
            context.add_cookies([cookie])
            page = context.new_page()
            address = f"{origin}/designs/{large}/diagram/"
            used(page, address, waits)
            if number == 0:
                rules = broken(page, address)
            context.close()
        browser.close()
    for row in waits.table():
        print(row)
    print(f"{len(rules)} accessibility rules broken", *rules, sep="\n  ")
    return 0 if waits.are_short() and not rules else 1


if __name__ == "__main__":
    sys.exit(main())
