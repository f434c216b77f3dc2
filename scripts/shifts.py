"""Measures layout shifts of pages during reading: `python -m scripts.shifts ADDRESS`.

ADDRESS is a running site, such as http://127.0.0.1:8000. Every topic of its sitemap is scrolled from top to bottom at
the size of a phone and of a laptop; pages whose cumulative layout shift (CLS) is over the limit are printed, and the
exit status is then 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tests.browser import CHROMIUM_ARGS, chromium_path

LIMIT = 0.02
SCREENS = {"phone": {"width": 390, "height": 844}, "laptop": {"width": 1280, "height": 800}}
WATCH = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  return window.shifts;
}"""


def topics(address: str) -> list[str]:
    """The paths of the topics in the site's sitemap."""
    with urlopen(f"{address}/sitemap.xml") as answer:  # noqa: S310 - the address is the caller's own site
        found = re.findall(r"<loc>([^<]+)</loc>", answer.read().decode())
    return [path for path in (urlsplit(each).path for each in found) if re.fullmatch(r"/topics/[^/]+/", path)]


def shift(page: Page, path: str) -> float:
    """The sum of all layout shifts without user input, from loading to the bottom of the page."""
    page.goto(path)
    page.evaluate(WATCH)
    return float(page.evaluate(SCROLL))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running site, such as http://127.0.0.1:8000")
    address = parser.parse_args().address.rstrip("/")
    paths, over = topics(address), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        for name, size in SCREENS.items():
            page = browser.new_context(base_url=address, viewport=size).new_page()  # type: ignore[arg-type]
            measured = {path: shift(page, path) for path in paths}
            for path, moved in sorted(measured.items(), key=lambda each: -each[1]):
                if moved > LIMIT:
                    over += 1
                    sys.stdout.write(f"{path} on a {name}: {moved:.3f}, at most {LIMIT} is right\n")
            worst = max(measured.values(), default=0)
            sys.stdout.write(f"{len(paths)} topics on a {name}: at most {worst:.3f}\n")
        browser.close()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
