"""Counts what a browser requests on its first visit of every kind of page: `python -m scripts.requests ADDRESS`.

ADDRESS is a site as `make run` serves it, such as http://127.0.0.1:8000: with DEBUG each style and module is a file of
its own. Each page is opened with empty caches, on a phone and on a laptop; the page itself, its files and its icon all
count. Pages with more requests than the limit are printed with the names of their files, and the exit status is then 1;
the pages on which a design is edited are only printed, because budget 10 is theirs. `--session`, the value of the
cookie `session` of a signed-in person, adds their own pages.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from scripts.sheet import PAGES, own_pages
from tests.browser import CHROMIUM_ARGS, chromium_path

LIMIT = 8
EDITOR = "design-"
SCREENS = {
    "laptop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def requested(browser: Browser, address: str, path: str, *, session: str = "", **screen: object) -> list[str]:
    """The paths of all that the page at this address requests until its network is at rest."""
    context = browser.new_context(base_url=address, **screen)  # type: ignore[arg-type]
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    found: list[str] = []
    page.on("request", lambda request: found.append(urlsplit(request.url).path))
    page.goto(path, wait_until="networkidle")
    context.close()
    return found


def count(address: str, *, session: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """Kind of screen, kind of page, and the requested paths."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        pages = dict(PAGES)
        if session:
            context = browser.new_context(base_url=address)
            context.add_cookies([{"name": "session", "value": session, "url": address}])
            pages |= own_pages(context.new_page())
            context.close()
        for kind, screen in SCREENS.items():
            for name, path in pages.items():
                yield kind, name, requested(browser, address, path, session=session, **screen)
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running site, such as http://127.0.0.1:8000")
    parser.add_argument("--session", default="", help="the session of somebody who has signed in, for their pages")
    given = parser.parse_args()
    counts: Counter[int] = Counter()
    is_over = False
    for kind, name, paths in count(given.address.rstrip("/"), session=given.session):
        counts[len(paths)] += 1
        if len(paths) > LIMIT:
            is_over |= not f"{name}-".startswith(EDITOR)
            files = " ".join(re.sub(r"\.[0-9a-f]{12}\.", ".", path.rpartition("/static/")[2]) for path in paths[1:])
            sys.stdout.write(f"{name} on a {kind}: {len(paths)} requests: {files}\n")
    told = ", ".join(f"{pages} with {requests}" for requests, pages in sorted(counts.items()))
    sys.stdout.write(f"pages by requests: {told}; at most {LIMIT} are wanted\n")
    return 1 if is_over else 0


if __name__ == "__main__":
    sys.exit(main())
