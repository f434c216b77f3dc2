"""Any number of random things done on the canvas by mouse and keyboard: page and server agree in the end.

The suite does a few dozen, always the same; `CANVAS_ACTIONS=500 CANVAS_SEED=7 pytest tests/designs/test_canvas_fuzz.py`
does as many as one likes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from designs.services.saving import create_design
from tests.designs.browsing import STATUS, document_of, sign_in
from tests.designs.conftest import NOON
from tests.designs.test_canvas import BLANK, lay_out, open_canvas

ACTIONS = int(os.environ.get("CANVAS_ACTIONS", "40"))
SEED = int(os.environ.get("CANVAS_SEED", "18"))
MOST_UNDONE = 300  # as many steps back as a page remembers
WORDS = ("Orders", "Ada's <b>store</b>", "日本", "A name of several words", "x")
KINDS = ("client", "service", "sql", "cache", "queue", "worker", "load_balancer")
KEYS = (
    "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Tab", "Shift+Tab", "Home", "End", "Escape", "Space",
    "Shift+ArrowRight", "Shift+ArrowDown", "Control+Shift+ArrowUp", "Shift+Alt+ArrowRight", "Shift+Alt+ArrowUp",
    "+", "-", "0", "f", "o", "u", "u", "x", "Control+a", "Control+c", "Control+x", "Control+v", "Control+d",
)  # fmt: skip
STORE = """async (name) => {
  const { store } = await import(document.querySelector("script[src*='design/page.js']").src);
  return store[name];
}"""
# What the canvas shows of the drawing: ids with their places, and for arrows the ids of their ends.
SHOWN = """async () => {
  const { ready } = await import("/static/js/design/canvas/main.js");
  const registry = (await ready).diagram.get("elementRegistry");
  const found = { component: {}, zone: {}, connection: {} };
  for (const { type, key, x, y, width, height, source, target, parent } of registry.filter((each) => each.key)) {
    const around = parent?.type === "zone" ? parent.key : "";
    found[type][key] = type === "connection" ? [source.key, target.key] : [x, y, width, height, around];
  }
  return found;
}"""


class Hands:
    """Somebody who does anything at all, but the same for the same seed."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page, self.chance = page, random.Random(seed)
        self.log: list[str] = []
        self.acts: list[Callable[[], Any]] = [
            self.add, self.add, self.call, self.call, self.connect, self.drag, self.drag, self.drag_zone, self.zone,
            self.rename, self.remove, self.undo, self.undo, self.redo, self.into_zone, self.kind, self.click,
            self.line_up, self.lay_out, self.key, self.key, self.key, self.key, self.tap_connect,
        ]  # fmt: skip

    def act(self) -> None:
        act = self.chance.choice(self.acts)
        self.log.append(act.__name__)
        act()
        # Whatever was opened is closed, so that the next thing is done on the canvas.
        for _ in range(2):
            if self.page.locator("dialog[open], .label-editor:not([hidden])").count():
                self.page.keyboard.press("Escape")

    def box(self, kind: str = "component") -> Any:
        boxes = self.page.locator(f'[aria-roledescription="{kind}"]')
        count = boxes.count()
        return boxes.nth(self.chance.randrange(count)) if count else None

    def focus(self, kind: str = "component") -> bool:
        box = self.box(kind)
        if box:
            box.focus()
        return box is not None

    def write(self) -> None:
        self.page.keyboard.type(self.chance.choice(WORDS))
        self.page.keyboard.press(self.chance.choice(["Enter", "Enter", "Escape"]))

    def spot(self) -> tuple[float, float]:
        stage = self.page.locator("[data-part=stage]").bounding_box()
        assert stage
        x, y = self.chance.uniform(0.05, 0.95), self.chance.uniform(0.1, 0.95)
        return stage["x"] + stage["width"] * x, stage["y"] + stage["height"] * y

    def pull(self, start: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + 12, start[1] + 9)
        self.page.mouse.move(*self.spot(), steps=3)
        self.page.mouse.up()

    def middle(self, box: Any) -> tuple[float, float] | None:
        frame = box and box.bounding_box()
        stage = self.page.locator("[data-part=stage]").bounding_box()
        if not frame or not stage:
            return None
        x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        is_seen = stage["x"] < x < stage["x"] + stage["width"] and stage["y"] < y < stage["y"] + stage["height"]
        return (x, y) if is_seen else None

    def add(self) -> None:
        self.page.locator(f"[data-kind={self.chance.choice(KINDS)}]").click()
        self.write()

    def zone(self) -> None:
        self.page.locator(f"[data-zone={self.chance.choice(['region', 'zone', 'boundary'])}]").click()
        self.write()

    def call(self) -> None:
        if self.focus():
            self.page.keyboard.press("a")
            self.page.keyboard.type(self.chance.choice(KINDS)[:3])
            self.page.keyboard.press("Tab")
            self.page.keyboard.type("calls")
            self.page.keyboard.press("Enter")
            self.write()

    def connect(self) -> None:
        if self.focus():
            self.page.keyboard.press("c")
            self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Enter")

    def tap_connect(self) -> None:
        at, other = self.middle(self.box()), self.middle(self.box())
        if at and other:
            self.page.mouse.click(*at)
            button = self.page.get_by_role("button", name="Connect", exact=True)
            if button.is_visible():
                button.click()
                self.page.mouse.click(*other)

    def drag(self) -> None:
        if start := self.middle(self.box()):
            self.pull(start)

    def drag_zone(self) -> None:
        zone = self.box("zone")
        if zone and (start := self.middle(zone.locator(".zone-title-hit"))):
            self.pull(start)

    def rename(self) -> None:
        if self.focus(self.chance.choice(["component", "zone", "connection"])):
            self.page.keyboard.press("Enter")
            self.write()

    def remove(self) -> None:
        if self.focus(self.chance.choice(["component", "zone", "connection"])):
            self.page.keyboard.press("Delete")

    def undo(self) -> None:
        self.page.keyboard.press("Control+z")

    def redo(self) -> None:
        self.page.keyboard.press("Control+Shift+z")

    def picked(self, key: str, kind: str) -> None:
        if self.focus(kind):
            self.page.keyboard.press(key)
            for _ in range(self.chance.randrange(3)):
                self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Enter")

    def into_zone(self) -> None:
        self.picked("z", "component")

    def kind(self) -> None:
        self.picked("k", self.chance.choice(["component", "zone", "connection"]))

    def click(self) -> None:
        self.page.mouse.click(*self.spot())

    def line_up(self) -> None:
        if self.focus():
            self.page.keyboard.press("Control+a")
            self.page.keyboard.press("l")
            self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Enter")

    def lay_out(self) -> None:
        lay_out(self.page)

    def key(self) -> None:
        self.page.keyboard.press(self.chance.choice(KEYS))


