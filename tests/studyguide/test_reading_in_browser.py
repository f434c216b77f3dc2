"""Reading with a keyboard and with scripts: previews, the palette, search as one types, marking as read, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from studyguide.models import ContentRevision, Link, SearchEntry, Topic
from studyguide.notes.fences import mermaid_html
from studyguide.services.searching import index_entries
from tests.browser import at_rest, broken_in_light_and_dark, broken_rules, scrolls_sideways, stop_clock, watched
from tests.studyguide.build import make_topic

FOLDED = '<details class="question"><summary>Why?</summary><p>Because.</p></details>'
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_topics() -> None:
    ring = make_topic("hash-ring", summary="Nodes and keys on one circle.", body_html="<p>Round.</p>")
    link = '<p>See <a class="topic-link" href="/topics/hash-ring/">the ring</a> and go on.</p>'
    reader = make_topic("reader", summary="Something to read.", body_html=link + "<p>More.</p>" * 60 + FOLDED)
    Link.objects.create(source=reader, target=ring, kind="wiki", before="See ", label="the ring", after=" and go on.")
    topics = [ring, reader]
    entries = [
        SearchEntry(kind="topic", key=t.slug, title=t.title, body=t.summary, url=t.get_absolute_url()) for t in topics
    ]
    index_entries("topic", entries)
    ContentRevision.advance()


@pytest.mark.one_database
def test_a_preview_comes_on_focus_describes_the_link_and_goes_with_escape(page):
    page.goto("/topics/reader/")
    page.keyboard.press("Tab")
    link = page.locator("#text a.topic-link")
    card = page.locator("#topic-preview")
    for _ in range(30):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(card).to_be_visible()
    expect(card).to_contain_text("Nodes and keys on one circle.")
    expect(link).to_have_attribute("aria-describedby", "topic-preview")
    assert broken_rules(page) == []

    page.keyboard.press("Escape")

    expect(card).to_be_hidden()
    expect(link).not_to_have_attribute("aria-describedby", re.compile(""))


@pytest.mark.one_database
def test_a_preview_comes_on_hover_within_the_window(page):
    page.set_viewport_size({"width": 320, "height": 500})
    page.goto("/topics/reader/")
    page.hover("#text a.topic-link")
    card = page.locator("#topic-preview")
    expect(card).to_be_visible()
    box = card.bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("shortcut", ["/", "Control+k"])
def test_the_palette_opens_by_key_chooses_by_arrows_and_goes_by_enter(page, shortcut):
    page.goto("/topics/")
    page.keyboard.press(shortcut)
    expect(page.locator("dialog.palette input")).to_be_focused()
    page.keyboard.type("ring reader")
    expect(page.locator("#palette-results li")).to_have_count(2)
    assert broken_rules(page) == []
    chosen = page.locator("#palette-results [aria-selected=true]")
    first, second = (each.get_attribute("href") for each in page.locator("#palette-results [href]").all())
    expect(chosen).to_have_attribute("href", first)

    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("href", second)
    page.keyboard.press("Enter")

    expect(page).to_have_url(second)


@pytest.mark.one_database
def test_enter_goes_where_the_words_lead_that_stand_there_now(page):
    """Results of "reader" are shown; "ring" and Enter at once must not open the reader."""
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(page.locator("dialog.palette input")).to_be_focused()
    page.keyboard.type("reader")
    expect(page.locator("#palette-results [aria-selected=true]")).to_contain_text("Reader")
    page.locator("dialog.palette input").fill("ring")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/topics/hash-ring/")


@pytest.mark.one_database
def test_the_palette_says_that_it_cannot_be_reached(browser, live_server):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(page.locator("dialog.palette input")).to_be_focused()
    context.set_offline(True)
    page.keyboard.type("ring")

    expect(page.get_by_text("you seem to be offline")).to_be_visible()
    context.set_offline(False)
    page.route("**/search/?q=*", lambda route: route.fulfill(status=503, body="busy"))
    page.keyboard.type("s")
    expect(page.get_by_text("The search failed (503)")).to_be_visible()
    context.close()


@pytest.mark.one_database
def test_a_section_is_found_by_its_heading(page):
    topic = Topic.objects.get(slug="hash-ring")
    topic.outline = [{"anchor": "how-it-fails", "title": "How it fails", "level": 2}]
    topic.save()
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(page.locator("dialog.palette input")).to_be_focused()
    page.keyboard.type("ring fails")
    section = page.get_by_role("option", name="Hash ring: How it fails")

    expect(section).to_have_attribute("href", "/topics/hash-ring/#how-it-fails")


@pytest.mark.one_database
def test_a_preview_stays_while_the_pointer_is_on_it(page):
    """WCAG 1.4.13: what comes by hover can be hovered, and goes when the pointer leaves both."""
    page.clock.install()
    page.goto("/topics/reader/")
    page.hover("#text a.topic-link")
    card = page.locator("#topic-preview")
    expect(card).to_be_visible()
    stop_clock(page)
    box = card.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2, steps=5)
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=5)
    page.clock.run_for(1_000)
    expect(card).to_be_visible()

    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.clock.run_for(1_000)
    expect(card).to_be_hidden()

    page.mouse.move(1, 1)
    page.hover("#text a.topic-link")
    page.clock.run_for(1_000)
    expect(card).to_be_visible()
    page.mouse.move(1, 1)
    page.clock.run_for(1_000)
    expect(card).to_be_hidden()


@pytest.mark.one_database
def test_a_touch_shows_a_preview_and_a_second_follows_the_link(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    troubles = watched(page, live_server.url)
    page.goto("/topics/reader/", wait_until="networkidle")
    link = page.locator("#text a.topic-link")
    link.tap()
    expect(page.locator("#topic-preview")).to_contain_text("Touch the link again to read it.")
    expect(page).to_have_url("/topics/reader/")
    link.tap()

    expect(page).to_have_url("/topics/hash-ring/")
    assert troubles == []
    context.close()


@pytest.mark.one_database
def test_escape_closes_the_palette_and_gives_the_focus_back(page):
    page.goto("/topics/")
    page.focus("main a >> nth=0")
    page.keyboard.press("/")
    expect(page.locator("dialog.palette")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("dialog.palette")).to_be_hidden()
    expect(page.locator("main a >> nth=0")).to_be_focused()


@pytest.mark.one_database
def test_a_slash_in_a_field_is_a_slash(page):
    page.goto("/search/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a/b")

    expect(page.locator("#q")).to_have_value("a/b")
    expect(page.locator("dialog.palette")).to_have_count(0)


def test_results_come_while_typing_and_the_address_follows(page):
    page.goto("/search/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("circ")
    expect(page.locator("#results")).to_contain_text("1 result for “circ”")
    expect(page).to_have_url("/search/?q=circ")
    assert broken_rules(page) == []

    page.reload()
    expect(page.locator("#results")).to_contain_text("Hash ring")


def test_marking_as_read_keeps_the_page_where_it_is(page, client, live_server):
    client.force_login(User.objects.create_user("ada"))
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
    page.goto("/topics/reader/")
    page.locator("text=Mark as read").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.click("text=Mark as read")

    expect(page.locator("#progress")).to_contain_text("You have read this")
    at_rest(page)
    assert page.evaluate("scrollY") == before > 0


@pytest.mark.one_database
def test_the_first_tab_leads_past_the_header(page):
    page.goto("/topics/reader/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()


@pytest.mark.one_database
def test_a_chosen_theme_stays_from_page_to_page(page):
    page.emulate_media(color_scheme="light")
    page.goto("/topics/")
    page.click("[data-theme-switch]")
    page.goto("/topics/reader/")

    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_css("color-scheme", "dark")
    page.click("[data-theme-switch]")
    expect(root).to_have_attribute("data-theme", "light")
    page.click("[data-theme-switch]")
    page.get_by_role("button", name="Theme: as the system").wait_for()
    assert page.evaluate("[document.documentElement.dataset.theme ?? '', localStorage.getItem('theme')]") == ["", None]


@pytest.mark.one_database
def test_print_is_the_text_alone(page):
    page.goto("/topics/reader/")
    page.emulate_media(media="print")

    for gone in [".site-header", ".site-footer", ".topic-aside", ".pager"]:
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#text")).to_be_visible()
    expect(page.get_by_text("Because.")).to_be_visible()


@pytest.mark.one_database
def test_without_scripts_a_link_is_a_link_and_a_fold_opens_by_key(plain_page):
    """promise 50"""
    plain_page.goto("/topics/reader/")
    plain_page.click("#text a.topic-link")

    expect(plain_page).to_have_url("/topics/hash-ring/")

    plain_page.goto("/topics/reader/")
    expect(plain_page.get_by_text("Because.")).to_be_hidden()
    plain_page.get_by_text("Why?").press("Enter")
    expect(plain_page.get_by_text("Because.")).to_be_visible()


@pytest.mark.one_database
def test_a_drawing_can_be_read(page):
    """Its boxes are not filled with the colour of its letters, and on a phone the letters stay large enough."""
    drawing = mermaid_html("flowchart LR\n  A[client] --> B[balancer] --> C[servers] --> D[database]", topic="Paths")
    make_topic("drawn", body_html=drawing)
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto("/topics/drawn/")

    fill = "element => getComputedStyle(element).fill"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        box, word = (page.locator(f".flow-node {part}").first.evaluate(fill) for part in ("rect", "text"))
        assert box != word, scheme
    svg = page.locator("figure.diagram svg").locator("visible=true")
    assert svg.bounding_box()["width"] >= 0.77 * float(svg.get_attribute("width"))  # 13 px stay at least 10
    assert not scrolls_sideways(page)
    assert broken_in_light_and_dark(page) == {}


@pytest.mark.one_database
def test_the_map_opens_on_one_topic_with_its_neighbours_whole_in_the_window(page):
    """The picture of all topics is a tangle; it comes on demand."""
    reader = Topic.objects.get(slug="reader")
    for n in range(4):
        linked = make_topic(f"step-{n}", title=f"Step {n}: find and fix bottlenecks", kind="topic")
        Link.objects.create(source=reader, target=linked, kind="wiki", label="step")
    for name in ("before", "after"):
        make_topic(name, title="Network and node failures", kind="topic")
    Topic.objects.filter(pk=reader.pk).update(kind="topic", order=0)
    reader.prerequisites.add(Topic.objects.get(slug="before"))
    Topic.objects.get(slug="after").prerequisites.add(reader)
    ContentRevision.advance()

    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto("/topics/map/")
        expect(page.locator(".focus-name")).to_have_text(reader.title)
        expect(page.locator("#focus li a")).to_have_count(7)
        for name in ("Network and node failures", "Step 3: find and fix bottlenecks"):
            expect(page.locator("#focus").get_by_role("link", name=name).last).to_be_in_viewport(ratio=1)
        expect(page.locator(".map-frame")).to_be_hidden()
        assert not scrolls_sideways(page)


@pytest.mark.one_database
def test_the_map_leads_from_a_topic_to_its_neighbour_and_to_its_text(page):
    reader, ring = Topic.objects.get(slug="reader"), Topic.objects.get(slug="hash-ring")
    Topic.objects.filter(pk__in=[reader.pk, ring.pk]).update(kind="topic")
    page.goto("/topics/map/?about=reader")
    focus = page.locator("#focus")
    assert broken_rules(page) == []

    focus.get_by_role("link", name=ring.title).click()

    expect(page.locator(".focus-name")).to_have_text(ring.title)
    focus.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ring.title)
