"""The canvas in a real browser: by keyboard alone, by mouse, by touch, in two tabs, dark and light."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from designs.models import Design, DesignComment
from designs.pictures.diagram import draw
from designs.services.saving import Edit, create_design, save_patch
from tests.browser import broken_in_light_and_dark, broken_rules, send, watched
from tests.designs.browsing import document_of, expect_status, sign_in
from tests.designs.conftest import NOON

SAID = "[data-part=said]"
PRODUCTS = ("postgres:16-alpine", "Amazon Aurora (PostgreSQL)", "Redis or Memcached", "our own", "NGINX Ingress")
BLANK = {"format": 2, "meta": {"title": "Blank"}}


@pytest.fixture
def blank(owner) -> Design:
    return create_design(owner=owner, document=BLANK, at=NOON)


def open_canvas(page: Page, design: Design) -> None:
    page.goto(reverse("designs:diagram", args=[design.pk]))
    page.locator("[data-canvas][data-ready]").wait_for()


def box(page: Page, key: str, kind: str = "component") -> Locator:
    return page.locator(f'[data-element-id="{kind}-{key}"]')


def centre(page: Page, key: str, kind: str = "component") -> tuple[float, float]:
    frame = box(page, key, kind).locator(".djs-visual").first.bounding_box()
    assert frame is not None
    return frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 10, start[1] + 5)
    page.mouse.move(*end, steps=6)
    page.mouse.up()
    # A click that follows a drag in the same turn is taken for its end.
    page.evaluate("() => new Promise((done) => setTimeout(done))")


def saved(page: Page, design: Design) -> dict[str, Any]:
    """The drawing as the server has it, once the page says so."""
    expect_status(page, "Saved")
    return document_of(design).get("diagram", {})


def expect_focus(page: Page, words: str | re.Pattern[str]) -> None:
    """On the element of this name."""
    expect(page.locator("*:focus")).to_have_attribute("aria-label", words)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def lay_out(page: Page) -> None:
    """By the button; waits until it is said again that the worker is done."""
    said = page.locator(SAID)
    said.evaluate("said => { said.textContent = ''; }")
    page.get_by_role("button", name="Lay out").click()
    expect(said).to_contain_text("Laid out")


# Before the dialog that Enter closes has told so: whoever types fast asks for the next thing by then.
ENTER_AND_A_AT_ONCE = """async () => {
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  press("Enter");
  for (let turn = 0; turn < 50; turn += 1) await null;
  press("a");
}"""


def type_and_enter(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_drawn_connected_renamed_moved_deleted_and_undone_by_keyboard_alone(page, owner, blank):
    """promise 50"""
    sign_in(page, owner)
    open_canvas(page, blank)
    page.locator("[data-canvas] svg[role=application]").focus()

    press(page, "n")
    type_and_enter(page, "client")
    type_and_enter(page, "Phone")
    press(page, "a")
    type_and_enter(page, "load bal")
    press(page, "Enter")
    expect_focus(page, "Load balancer; called by Phone")
    press(page, "a")
    type_and_enter(page, "servi")
    type_and_enter(page, "Tweets")
    press(page, "n")
    type_and_enter(page, "SQL")
    type_and_enter(page, "Users")
    press(page, "Home", "ArrowRight", "ArrowRight")
    expect_focus(page, "Tweets, service; called by Load balancer")
    press(page, "c")
    type_and_enter(page, "Use")
    expect(page.locator(SAID)).to_have_text("Tweets calls Users.")
    press(page, "Shift+ArrowDown", "Shift+Control+ArrowDown", "F2")
    type_and_enter(page, "Posts")

    drawn = saved(page, blank)
    assert {item["label"]: item["kind"] for item in drawn["components"].values()} == {
        "Phone": "client",
        "Load balancer": "load_balancer",
        "Posts": "service",
        "Users": "sql",
    }
    assert len(drawn["connections"]) == 3
    assert drawn["components"]["service"]["y"] == drawn["components"]["load-balancer"]["y"] + 60

    press(page, "Delete")
    expect(page.locator(SAID)).to_have_text("Deleted Posts and 2 connections.")
    assert "service" not in saved(page, blank)["components"]
    press(page, "Control+z")
    assert saved(page, blank) == drawn
    press(page, "Control+z")
    assert saved(page, blank)["components"]["service"]["label"] == "Tweets"
    press(page, "Control+Shift+z")
    assert saved(page, blank) == drawn

    press(page, "Control+f")
    page.keyboard.type("Posts")
    page.evaluate(ENTER_AND_A_AT_ONCE)
    type_and_enter(page, "cache")
    type_and_enter(page, "Recent")
    expect(page.get_by_role("application")).to_contain_text("Recent")


@pytest.mark.one_database
def test_arrow_keys_walk_the_connections_and_tab_goes_through_everything(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    page.locator("[data-part=stage] [tabindex='0']").focus()

    expect_focus(page, "Phone, client; calls Load balancer")
    for key, name in (
        ("ArrowRight", "Load balancer"),
        ("ArrowRight", "Tweet service"),
        ("ArrowRight", "Timeline cache"),
        ("ArrowDown", "Tweets"),
        ("ArrowLeft", "Tweet service"),
    ):
        press(page, key)
        expect_focus(page, re.compile(f"^{name}[,;]"))

    press(page, "End")
    expect_focus(page, "Tweet service calls Tweets")
    press(page, "Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab")
    expect_focus(page, "Zone 1, zone in Europe; 4 components")
    press(page, "Escape")
    expect(page.locator("[role=toolbar]:focus-within")).to_have_count(1)


def test_all_fields_of_a_box_and_of_an_arrow_in_a_dialog_over_the_canvas(page, owner, design):
    """promise 50"""
    sign_in(page, owner)
    open_canvas(page, design)

    box(page, "tweets").click()
    page.get_by_role("button", name="All its fields").click()
    dialog = page.get_by_role("dialog", name="Tweets")
    dialog.get_by_text("When something fails").click()
    dialog.get_by_label("Recovery time after a loss").fill("soon")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".errorlist")).to_have_text("“soon” is not a time; one is written 10 min.")
    assert broken_rules(page) == []
    dialog.get_by_label("Recovery time after a loss").fill("5 min")
    dialog.get_by_label("Backed up every").fill("1 day")
    dialog.get_by_label("Its failure raises an alert").select_option(label="Yes")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(SAID)).to_have_text("Saved the fields of Tweets.")
    tweets = saved(page, design)["components"]["tweets"]
    assert (tweets["recovery_time"], tweets["backup_every"], tweets["monitored"]) == ("5 min", "1 day", True)

    press(page, "End", "e")
    dialog = page.get_by_role("dialog", name="Tweet service calls Tweets")
    dialog.get_by_text("When something fails").click()
    dialog.get_by_label("Retries are at most").fill("10%")
    press(page, "Enter")
    expect(dialog).to_be_hidden()
    assert saved(page, design)["connections"]["c4"]["retry_budget"] == "10%"
    expect_focus(page, "Tweet service calls Tweets")


def test_zone_kind_and_copies_by_keyboard(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    page.locator("[data-part=stage] [tabindex='0']").focus()

    press(page, "z")
    type_and_enter(page, "Europe")
    press(page, "k")
    type_and_enter(page, "third")
    expect(page.locator(SAID)).to_have_text("Now: Phone, third party, in Europe; calls Load balancer.")
    drawn = saved(page, design)
    phone, europe = drawn["components"]["phone"], drawn["zones"]["europe"]
    assert (phone["kind"], phone["zone"]) == ("third_party", "europe")
    assert europe["x"] <= phone["x"] <= europe["x"] + europe["width"] - 140

    press(page, "Control+a")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page, "Control+c", "Control+v")
    expect(page.locator(SAID)).to_have_text("Pasted 5 components.")
    doubled = saved(page, design)
    assert len(doubled["components"]) == 10
    assert len(doubled["connections"]) == 8
    assert {zone.get("parent", "") for zone in doubled["zones"].values()} == {"", "europe", "europe-2"}
    assert doubled["components"]["tweet-service-2"]["zone"] == "zone-1-2"


def test_drawn_by_mouse(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)

    x, y = centre(page, "cache")
    drag(page, (x, y), (x + 50, y + 40))
    cache = saved(page, design)["components"]["cache"]
    assert (cache["x"] > 720, cache["y"] > 60, cache["zone"]) == (True, True, "az1")

    phone = centre(page, "phone")
    drag(page, centre(page, "cache"), (phone[0], phone[1] + 140))
    assert saved(page, design)["components"]["cache"]["zone"] == ""

    box(page, "cache").click()
    pull = page.locator("[data-pad=connect]").bounding_box()
    drag(page, (pull["x"] + 12, pull["y"] + 12), centre(page, "tweets"))
    assert saved(page, design)["connections"]["c5"] == {"source": "cache", "target": "tweets", "order": 5}

    line = centre(page, "c2", "connection")
    page.mouse.click(*line)
    drag(page, line, (line[0], line[1] + 60))
    bends = saved(page, design)["connections"]["c2"]["bends"]
    assert len(bends) == 2
    assert bends[0]["y"] == bends[1]["y"] > 192

    palette = page.locator("[data-kind=queue]")
    palette.scroll_into_view_if_needed()
    start = palette.bounding_box()
    service = centre(page, "api")
    drag(page, (start["x"] + 20, start["y"] + 12), (service[0], service[1] + 150))
    type_and_enter(page, "Jobs")
    queue = saved(page, design)["components"]["queue"]
    assert (queue["kind"], queue["label"], queue["zone"]) == ("queue", "Jobs", "az1")

    box(page, "api").dblclick()
    type_and_enter(page, "Posts")
    assert saved(page, design)["components"]["api"]["label"] == "Posts"


@pytest.mark.one_database
def test_what_is_dragged_aligns_with_other_boxes_or_stops_on_the_grid(page, owner, blank):
    components = {
        "anchor": {"kind": "service", "label": "Anchor", "x": 3, "y": 7, "order": 1},
        "loose": {"kind": "cache", "label": "Loose", "x": 404, "y": 206, "order": 2},
        "far": {"kind": "client", "label": "Far", "x": 903, "y": 507, "order": 3},
    }
    save_patch(blank, Edit(patch={"diagram": {"components": components}}, base_version=0), author=owner, at=NOON)
    sign_in(page, owner)
    open_canvas(page, blank)
    width = box(page, "loose").locator(".djs-visual").bounding_box()["width"]
    scale = width / 140

    def pull(by_x: float, by_y: float) -> tuple[int, int]:
        x, y = centre(page, "loose")
        drag(page, (x, y), (x + by_x * scale, y + by_y * scale))
        moved = saved(page, blank)["components"]["loose"]
        return moved["x"], moved["y"]

    on_grid = pull(54, 93)
    assert (on_grid[0] % 10, on_grid[1] % 10) == (0, 0)
    assert on_grid != (404, 206)
    # Two pixels beside the left edge of the anchor, it takes that edge; the other axis stays on the grid.
    aligned = pull(5 - on_grid[0], 0)
    assert (aligned[0], aligned[1] % 10) == (3, 0)

    page.keyboard.down("Control")
    free = pull(152, -35)
    page.keyboard.up("Control")
    assert free == (pytest.approx(155, abs=3), pytest.approx(aligned[1] - 35, abs=3))


def test_a_box_and_an_arrow_take_three_clicks(page, owner, blank):
    sign_in(page, owner)
    open_canvas(page, blank)
    expect(page.locator("[data-part=hint]")).to_be_visible()

    page.locator("[data-kind=client]").click()
    press(page, "Enter")
    page.locator("[data-pad=append]").click()
    page.get_by_role("option", name=re.compile("^Service")).click()
    press(page, "Escape")

    drawn = saved(page, blank)
    assert [item["kind"] for item in drawn["components"].values()] == ["client", "service"]
    assert [(item["source"], item["target"]) for item in drawn["connections"].values()] == [("client", "service")]
    expect(page.locator("[data-part=hint]")).to_be_hidden()


def test_the_end_of_an_arrow_is_pulled_to_another_box_and_boxes_are_resized(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)

    page.mouse.click(*centre(page, "c3", "connection"))
    end = page.evaluate(
        """() => {
          const line = document.querySelector("[data-element-id=connection-c3] .line");
          const { x, y } = line.getPointAtLength(line.getTotalLength()).matrixTransform(line.getScreenCTM());
          return [x, y];
        }"""
    )
    drag(page, (end[0] - 1, end[1]), centre(page, "tweets"))
    after = saved(page, design)["connections"]["c3"]
    assert (after["source"], after["target"]) == ("api", "tweets")

    box(page, "lb").click()
    handle = page.locator(".djs-resizer-se").first.bounding_box()
    grip = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    drag(page, grip, (grip[0] + 60, grip[1] + 40))
    wide = saved(page, design)["components"]["lb"]
    assert (wide["width"] > 140, wide["height"] > 64) == (True, True)
    assert (wide["x"], wide["y"]) == (240, 160)


@pytest.mark.one_database
def test_a_frame_selects_what_lies_in_it(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    stage = page.locator("[data-part=stage]").bounding_box()
    corner = (stage["x"] + 8, stage["y"] + 8)

    page.get_by_role("button", name="Select with a lasso").click()
    expect(page.locator(SAID)).to_have_text("Pull a frame around boxes.")
    phone = centre(page, "phone")
    drag(page, corner, (phone[0] + 90, phone[1] + 60))
    expect(page.locator(SAID)).to_have_text("1 selected.")
    page.keyboard.down("Shift")
    drag(page, corner, (stage["x"] + stage["width"] - 8, stage["y"] + stage["height"] - 20))
    page.keyboard.up("Shift")
    expect(page.locator(SAID)).to_have_text("7 selected.")


def test_moving_a_zone_takes_along_what_lies_in_it(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    before = document_of(design)["diagram"]

    frame = box(page, "europe", "zone").locator(".djs-visual").first.bounding_box()
    drag(page, (frame["x"] + 60, frame["y"] + 12), (frame["x"] + 60, frame["y"] + 82))

    after = saved(page, design)
    down = after["zones"]["europe"]["y"] - before["zones"]["europe"]["y"]
    assert down > 0
    assert after["zones"]["az1"]["y"] == before["zones"]["az1"]["y"] + down
    for key in ("lb", "api", "cache", "tweets"):
        assert after["components"][key]["y"] == before["components"][key]["y"] + down
    assert after["components"]["phone"]["y"] == before["components"]["phone"]["y"]
    assert [bend["y"] for bend in after["connections"]["c4"]["bends"]] == [240 + down, 292 + down]


def test_two_tabs_show_each_others_changes(page, owner, design):
    sign_in(page, owner)
    open_canvas(page, design)
    other = page.context.new_page()
    troubles = watched(other, page.url.split("/designs")[0])
    open_canvas(other, design)

    box(page, "api").dblclick()
    type_and_enter(page, "Posts")
    expect(box(other, "api")).to_have_attribute("aria-label", re.compile("^Posts"))
    box(other, "cache").click()
    press(other, "Delete")
    expect(box(page, "cache")).to_have_count(0)
    expect(box(page, "c3", "connection")).to_have_count(0)
    assert troubles == []


def test_layout_orders_boxes_and_can_leave_what_was_moved(page, owner, blank):
    from designs.document.diagram_text import patch_from_text
    from designs.document.patches import apply

    text = "flowchart LR\na:::client --> b:::service & c:::service\nb --> d:::sql\nsubgraph z\nb\nd\nend"
    document = apply(BLANK, patch_from_text(BLANK, text))
    spread = {key: {"x": 37 * number, "y": 11 * number} for number, key in enumerate("abcd")}
    document = apply(document, {"diagram": {"components": spread}})
    save_patch(blank, Edit(patch=document, base_version=0), author=owner, at=NOON)
    sign_in(page, owner)
    open_canvas(page, blank)

    lay_out(page)
    expect(page.locator(SAID)).to_have_text("Laid out 4 components.")
    placed = saved(page, blank)["components"]
    assert placed["a"]["x"] < placed["b"]["x"] < placed["d"]["x"]
    assert abs(placed["b"]["y"] - placed["c"]["y"]) >= 64

    box(page, "a").focus()
    press(page, "Shift+Control+ArrowUp", "Shift+Control+ArrowUp")
    moved = saved(page, blank)["components"]["a"]
    page.get_by_label("Keep what I moved").check()
    lay_out(page)
    after = saved(page, blank)["components"]["a"]
    assert (after["x"], after["y"]) == (moved["x"], moved["y"])


@pytest.mark.one_database
@pytest.mark.parametrize("components", [300, 1_000, 2_000])
def test_layout_of_a_large_drawing_with_zones_and_a_circle(page, owner, blank, components):
    """The worker alone: drawing so many boxes is another question."""
    sign_in(page, owner)
    open_canvas(page, blank)
    address = page.locator("[data-canvas]").get_attribute("data-worker")
    placed = page.evaluate(
        """([address, count]) => new Promise((done, fail) => {
          const worker = new Worker(address, { type: "module" });
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = (event) => fail(new Error(event.message));
          const keys = Array.from({ length: count }, (_, number) => `c${number}`);
          const zone = (number) => ["", "eu", "az1", "us"][number % 4];
          const size = { x: 0, y: 0, width: 140, height: 64 };
          const components = keys.map((key, number) => ({ key, zone: zone(number), ...size }));
          const connections = keys.map((key, number) => ({ source: key, target: keys[(number + 1) % count] }));
          const zones = [{ key: "eu", parent: "" }, { key: "az1", parent: "eu" }, { key: "us", parent: "" }];
          worker.postMessage({ components, connections, zones, stays: [] });
        })""",
        [address, components],
    )

    spots = {(place["x"], place["y"]) for place in placed["components"].values()}
    assert len(spots) == components
    assert all(x % 10 == y % 10 == 0 and max(abs(x), abs(y)) < 1_000_000 for x, y in spots)
    europe, inner, america = (placed["zones"][key] for key in ("eu", "az1", "us"))
    assert europe["y"] < inner["y"]
    assert inner["y"] + inner["height"] < europe["y"] + europe["height"]
    assert america["y"] > europe["y"] + europe["height"] or europe["y"] > america["y"] + america["height"]
    boxes = sorted(spots)
    assert all(other[1] - one[1] >= 64 for one, other in pairwise(boxes) if one[0] == other[0])


@pytest.mark.one_database
def test_fingers_move_boxes_and_the_view_and_pinch(browser: Browser, live_server, owner, design):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 900, "height": 900}, has_touch=True)
    page = context.new_page()
    troubles = watched(page, live_server.url)
    sign_in(page, owner)
    open_canvas(page, design)
    touch = context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    x, y = centre(page, "cache")
    fingers("touchStart", (x, y))
    for step in range(1, 6):
        fingers("touchMove", (x, y + 10 * step))
    fingers("touchEnd")
    assert saved(page, design)["components"]["cache"]["y"] > 60

    before = centre(page, "phone")
    corner = page.locator("[data-part=stage]").bounding_box()
    fingers("touchStart", (corner["x"] + 40, corner["y"] + 40))
    for step in range(1, 6):
        fingers("touchMove", (corner["x"] + 40 + 10 * step, corner["y"] + 40))
    fingers("touchEnd")
    after = centre(page, "phone")
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (50, 0)

    wide = box(page, "phone").locator(".djs-visual").bounding_box()["width"]
    middle = (corner["x"] + corner["width"] / 2, corner["y"] + 60)
    fingers("touchStart", (middle[0] - 40, middle[1]), (middle[0] + 40, middle[1]))
    for step in range(1, 6):
        fingers("touchMove", (middle[0] - 40 - 8 * step, middle[1]), (middle[0] + 40 + 8 * step, middle[1]))
    fingers("touchEnd")
    assert box(page, "phone").locator(".djs-visual").bounding_box()["width"] == pytest.approx(2 * wide, rel=0.03)
    context.close()
    assert troubles == []


@pytest.mark.one_database
def test_the_picture_is_a_png_of_the_whole_drawing(page, owner, design, tmp_path):
    sign_in(page, owner)
    open_canvas(page, design)

    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture (PNG)").click()

    assert download.value.suggested_filename == "twitter.png"  # as that of each export
    download.value.save_as(tmp_path / "twitter.png")
    data = (tmp_path / "twitter.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert width > 2 * 1100
    assert height > 2 * 400


def test_findings_open_comments_and_products_are_marks_on_boxes(page, owner, design):
    """The speech bubble and the letters of products stand as they do in the server's drawings."""
    products = dict(zip(design.data()["diagram"]["components"], PRODUCTS, strict=True))
    patch = {"diagram": {"components": {key: {"technology": words} for key, words in products.items()}}}
    save_patch(design, Edit(patch=patch, base_version=0), author=owner, at=NOON)
    design.refresh_from_db()
    for words in ("Why?", "How many?"):
        DesignComment.objects.create(design=design, element="/diagram/components/api", words=words, at=NOON)
    sign_in(page, owner)
    open_canvas(page, design)

    page.evaluate(
        """async () => {
          const { ready } = await import("/static/js/design/canvas/main.js");
          (await ready).setFindings({ api: { severity: "error", count: 2 }, gone: { severity: "hint", count: 1 } });
        }"""
    )

    expect(page.locator(".finding-error + text")).to_have_text(["2"])
    expect(box(page, "api")).to_have_attribute("aria-label", re.compile("; 2 findings; 2 open comments$"))
    expect(page.locator(".bubble + text")).to_have_text(["2"])
    drawn = draw(design.data()["diagram"], comments={"api": 2}, icon_href=str)
    [bubble] = re.findall(r'class="bubble" d="M\S+ ([^"]+)"', drawn)
    expect(page.locator(".bubble")).to_have_attribute("d", re.compile(f" {re.escape(bubble)}$"))
    letters = re.findall(r'class="technology-letters" [^>]*>(\w+)<', drawn)
    assert sorted(letters) == ["Au", "PG", "ngx"]
    expect(page.locator(".technology-letters")).to_have_count(len(letters))
    assert sorted(page.locator(".technology-letters").all_text_contents()) == sorted(letters)
    [written] = (key for key, words in products.items() if words == "postgres:16-alpine")
    named = re.compile(re.escape(", postgres:16-alpine (PostgreSQL)"))
    expect(box(page, written)).to_have_attribute("aria-label", named)
    [plain] = (key for key, words in products.items() if words == "NGINX Ingress")
    expect(box(page, plain)).to_have_attribute("aria-label", re.compile(", NGINX Ingress"))


