"""What a click, a tap or a key on the canvas means: no more boxes, arrows or deletions than somebody asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from designs.services.saving import Edit, create_design, save_patch
from tests.browser import watched
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON
from tests.designs.test_canvas import (
    BLANK,
    SAID,
    box,
    centre,
    drag,
    expect_focus,
    open_canvas,
    press,
    saved,
    type_and_enter,
)

TWO = {
    "web": {"kind": "service", "label": "Web", "x": 0, "y": 0, "order": 1},
    "store": {"kind": "sql", "label": "Store", "x": 300, "y": 0, "order": 2},
}


@pytest.fixture
def blank(owner):
    return create_design(owner=owner, document=BLANK, at=NOON)


@pytest.fixture
def two(owner):
    return create_design(owner=owner, document=BLANK | {"diagram": {"components": TWO}}, at=NOON)


@pytest.mark.one_database
def test_a_palette_click_adds_one_box_and_the_tool_is_put_down(page: Page, owner, blank):
    """Following the words on the empty canvas to the letter."""
    sign_in(page, owner)
    open_canvas(page, blank)
    for kind, name in (("dns", "Names"), ("client", "Phone")):
        page.locator(f"[data-kind={kind}]").click()
        type_and_enter(page, name)
        stage = page.locator("[data-part=stage]").bounding_box()
        page.mouse.move(stage["x"] + 40, stage["y"] + 40, steps=4)
        page.mouse.click(stage["x"] + 40, stage["y"] + 40)
        page.mouse.click(*centre(page, "dns"))
    page.locator("[data-zone=region]").click()
    type_and_enter(page, "Europe")
    page.mouse.move(stage["x"] + 40, stage["y"] + 40, steps=4)
    page.mouse.click(stage["x"] + 40, stage["y"] + 40)

    drawn = saved(page, blank)
    assert [each["label"] for each in drawn["components"].values()] == ["Names", "Phone"]
    assert [each["label"] for each in drawn["zones"].values()] == ["Europe"]


@pytest.mark.one_database
def test_two_clicks_connect_and_ask_for_the_label(page: Page, owner, two):
    sign_in(page, owner)
    open_canvas(page, two)
    box(page, "web").click()
    page.get_by_role("button", name="Connect").click()
    expect(page.locator(SAID)).to_have_text("Click the box that Web calls. Esc stops.")
    box(page, "store").click()
    type_and_enter(page, "orders")
    assert saved(page, two)["connections"] == {
        "c1": {"source": "web", "target": "store", "label": "orders", "order": 1}
    }

    # A click beside boxes and Escape both stop it.
    for stop in ("click", "key"):
        box(page, "store").click()
        page.get_by_role("button", name="Connect").click()
        x, y = centre(page, "web")
        page.mouse.click(x, y + 200) if stop == "click" else press(page, "Escape")
        box(page, "web").click()
    assert list(saved(page, two)["connections"]) == ["c1"]


@pytest.mark.one_database
def test_two_taps_connect_on_a_phone_and_only_its_title_moves_a_zone(browser: Browser, live_server, owner, two):
    zone = {"eu": {"kind": "region", "label": "Europe", "x": -100, "y": -100, "width": 640, "height": 500}}
    inside = {"zones": zone, "components": {key: {"zone": "eu"} for key in TWO}}
    save_patch(two, Edit(patch={"diagram": inside}, base_version=0), author=owner, at=NOON)
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    troubles = watched(page, live_server.url)
    sign_in(page, owner)
    open_canvas(page, two)
    touch = context.new_cdp_session(page)

    def finger(start: tuple[float, float], by: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
        for part in range(1, 6):
            at = {"x": start[0] + by[0] * part / 5, "y": start[1] + by[1] * part / 5}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    box(page, "web").tap()
    page.get_by_role("button", name="Connect").tap()
    box(page, "store").tap()
    type_and_enter(page, "orders")
    assert saved(page, two)["connections"]["c1"]["label"] == "orders"

    # Inside the region one finger looks around, and nothing moves.
    before = saved(page, two)
    x, y = centre(page, "web")
    finger((x, y + 60), (30, 40))
    moved = centre(page, "web")
    assert (round(moved[0] - x), round(moved[1] - y)) == (30, 40)
    assert saved(page, two)["zones"] == before["zones"]
    title = page.locator("[data-element-id=zone-eu] .zone-title-hit").bounding_box()
    finger((title["x"] + 20, title["y"] + title["height"] / 2), (0, 60))
    after = saved(page, two)
    assert after["zones"]["eu"]["y"] > before["zones"]["eu"]["y"]
    assert after["components"]["web"]["y"] > before["components"]["web"]["y"]
    context.close()
    assert troubles == []


@pytest.mark.one_database
def test_deleting_chooses_nothing_so_that_the_next_delete_takes_nothing(page: Page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    box(page, "cache").click()
    press(page, "Delete", "Delete", "Backspace")
    drawn = saved(page, design)
    assert set(drawn["components"]) == {"phone", "lb", "api", "tweets"}
    expect(page.locator(".djs-element.selected")).to_have_count(0)
    # The arrow keys go on where it was, and a click beside boxes chooses nothing either.
    press(page, "ArrowRight")
    expect_focus(page, re.compile("^Tweet service"))
    x, y = centre(page, "phone")
    page.mouse.click(x, y + 150)
    press(page, "Delete")
    assert saved(page, design)["components"] == drawn["components"]


@pytest.mark.one_database
def test_an_enter_that_ends_a_composition_does_not_end_the_name(page: Page, owner, two):
    sign_in(page, owner)
    open_canvas(page, two)
    box(page, "web").dblclick()
    editor = page.get_by_label("Name of Web")
    page.keyboard.insert_text("決済")
    composing = (
        "input => input.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    editor.evaluate(composing)
    expect(editor).to_be_visible()
    type_and_enter(page, " API")
    assert saved(page, two)["components"]["web"]["label"] == "決済 API"


@pytest.mark.one_database
def test_names_follow_each_change_at_once(page: Page, owner, design):
    """For a screen reader: what stands in a name follows what it was made from."""
    sign_in(page, owner)
    open_canvas(page, design)

    def said(key: str, words: str, *, kind: str = "component", is_said: bool = True) -> None:
        name = expect(box(page, key, kind))
        (name.to_have_attribute if is_said else name.not_to_have_attribute)("aria-label", re.compile(words))

    said("api", "Timeline cache")
    page.mouse.click(*centre(page, "c3", "connection"))
    press(page, "Delete")
    said("api", "Timeline cache", is_said=False)
    said("cache", "called by", is_said=False)
    press(page, "Control+z")
    said("api", "Timeline cache")

    frame = page.locator("[data-element-id=zone-az1] .zone-title-hit").bounding_box()
    page.mouse.click(frame["x"] + 30, frame["y"] + 10)
    press(page, "Enter")
    type_and_enter(page, "eu-west-1a")
    said("api", "in eu-west-1a")
    press(page, "Control+z")
    said("api", "in Zone 1")
    said("az1", "in Europe", kind="zone")


@pytest.mark.one_database
def test_a_zone_takes_in_what_lies_in_it_whichever_way_it_came_there(page: Page, owner, two):
    zone = {"eu": {"kind": "region", "label": "Europe", "x": -20, "y": 200, "width": 500, "height": 320}}
    save_patch(two, Edit(patch={"diagram": {"zones": zone}}, base_version=0), author=owner, at=NOON)
    sign_in(page, owner)
    open_canvas(page, two)

    def zones() -> dict[str, str]:
        return {key: each.get("zone", "") for key, each in saved(page, two)["components"].items()}

    box(page, "web").focus()
    press(page, *["Shift+Control+ArrowDown"] * 5)
    assert zones() == {"web": "eu", "store": ""}
    press(page, *["Shift+Control+ArrowUp"] * 5)
    assert zones() == {"web": "", "store": ""}
    # Pulled over boxes by its title, it takes them in; pulled away, those come along.
    title = page.locator("[data-element-id=zone-eu] .zone-title-hit").bounding_box()
    start = (title["x"] + 30, title["y"] + title["height"] / 2)
    web = centre(page, "web")
    drag(page, start, (start[0], web[1] - 120))
    assert zones() == {"web": "eu", "store": "eu"}
    press(page, "Control+z")
    assert zones() == {"web": "", "store": ""}
    # A box that is called from outside of it is put beside it, not into it.
    box(page, "web").click()
    press(page, "a")
    type_and_enter(page, "queue")
    press(page, "Enter")
    assert zones() == {"web": "", "store": "", "queue": ""}


@pytest.mark.one_database
def test_what_a_box_calls_stands_in_one_column_and_the_view_keeps_its_caller(page: Page, owner, blank):
    sign_in(page, owner)
    open_canvas(page, blank)
    page.locator("[data-kind=service]").click()
    type_and_enter(page, "Hub")
    for name in ("One", "Two", "Three"):
        box(page, "service").click()
        press(page, "a")
        page.keyboard.type("service")
        press(page, "Tab")
        type_and_enter(page, f"calls {name}")
        type_and_enter(page, name)
    drawn = saved(page, blank)
    called = [drawn["components"][each["target"]] for each in drawn["connections"].values()]
    assert {each["x"] for each in called} == {drawn["components"]["service"]["x"] + 240}
    assert len({each["y"] for each in called}) == 3
    assert [each["label"] for each in drawn["connections"].values()] == ["calls One", "calls Two", "calls Three"]
    stage = page.locator("[data-part=stage]").bounding_box()
    for key in drawn["components"]:
        x, y = centre(page, key)
        assert stage["x"] < x < stage["x"] + stage["width"]
        assert stage["y"] < y < stage["y"] + stage["height"]

    # Whoever says more on the arrow gets room for it.
    box(page, "service").click()
    press(page, "a")
    page.keyboard.type("cache")
    press(page, "Tab")
    type_and_enter(page, "the newest price of a product")
    type_and_enter(page, "Prices")
    components = saved(page, blank)["components"]
    assert components["cache"]["x"] > components["service"]["x"] + 260


@pytest.mark.one_database
def test_a_double_click_beside_boxes_asks_what_to_add_there(page: Page, owner, two):
    sign_in(page, owner)
    open_canvas(page, two)
    x, y = centre(page, "web")
    page.mouse.dblclick(x, y + 150)
    press(page, "Escape")
    assert len(saved(page, two)["components"]) == 2
    page.mouse.dblclick(x, y + 150)
    type_and_enter(page, "cache")
    press(page, "Enter")
    made = saved(page, two)["components"]["cache"]
    assert (abs(made["x"]) < 10, made["y"] > 100) == (True, True)
    expect_focus(page, re.compile("^Cache"))


@pytest.mark.one_database
def test_arrows_run_under_boxes_and_over_the_ground_of_a_zone_where_they_can_be_clicked(page: Page, owner, blank):
    """The arrow is bent so that it runs through the box in the middle; a click there is meant for the box."""
    diagram = {
        "zones": {"eu": {"kind": "region", "label": "Europe", "x": -60, "y": -60, "width": 820, "height": 220}},
        "components": {
            "web": {"kind": "service", "label": "Web", "x": 0, "y": 0, "zone": "eu", "order": 1},
            "middle": {"kind": "cache", "label": "Middle", "x": 260, "y": 0, "zone": "eu", "order": 2},
            "store": {"kind": "sql", "label": "Store", "x": 520, "y": 0, "zone": "eu", "order": 3},
        },
        "connections": {"c1": {"source": "web", "target": "store", "label": "reads", "bends": [{"x": 220, "y": 32}]}},
    }
    save_patch(blank, Edit(patch={"diagram": diagram}, base_version=0), author=owner, at=NOON)
    sign_in(page, owner)
    open_canvas(page, blank)
    page.mouse.click(*centre(page, "middle"))
    expect_focus(page, re.compile("^Middle"))
    left, right = box(page, "web").bounding_box(), box(page, "middle").bounding_box()
    page.mouse.click((left["x"] + left["width"] + right["x"]) / 2, left["y"] + left["height"] / 2)
    expect_focus(page, "Web calls Store: reads")

    # One that is made is no different.
    page.mouse.click(right["x"] + right["width"] / 2, right["y"] + right["height"] + 40)
    box(page, "middle").click()
    page.get_by_role("button", name="Connect").click()
    box(page, "store").click()
    type_and_enter(page, "misses")
    saved(page, blank)
    ids = """() => [...document.querySelectorAll(".djs-element")].map((element) => element.dataset.elementId)"""
    under_boxes = ["connection-c1", "connection-c2", "zone-eu"]
    expect(page.locator(".layer-words")).to_have_text("readsreadsmissesmisses")
    assert page.evaluate(ids)[-6:] == [*under_boxes, "component-web", "component-middle", "component-store"]


@pytest.mark.one_database
def test_layers_hide_words_and_zones_and_leave_one_operation_or_step(page: Page, owner, design):
    flows = design.data()["flows"]
    operations = design.data()["api"]["operations"]
    [flow] = [each for each in flows.values() if each["operation"] == "post_tweet"]
    way = {hop["connection"] for hop in flow["hops"].values()}
    sign_in(page, owner)
    open_canvas(page, design)
    before = saved(page, design)
    box(page, "api").click()
    press(page, "w")
    page.get_by_role("combobox", name="Show", exact=True).select_option(operations["post_tweet"]["name"])
    page.get_by_role("checkbox", name="Words of arrows").uncheck()
    page.get_by_role("checkbox", name="Zones").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator(SAID)).to_contain_text("arrows, without words of arrows, zones.")
    off = page.eval_on_selector_all(".djs-connection.is-off-way", "all => all.map(each => each.dataset.elementId)")
    assert set(off) == {f"connection-{key}" for key in before["connections"] if key not in way}
    expect(page.locator(".layer-words")).to_be_hidden()
    expect(page.locator(".layer-grounds")).to_be_hidden()
    assert saved(page, design) == before

    ends = {before["connections"][key][end] for key in way for end in ("source", "target")}
    count = f"{len(ends)} of {len(before['components'])} boxes and {len(way)} of {len(before['connections'])} arrows"
    expect(page.locator("[data-part=way]")).to_contain_text(count)
    words = re.compile(f"; not on the way of {re.escape(operations['post_tweet']['name'])}$")
    for key in before["components"]:
        named = expect(box(page, key))
        (named.not_to_have_attribute if key in ends else named.to_have_attribute)("aria-label", words)
    homes = [key for key, each in before["components"].items() if each.get("stores")]
    box(page, "api").press("w")
    page.get_by_role("combobox", name="Show", exact=True).select_option("Data model: what stores its entities")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=way]")).to_contain_text(f"{len(homes)} of {len(before['components'])} boxes")
    expect(box(page, "api")).to_have_attribute("aria-label", re.compile("; not of the step Data model$"))
    page.get_by_role("button", name="Show everything").press("Enter")
    expect(page.locator(SAID)).to_contain_text("Shown: everything, without words of arrows, zones.")
    expect(page.locator(".is-off-way")).to_have_count(0)
    expect(page.get_by_role("button", name="Layers")).to_be_focused()
