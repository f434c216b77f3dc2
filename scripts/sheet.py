"""Makes a sheet of pictures of every kind of page: `python -m scripts.sheet ADDRESS FOLDER`.

ADDRESS is a running site, such as http://127.0.0.1:8000; FOLDER lies outside the repository. Each page is taken at five
widths, light and dark, and `index.html` shows them side by side. It also says which pages scroll sideways or have a
header of more than one row, and ends with 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import CHROMIUM_ARGS, chromium_path

WIDTHS = (390, 768, 1280, 1440, 1920)
SCHEMES = ("light", "dark")
ONE_ROW_PX = 64
PHONE_PX = 1024  # below this the sections have a row of their own
PAGES = {
    "home": "/",
    "topics": "/topics/",
    "topic": "/topics/consistent-hashing/",
    "topic-with-calculator": "/topics/storage-estimation/",
    "topic-on-path": "/topics/tcp/?path=from-zero",
    "map": "/topics/map/",
    "map-focus": "/topics/map/?about=caching-basics",
    "glossary": "/glossary/",
    "corrections": "/changes/",
    "paths": "/learn/",
    "path": "/learn/interview-in-a-week/",
    "search": "/search/?q=consistent+hashing",
    "calculators": "/calculators/",
    "calculator": "/calculators/capacity/",
    "overload": "/calculators/queueing/?arrival_rate=250",
    "figures": "/calculators/figures/",
    "labs": "/labs/",
    "lab": "/labs/load-balancing/?do=step*20",
    "cards": "/cards/",
    "review": "/cards/review/",
    "deck": "/cards/offline/",
    "offline": "/offline/",
    "scenarios": "/scenarios/",
    "scenario": "/scenarios/twitter/",
    "designs": "/designs/",
    "classes": "/classes/",
    "sign-in": "/accounts/login/",
    "not-found": "/topics/consistant-hashing/",
}


def troubles(page: Page, name: str, width: int) -> list[str]:
    """What a look at the sheet must not have to find."""
    found = []
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{name} at {width} px scrolls sideways")
    shown = page.locator(".site-header")
    header = shown.bounding_box() if shown.count() else None  # a site with DEBUG has its own page of errors
    if width >= PHONE_PX and header and header["height"] > ONE_ROW_PX:
        found.append(f"{name} at {width} px: the header has {header['height']:.0f} px")
    return found


def make(address: str, folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        for scheme in SCHEMES:
            for width in WIDTHS:
                context = browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                )
                page = context.new_page()
                for name, path in PAGES.items():
                    page.goto(path)
                    found += troubles(page, name, width) if scheme == "light" else []
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                context.close()
        browser.close()
    (folder / "index.html").write_text(_index(), encoding="utf-8")
    return found


def _index() -> str:
    rows = "".join(
        f"<h2>{escape(name)}</h2><p>"
        + "".join(
            f'<img src="{name}-{width}-{scheme}.png" width="{width // 4}" alt="{name}, {width} px, {scheme}"> '
            for scheme in SCHEMES
            for width in WIDTHS
        )
        + "</p>"
        for name in PAGES
    )
    return f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page</title><body>{rows}</body></html>'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running site, such as http://127.0.0.1:8000")
    parser.add_argument("folder", type=Path, help="where the pictures go, outside the repository")
    given = parser.parse_args()
    found = make(given.address, given.folder)
    count = len(PAGES) * len(WIDTHS) * len(SCHEMES)
    sys.stdout.write("\n".join([*found, f"{count} pictures: {given.folder / 'index.html'}"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