def test_whoever_may_only_look_sees_the_drawing_and_no_tools(page, design, owner):
    from designs.models import ShareLink
    from designs.services.sharing import create_link

    link = create_link(design, ShareLink.Access.VIEW, at=NOON)
    page.goto(reverse("designs:open_link", args=[link.token]))
    open_canvas(page, design)
    expect(box(page, "api")).to_have_attribute("aria-label", re.compile("^Tweet service"))
    expect(page.locator("[data-kind]:visible, [data-pad], [data-do=layout]")).to_have_count(0)
    x, y = centre(page, "cache")
    drag(page, (x, y), (x + 50, y + 40))
    box(page, "api").focus()
    press(page, "Delete", "n", "Shift+ArrowDown")
    assert Design.objects.get(pk=design.pk).version == 0


@pytest.mark.one_database
@pytest.mark.parametrize("face", ["canvas", "outline", "table", "text"])
def test_no_accessibility_rule_is_broken_on_any_face(page, owner, design, face):
    """promise 50"""
    sign_in(page, owner)
    page.goto(f"{reverse('designs:diagram', args=[design.pk])}?face={face}")
    if face == "canvas":
        page.locator("[data-canvas][data-ready]").wait_for()
        box(page, "api").click()

    assert broken_in_light_and_dark(page) == {}


