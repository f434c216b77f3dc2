"""Budgets 1 and 2: the cost of a topic page for the server, and for the network."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Response, sync_playwright

from benchmarks.content import ROOT, plain_markdown
from benchmarks.notes import MKDOCS
from benchmarks.server import getter, running_site
from benchmarks.table import Row
from tests.browser import CHROMIUM_ARGS, chromium_path

TOPIC = "consistent-hashing"
SOURCE = ROOT / "fixtures" / "topics" / "hashing" / f"{TOPIC}.md"
PACKED_ALREADY = ("image/png", "image/jpeg", "font/")


def run() -> list[Row]:
    with running_site() as site:
        client = site.client()
        ours, bare = site.costs_ms(getter(client, f"/topics/{TOPIC}/"), getter(client, "/bare/"))
        our_bytes = first_visit_bytes(f"http://127.0.0.1:{site.port}/topics/{TOPIC}/")
    with mkdocs_site() as address:
        their_bytes = first_visit_bytes(address)
    return [
        Row(
            number=1,
            name="anonymous topic page, CPU, against a bare view",
            ours=ours,
            yardstick=bare,
            unit="ms",
            budget=1.6,
        ),
        Row(
            number=2,
            name="topic page, first visit, gzip, against mkdocs-material",
            ours=our_bytes / 1_000,
            yardstick=their_bytes / 1_000,
            unit="kB",
            budget=1 / 3,
        ),
    ]


def first_visit_bytes(address: str) -> int:
    """Bytes of the page and everything it loads, each file compressed with gzip, the same way for every site."""
    sizes: list[int] = []

    def count(response: Response) -> None:
        if response.ok:
            body = response.body()
            is_packed = response.headers.get("content-type", "").startswith(PACKED_ALREADY)
            sizes.append(len(body) if is_packed else len(gzip.compress(body, compresslevel=9)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        page = browser.new_page()
        page.on("requestfinished", lambda request: count(request.response()) if request.response() else None)
        page.goto(address, wait_until="networkidle")
        browser.close()
    return sum(sizes)


@contextmanager
def mkdocs_site() -> Iterator[str]:
    """The address of mkdocs-material's page of the same text."""
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder, "docs")
        docs.mkdir()
        Path(docs, "index.md").write_text(plain_markdown(SOURCE.read_bytes()))
        Path(folder, "mkdocs.yml").write_text(MKDOCS)
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=folder, check=True, capture_output=True
        )
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(Path(folder, "site"))))
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""