def _placed(item: dict[str, Any], size: tuple[int, int], around: str) -> list[Any]:
    width, height = item.get("width", size[0]), item.get("height", size[1])
    return [item.get("x", 0), item.get("y", 0), width, height, item.get(around, "")]


def agree(page: Page, design: Any) -> dict[str, Any]:
    """Page, canvas and server hold the same drawing, which is the answer."""
    expect(page.locator(STATUS)).to_have_text("Saved")
    document = document_of(design)
    assert page.evaluate(STORE, "document") == document
    drawn = {name: document.get("diagram", {}).get(name, {}) for name in ("components", "zones", "connections")}
    shown = page.evaluate(SHOWN)
    assert shown["connection"] == {key: [each["source"], each["target"]] for key, each in drawn["connections"].items()}
    for kind, size, around in (("component", (140, 64), "zone"), ("zone", (400, 300), "parent")):
        assert shown[kind] == {key: _placed(each, size, around) for key, each in drawn[f"{kind}s"].items()}
    return document


@pytest.mark.one_database
def test_page_and_server_agree_after_anything_and_undo_leads_back_to_the_beginning(page: Page, owner):
    design = create_design(owner=owner, document=BLANK, at=NOON)
    sign_in(page, owner)
    open_canvas(page, design)
    hands = Hands(page, SEED)
    for number in range(ACTIONS):
        hands.act()
        if number % 50 == 49:
            agree(page, design)
    ended = agree(page, design)
    assert ended.get("diagram")

    # All of it can be taken back, and done again.
    page.locator("svg[role=application]").focus()
    steps = 0
    while page.evaluate(STORE, "canUndo"):
        page.keyboard.press("Control+z")
        steps += 1
    begun = agree(page, design)
    if steps < MOST_UNDONE:
        assert not any(begun.get("diagram", {}).values()), hands.log
    while page.evaluate(STORE, "canRedo"):
        page.keyboard.press("Control+Shift+z")
    assert agree(page, design) == ended
