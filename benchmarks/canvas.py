"""Budgets 9 and 10: the cost of a drag on the canvas for the browser, and of the editor's page for the network.

The yardstick is Excalidraw in a bare page, bundled from node_modules (`npm ci`), in the same Chromium.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, CDPSession, Page, Request, sync_playwright

from benchmarks.pages import PACKED_ALREADY, Quiet
from benchmarks.sample_designs import COMPONENTS, CONNECTIONS, large_document
from benchmarks.server import ROOT, running_site
from benchmarks.table import Row
from designs.document.schema import Document
from designs.exchange import excalidraw
from tests.browser import CHROMIUM_ARGS, chromium_path

OUR_READY = "document.querySelector('[data-canvas][data-ready]') !== null"
THEIR_READY = "window.api !== undefined && document.querySelector('canvas') !== null"
# The position of the middle of a box on the screen.
OUR_BOX = """(number) => {
  const box = document.querySelector(`[data-element-id=component-s${number}] .djs-visual`);
  const { x, y, width, height } = box.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
THEIR_BOX = """(number) => {
  const box = window.api.getSceneElements().filter((element) => element.type === "rectangle")[number];
  const { scrollX, scrollY, zoom, offsetLeft, offsetTop } = window.api.getAppState();
  const [x, y] = [box.x + box.width / 2 + scrollX, box.y + box.height / 2 + scrollY];
  return [x * zoom.value + offsetLeft, y * zoom.value + offsetTop];
}"""
STEPS = 60
DRAGGED = 150  # a box in the middle
VIEWPORT = {"width": 1280, "height": 900}


def run() -> list[Row]:
    with running_site() as site, _excalidraw() as theirs, sync_playwright() as playwright:
        command = [sys.executable, "-m", "benchmarks.sample_designs"]
        made = json.loads(subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True).stdout)
        ours = f"http://127.0.0.1:{site.port}/designs"
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        session = made["session"]
        our_bytes = _page_bytes(browser, f"{ours}/{made['small']}/diagram/", OUR_READY, session)
        their_bytes = _page_bytes(browser, f"{theirs}/?blank", THEIR_READY)
        rounds = [
            (
                _step_ms(browser, f"{ours}/{large}/diagram/", OUR_READY, OUR_BOX, session),
                _step_ms(browser, f"{theirs}/", THEIR_READY, THEIR_BOX),
            )
            for large in made["large"]
        ]
        browser.close()
    return [
        Row(
            number=9,
            name=f"drag among {COMPONENTS} boxes, {CONNECTIONS} arrows: script CPU a step",
            ours=min(first for first, _ in rounds),
            yardstick=min(second for _, second in rounds),
            unit="ms",
            budget=1 / 4,
        ),
        Row(
            number=10,
            name="editor page, gzip, all files but the layout worker",
            ours=our_bytes / 1_000,
            yardstick=their_bytes / 1_000,
            unit="kB",
            budget=1 / 4,
        ),
    ]


def _opened(browser: Browser, address: str, session: str = "") -> Page:
    context = browser.new_context(viewport=VIEWPORT)
    if session:
        origin = "/".join(address.split("/")[:3])
        context.add_cookies([{"name": "session", "value": session, "url": origin}])
    return context.new_page()


def _page_bytes(browser: Browser, address: str, ready: str, session: str = "") -> int:
    """Bytes of the page and everything it loads until it is ready and idle, each file compressed with gzip."""
    page = _opened(browser, address, session)
    sizes: list[int] = []

    def count(request: Request) -> None:
        response = request.response()
        if response and response.ok and "/document" not in request.url:
            body = response.body()
            is_packed = response.headers.get("content-type", "").startswith(PACKED_ALREADY)
            sizes.append(len(body) if is_packed else len(gzip.compress(body, compresslevel=9)))

    page.on("requestfinished", count)
    page.goto(address, wait_until="load")
    page.wait_for_function(ready)
    page.wait_for_timeout(1_000)
    page.context.close()
    return sum(sizes)


def _step_ms(browser: Browser, address: str, ready: str, box: str, session: str = "") -> float:
    """Script time of one mouse move while a box in the middle of the drawing is dragged."""
    page = _opened(browser, address, session)
    page.goto(address)
    page.wait_for_function(ready)
    page.wait_for_timeout(1_500)
    page.evaluate("window.showAll?.()")
    page.wait_for_timeout(500)
    x, y = page.evaluate(box, DRAGGED)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.mouse.move(x + 12, y + 12)
    begun = _script_seconds(devtools)
    for step in range(STEPS):
        page.mouse.move(x + 12 + 3 * step, y + 12 + 2 * step)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    spent = _script_seconds(devtools) - begun
    page.mouse.up()
    page.wait_for_timeout(500)
    moved = page.evaluate(box, DRAGGED)
    page.context.close()
    if abs(moved[0] - x) + abs(moved[1] - y) < STEPS:
        raise RuntimeError(f"the box of {address} did not move")
    return spent * 1_000 / STEPS


def _script_seconds(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration"))


@contextmanager
def _excalidraw() -> Iterator[str]:
    """The address of Excalidraw in a bare page; with `?blank` it has no drawing."""
    with tempfile.TemporaryDirectory() as folder:
        source = ROOT / "benchmarks" / "excalidraw"
        build = [
            ROOT / "node_modules" / ".bin" / "esbuild",
            source / "bare.js",
            *("--bundle", "--minify", "--splitting", "--format=esm", "--conditions=production", "--log-level=error"),
            *('--define:process.env.NODE_ENV="production"', "--define:import.meta.env={}", "--external:*.woff2"),
            f"--outdir={folder}",
        ]
        subprocess.run(build, cwd=ROOT, check=True)
        shutil.copy(source / "index.html", folder)
        shutil.copytree(ROOT / "node_modules/@excalidraw/excalidraw/dist/prod/fonts", Path(folder, "fonts"))
        Path(folder, "drawing.json").write_text(excalidraw.write(Document.model_validate(large_document())))
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
