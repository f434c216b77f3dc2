"""Makes an overview with screenshots of every kind of page: `python -m scripts.sheet ADDRESS FOLDER`.

ADDRESS is a running site, such as http://127.0.0.1:8000; FOLDER must be outside the repository. Each page is taken at
five widths, light and dark, and `index.html` shows them side by side. With `--session`, the value of the cookie
`session` of a signed-in person, it also takes their own pages: cards, notes, and those of their first design and class.
It also reports pages that scroll sideways or have too many rows in the header, and then exits with 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from html import escape
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import CHROMIUM_ARGS, chromium_path

WIDTHS = (390, 768, 1280, 1440, 1920)
SCHEMES = ("light", "dark")
ONE_ROW_PX, TWO_ROWS_PX = 64, 128
PHONE_PX = 1024  # below this width the sections have their own row
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
OWN_PAGES = {
    "own-home": "/",
    "own-cards": "/cards/",
    "own-statistics": "/cards/stats/",
    "own-plan": "/cards/plan/",
    "own-settings": "/cards/settings/",
    "own-import": "/cards/import/",
    "own-notes": "/topics/own/",
    "own-margin": "/notes/",
    "own-account": "/account/",
    "own-designs": "/designs/",
    "own-classes": "/classes/",
}
OF_A_DESIGN = ("", "estimate/", "data/", "api/", "high-level/", "diagram/?face=outline", "diagram/?face=table",
               "analysis/", "drill/", "history/", "print/")  # fmt: skip
OF_A_CLASS = ("", "gradebook/", "settings/")


def own_pages(page: Page) -> dict[str, str]:
    """The existing pages of the person's first design, first class (one that they teach, if any) and its first
    assignment."""
    found = dict(OWN_PAGES)
    for design in _links(page, "/designs/", r"/designs/[0-9a-f-]{32,36}/")[:1]:
        found |= {_name("design", each): design + each for each in OF_A_DESIGN}
    classes = _links(page, "/classes/", r"/classes/\d+/")
    taught = [each for each in classes if page.request.get(f"{each}settings/").status == HTTPStatus.OK]
    for classroom in (taught or classes)[:1]:
        found |= {_name("class", each): classroom + each for each in OF_A_CLASS}
        for assignment in _links(page, classroom, r"/classes/assignments/\d+/")[:1]:
            found["assignment"] = assignment
    return {name: path for name, path in found.items() if page.request.get(path).status == HTTPStatus.OK}


def _links(page: Page, path: str, form: str) -> list[str]:
    """The addresses of this form that the page links to."""
    page.goto(path)
    links = page.locator("main a[href]").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    return list(dict.fromkeys(found[0] for link in links if (found := re.match(form, link))))


def _name(kind: str, path: str) -> str:
    return f"{kind}-{re.sub('[^a-z]+', '-', path).strip('-')}".strip("-")


def troubles(page: Page, name: str, width: int) -> list[str]:
    """Faults of a page; there should be none."""
    found = []
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{name} at {width} px scrolls sideways")
    shown = page.locator(".site-header")
    header = shown.bounding_box() if shown.count() else None  # a site with DEBUG has its own error page
    if header and header["height"] > (ONE_ROW_PX if width >= PHONE_PX else TWO_ROWS_PX):
        found.append(f"{name} at {width} px: the header has {header['height']:.0f} px")
    return found


def make(address: str, folder: Path, *, session: str = "", widths: Sequence[int] = WIDTHS) -> tuple[list[str], int]:
    """Returns the faults, and the number of pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    pages = PAGES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        for scheme in SCHEMES:
            for width in widths:
                context = browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                )
                page = context.new_page()
                if session:
                    context.add_cookies([{"name": "session", "value": session, "url": address}])
                    pages = pages if pages is not PAGES else {**PAGES, **own_pages(page)}
                for name, path in pages.items():
                    page.goto(path)
                    found += troubles(page, name, width) if scheme == "light" else []
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                context.close()
        browser.close()
    (folder / "index.html").write_text(_index(pages, widths), encoding="utf-8")
    return found, len(pages) * len(widths) * len(SCHEMES)


def _index(pages: Iterable[str], widths: Sequence[int]) -> str:
    rows = "".join(
        f"<h2>{escape(name)}</h2><p>"
        + "".join(
            f'<img src="{name}-{width}-{scheme}.png" width="{width // 4}" alt="{name}, {width} px, {scheme}"> '
            for scheme in SCHEMES
            for width in widths
        )
        + "</p>"
        for name in pages
    )
    return f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page</title><body>{rows}</body></html>'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running site, such as http://127.0.0.1:8000")
    parser.add_argument("folder", type=Path, help="where the pictures go, outside the repository")
    parser.add_argument("--session", default="", help="the session of somebody who has signed in, for their pages")
    parser.add_argument(
        "--width", type=int, action="append", help=f"instead of {', '.join(map(str, WIDTHS))}; repeatable"
    )
    given = parser.parse_args()
    found, count = make(given.address, given.folder, session=given.session, widths=given.width or WIDTHS)
    sys.stdout.write("\n".join([*found, f"{count} pictures: {given.folder / 'index.html'}"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
