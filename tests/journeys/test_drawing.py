"""Somebody who has an idea opens the home page, draws six boxes with seven labelled arrows, and shows them to a friend.

The same drawing in Excalidraw took 13 drags and 39 keystrokes beside the words themselves, counted by hand. Here every
click, tap, drag and key that is no letter of a word counts, from the home page on. `pytest -s` prints the counts, and
how long a person takes by the keystroke-level model (Card, Moran and Newell 1980): 0.28 s a key (an average typist),
1.1 s to point, 0.1 s to press or release, 0.4 s from the keys to the mouse or back, 1.35 s to think before each word
and each step. On a phone a key takes 0.33 s (Palin et al. 2019: 36 words a minute), and no hand changes places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from designs.models import Design
from tests.browser import broken_in_light_and_dark, watched

EXCALIDRAW = 13 + 39
SAID = "[data-part=said]"
# Who calls whom, with what: the first box is there before; each line with a kind adds the box that is called.
ARROWS = [
    ("Shoppers", "Gate", "load balancer", "HTTPS"),
    ("Gate", "Web shop", "service", "requests"),
    ("Web shop", "Baskets", "cache", "reads"),
    ("Web shop", "Orders", "sql", "writes"),
    ("Web shop", "Bank", "third", "payments"),
    ("Bank", "Orders", "", "receipts"),
    ("Gate", "Bank", "", "callbacks"),
]
LABELS = {(source, target): label for source, target, _, label in ARROWS}


@dataclass
class Person:
    """Acts on a page and counts what it takes."""

    page: Page
    taps: bool = False
    counted: Counter = field(default_factory=Counter)
    seconds: float = 0.0
    at_mouse: bool = True

    def _takes(self, seconds: float, *, by_mouse: bool) -> None:
        changes_hands = by_mouse != self.at_mouse and not self.taps
        self.seconds += seconds + (0.4 if changes_hands else 0)
        self.at_mouse = by_mouse

    def click(self, place: Locator) -> None:
        self.counted["taps" if self.taps else "clicks"] += 1
        self._takes(1.35 + 1.1 + 0.2, by_mouse=True)
        place.tap() if self.taps else place.click()

    def drag(self, start: Locator, end: Locator) -> None:
        self.counted["drags"] += 1
        self._takes(1.35 + 2 * 1.1 + 0.2, by_mouse=True)
        for place, act in ((start, self.page.mouse.down), (end, self.page.mouse.up)):
            frame = place.bounding_box()
            assert frame
            self.page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2, steps=5)
            act()

    @property
    def key_time(self) -> float:
        return 0.33 if self.taps else 0.28

    def press(self, *keys: str) -> None:
        for key in keys:
            self.counted["keys"] += 1
            self._takes(self.key_time + (0 if key in ("Enter", "Tab", "Shift+Tab") else 1.35), by_mouse=False)
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self._takes(1.35 + len(words) * self.key_time, by_mouse=False)
        self.page.keyboard.type(words)

    def reach(self, place: Locator, key: str = "Tab") -> None:
        """By Tab, as often as it takes."""
        expect(place).to_be_visible()
        for _ in range(20):
            self.press(key)
            if place.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not come to {place}.")

    def box(self, label: str) -> Locator:
        return self.page.locator(f'[aria-roledescription="component"][aria-label^="{label}"]')

    def needs_no_more_than_excalidraw(self) -> None:
        """Excalidraw's count begins on its canvas, and ends with the drawing."""
        print(f"\ndrawn: {self.told}; Excalidraw {EXCALIDRAW} (13 drags, 39 keys)")
        assert self.counted.total() <= EXCALIDRAW, self.counted

    def took_less_than_two_minutes(self) -> None:
        print(f"shared: {self.told}, {self.seconds:.0f} s")
        assert self.seconds < 120

    @property
    def told(self) -> str:
        told = ", ".join(f"{count} {name}" for name, count in sorted(self.counted.items()))
        return f"{self.counted.total()} actions ({told})"


def just_draw(person: Person) -> None:
    person.page.goto("/")
    person.click(person.page.get_by_role("button", name="Just draw"))
    person.page.locator("[data-canvas][data-ready]").wait_for()


def drawn(page: Page) -> dict[tuple[str, str], str]:
    for label in LABELS.values():  # first: "Saved" may still speak of the change before the last
        expect(page.locator("svg[role=application]")).to_contain_text(label)
    expect(page.locator("[data-save-bar] [role=status]")).to_have_text("Saved")
    diagram = Design.objects.get().data()["diagram"]
    names = {key: each["label"] for key, each in diagram["components"].items()}
    assert len(names) == 6
    return {(names[each["source"]], names[each["target"]]): each["label"] for each in diagram["connections"].values()}