def test_the_same_without_scripts_through_the_outline(plain_page, owner, blank):
    """promise 50"""
    page = plain_page
    sign_in(page, owner)
    page.goto(reverse("designs:diagram", args=[blank.pk]))

    def add(kind: str, label: str, caller: str = "") -> None:
        form = page.locator("form", has=page.get_by_role("heading", name="Add a component"))
        form.get_by_label("Kind").select_option(label=kind)
        form.get_by_label("Name").fill(label)
        if caller:
            form.get_by_label("Called by").select_option(label=caller)
        send(page, form.get_by_role("button", name="Add component"))

    add("Client", "Phone")
    add("Service", "Tweets", "Phone")
    add("SQL database", "Users")
    connect = page.locator("form", has=page.get_by_role("heading", name="Connect", exact=True))
    connect.get_by_label("From").select_option(label="Tweets")
    connect.get_by_label("To", exact=True).select_option(label="Users")
    send(page, connect.get_by_role("button", name="Connect"))
    zone = page.locator("form", has=page.get_by_role("heading", name="Add a zone"))
    zone.get_by_label("Name").fill("Europe")
    send(page, zone.get_by_role("button", name="Add zone"))
    page.get_by_role("link", name="Edit Tweets").click()
    edit = page.get_by_role("form", name="Tweets", exact=True)
    edit.get_by_label("Name").fill("Posts")
    edit.get_by_label("In zone").select_option(label="Europe")
    send(page, edit.get_by_role("button", name="Save"))

    drawn = document_of(blank)["diagram"]
    assert drawn["components"]["tweets"] | {"x": 0, "y": 0} == {
        "kind": "service", "label": "Posts", "zone": "europe", "order": 2, "x": 0, "y": 0,
    }  # fmt: skip
    assert [(each["source"], each["target"]) for each in drawn["connections"].values()] == [
        ("phone", "tweets"),
        ("tweets", "users"),
    ]

    page.get_by_role("link", name="Edit Posts").click()
    send(page, page.get_by_role("button", name="Delete Posts"))
    assert "tweets" not in document_of(blank)["diagram"]["components"]
    send(page, page.get_by_role("button", name="Undo"))
    assert document_of(blank)["diagram"] == drawn


