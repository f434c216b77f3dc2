"""How long a person waits in Chromium at a drawing of 300 boxes and 450 arrows: `python -m benchmarks.waits`.

It opens the drawing with an empty cache, finds a box (Ctrl+F until the list is there, Enter on its name until the box
is in the middle), and lays out the whole drawing anew. A time runs by the page's clock from the key, the click or the
start of the page until the frame with its result, so it needs a machine that does nothing else; the least and the
median of the rounds are printed beside what a person accepts. Then it counts the accessibility rules that the page
breaks, with and without the list of boxes. The exit status is 1 when a median is over its limit or a rule is broken.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.canvas import VIEWPORT
from benchmarks.sample_designs import COMPONENTS, CONNECTIONS
from benchmarks.server import ROOT, running_site
from tests.browser import CHROMIUM_ARGS, broken_in_light_and_dark, chromium_path

# In milliseconds.
LIMITS = {"open": 2_000, "Ctrl+F": 200, "found": 200, "lay out": 5_000}
SOUGHT = "Service 287"
# Conditions that the page checks at each frame.
OPEN = "document.querySelector('[data-canvas][data-ready]')"
LISTED = "document.querySelector('[data-part=picker][open] [role=option]')"
FOUND = f"document.activeElement.getAttribute('aria-label')?.startsWith('{SOUGHT}')"
LAID_OUT = f"document.querySelector('[data-part=said]').textContent === 'Laid out {COMPONENTS} components.'"


# From the key or click, or from the start of the page, to the frame after a condition became true.
WATCH = """() => {{
  const begun = {begun};
  const frame = () => new Promise(requestAnimationFrame);
  window.waited = (async () => {{
    const start = await begun;
    while (!({condition})) await frame();
    await frame();
    await new Promise((drawn) => setTimeout(drawn));
    return performance.now() - start;
  }})();
}}"""
ACT = """new Promise((acted) => {
    const listen = (type) => addEventListener(type, ({ timeStamp }) => acted(timeStamp), { capture: true });
    ["keydown", "click"].forEach(listen);
  })"""
PAGE = "Promise.resolve(0)"


def milliseconds_until(page: Page, condition: str, act: Callable[[], object] | None = None) -> float:
    """From the act, or the start of the page, to the frame after the condition became true. The page's clock counts."""
    page.evaluate(WATCH.format(begun=ACT if act else PAGE, condition=condition))
    if act:
        act()
    return float(page.evaluate("window.waited"))


def table(times: Mapping[str, list[float]]) -> Iterator[str]:
    yield f"{COMPONENTS} boxes, {CONNECTIONS} arrows    least   median  accepted"
    for name, limit in LIMITS.items():
        least, middle = min(times[name]), median(times[name])
        verdict = "" if middle <= limit else "  <-- too long"
        yield f"{name:24} {least:6.0f} ms {middle:6.0f} ms {limit:6} ms{verdict}"


def used(page: Page, address: str, times: defaultdict[str, list[float]]) -> None:
    """Opens the drawing, finds a box, and lays out all of it."""
    page.goto(address, wait_until="commit")
    times["open"].append(milliseconds_until(page, OPEN))
    page.wait_for_load_state("networkidle")
    page.locator("[data-canvas] svg[role=application]").focus()
    times["Ctrl+F"].append(milliseconds_until(page, LISTED, lambda: page.keyboard.press("Control+f")))
    page.keyboard.insert_text(SOUGHT)
    times["found"].append(milliseconds_until(page, FOUND, lambda: page.keyboard.press("Enter")))
    times["lay out"].append(milliseconds_until(page, LAID_OUT, page.locator("[data-do=layout]").click))


def broken(page: Page, address: str) -> list[str]:
    """The accessibility rules that the drawing breaks, and those that it breaks under the list of its boxes."""
    page.goto(address)
    milliseconds_until(page, OPEN)
    rules = [*_rules("drawing", page)]
    page.locator("[data-do=find]").click()
    milliseconds_until(page, LISTED)
    return [*rules, *_rules("list", page)]


def _rules(place: str, page: Page) -> Iterator[str]:
    for scheme, rules in broken_in_light_and_dark(page).items():
        yield from (f"{place}, {scheme}: {rule}" for rule in rules)


def main() -> int:
    times: defaultdict[str, list[float]] = defaultdict(list)
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
            used(page, address, times)
            if number == 0:
                rules = broken(page, address)
            context.close()
        browser.close()
    for row in table(times):
        print(row)
    print(f"{len(rules)} accessibility rules broken", *rules, sep="\n  ")
    are_short = all(median(times[name]) <= limit for name, limit in LIMITS.items())
    return 0 if are_short and not rules else 1


if __name__ == "__main__":
    sys.exit(main())