def shown_to_a_friend(person: Person, browser: Browser, *, by_keys: bool = False) -> None:
    """A link is made on its own page, and opened by somebody who was never here."""
    page = person.page
    menu, share = page.locator("[data-fold=menu] > summary"), page.get_by_role("link", name="Share")
    make = page.get_by_role("button", name="Make a link")
    if by_keys:
        person.press("Escape")  # out of the canvas
        person.reach(menu, "Shift+Tab")
        person.press("Enter")
        person.reach(share)
        person.press("Enter")
        expect(make).to_be_visible()
        person.press("Tab", "Enter")  # Skip to content
        person.reach(make)
        person.press("Enter")
    else:
        for place in (menu, share, make):
            person.click(place)
    address = page.locator("input[value*='/shared/']").first.input_value()
    person.took_less_than_two_minutes()
    context = browser.new_context(base_url=page.url.split("/designs/")[0])
    friend = context.new_page()
    friend.goto(address)
    friend.goto(f"/designs/{Design.objects.get().pk}/high-level/")
    friend.locator("[data-canvas][data-ready]").wait_for()
    expect(friend.locator('[aria-roledescription="component"]')).to_have_count(6)
    context.close()


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    troubles = watched(page, live_server.url)
    yield page
    context.close()
    assert troubles == []


def add_called(person: Person, kind: str, says: str, name: str) -> None:
    """In the dialog of what a box calls, and then its name."""
    person.write(kind)
    person.press("Tab")
    person.write(says)
    person.press("Enter")
    person.write(name)
    person.press("Enter")


@pytest.mark.one_database
def test_by_keyboard(page: Page, browser: Browser, transactional_db):
    person = Person(page, at_mouse=False)
    page.goto("/")
    person.reach(page.get_by_role("button", name="Just draw"))
    person.press("Enter")
    page.locator("[data-canvas][data-ready]").wait_for()
    expect(page.locator("svg[role=application]")).to_be_focused()
    person.press("n")
    person.write("client")
    person.press("Enter")
    person.write("Shoppers")
    person.press("Enter")
    at = "Shoppers"
    for source, target, kind, says in ARROWS:
        if at != source:
            person.press("Control+f")
            person.write(source)
            person.press("Enter")
        if kind:
            person.press("a")
            add_called(person, kind, says, target)
            at = target
        else:
            person.press("c")
            person.write(target)
            person.press("Tab")
            person.write(says)
            person.press("Enter")
            at = source
    assert drawn(page) == LABELS
    person.needs_no_more_than_excalidraw()
    shown_to_a_friend(person, browser, by_keys=True)


def test_by_mouse_and_shown_to_a_friend(page: Page, browser: Browser, transactional_db):
    person = Person(page)
    just_draw(person)
    person.click(page.locator("[data-kind=client]"))
    person.write("Shoppers")
    person.press("Enter")
    at = "Shoppers"
    for source, target, kind, says in ARROWS:
        if at != source:
            person.click(person.box(source))
        if kind:
            person.click(page.get_by_role("button", name="Add a box that it calls"))
            add_called(person, kind, says, target)
            at = target
        else:
            person.drag(page.get_by_role("button", name="Connect"), person.box(target))
            person.write(says)
            person.press("Enter")
            at = ""
    assert drawn(page) == LABELS
    person.needs_no_more_than_excalidraw()
    assert broken_in_light_and_dark(page) == {}
    # The canvas fills the window, and nothing scrolls.
    page.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
    stage = page.locator("[data-part=stage]").bounding_box()
    assert stage["width"] * stage["height"] > 0.7 * 1280 * 800
    shown_to_a_friend(person, browser)


@pytest.mark.one_database
def test_by_touch_on_a_phone(phone: Page, browser: Browser, transactional_db):
    person = Person(phone, taps=True)
    just_draw(person)
    assert broken_in_light_and_dark(phone) == {}
    person.click(phone.locator("[data-kind=client]"))
    person.write("Shoppers")
    person.press("Enter")
    at = "Shoppers"
    for source, target, kind, says in ARROWS:
        if at != source:
            person.click(person.box(source))
        if kind:
            person.click(phone.get_by_role("button", name="Add a box that it calls"))
            add_called(person, kind, says, target)
            at = target
        else:
            person.click(phone.get_by_role("button", name="Connect"))
            person.click(person.box(target))
            person.write(says)
            person.press("Enter")
            at = ""
    assert drawn(phone) == LABELS
    person.needs_no_more_than_excalidraw()
    stage = phone.locator("[data-part=stage]").bounding_box()
    assert stage["height"] > 0.7 * 844
    shown_to_a_friend(person, browser)