def test_an_open_outline_takes_in_what_others_change_but_not_while_one_writes(page, owner, design):
    def rename(label: str) -> None:
        design.refresh_from_db()
        patch = {"diagram": {"components": {"api": {"label": label}}}}
        save_patch(design, Edit(patch=patch, base_version=design.version), author=owner, at=NOON)

    sign_in(page, owner)
    page.goto(f"{reverse('designs:diagram', args=[design.pk])}?face=outline")
    rename("Posts")
    expect(page.locator("#component-api strong")).to_have_text("Posts")

    page.locator("#add-label").fill("Half writ")
    rename("Others")
    expect_status(page, "Saved")
    expect(page.locator("#add-label")).to_have_value("Half writ")


def test_text_face_round_trip_and_table_cells_like_a_spreadsheet(page, owner, design):
    sign_in(page, owner)
    address = reverse("designs:diagram", args=[design.pk])
    page.goto(f"{address}?face=text")
    area = page.get_by_label("The drawing as text")
    area.fill(area.input_value().replace('"Tweet service"', '"Posts"') + "  cache -.-> tweets\n")
    send(page, page.get_by_role("button", name="Save the drawing"))
    drawn = document_of(design)["diagram"]
    assert (drawn["components"]["api"]["label"], drawn["components"]["api"]["x"]) == ("Posts", 480)
    assert drawn["connections"]["c5"]["kind"] == "async"

    page.goto(f"{address}?face=table")
    page.get_by_label("Instances of Posts").fill("20")
    press(page, "Enter")
    expect_focus(page, "Instances of Timeline cache")
    press(page, "ArrowUp", "ArrowRight")
    expect_focus(page, "Capacity per instance of Posts")
    page.keyboard.type("soon")
    press(page, "Tab")
    expect(page.get_by_role("alert")).to_have_text("“soon” is not a rate; one is written 5k/s.")
    page.get_by_label("Capacity per instance of Posts").fill("2k/s")
    press(page, "Enter")
    expect(page.locator(".spreadsheet .error")).to_have_count(0)
    api = saved(page, design)["components"]["api"]
    assert (api["instances"], api["capacity"]) == (20, "2k/s")
