"""Every drawing of every topic, as real Chromium shows it from a small phone to a wide screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from studyguide.models import ContentRevision
from studyguide.notes.fences import mermaid_html
from tests.browser import broken_rules
from tests.studyguide.build import make_topic
from tests.studyguide.content import topics

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LETTERS_PX = 10
WIDTHS = [320, 360, 390, 640, 768, 1024, 1280, 1920, 2560]

THREE_BOXES = "flowchart LR\na[A client that reads]-->b[A gateway that asks]-->c[(A store that answers)]"


def all_drawings() -> str:
    """The figures of all topics, each named by the topic that it stands in."""
    return "".join(
        f'<section data-topic="{slug} {number}">{mermaid_html(source, topic=slug, large=f"/topics/{slug}/drawings/1/")}'
        "</section>"
        for slug, topic in topics().items()
        for number, source in enumerate(topic.fences("mermaid"), start=1)
    )


MEASURE = """() => [...document.querySelectorAll("#text section")].map((section) => {
  const figure = section.querySelector("figure");
  const svg = [...figure.querySelectorAll("svg")].find((each) => each.getBoundingClientRect().width > 0);
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const sizes = [...svg.querySelectorAll("text")].map((each) => parseFloat(getComputedStyle(each).fontSize));
  const bounds = svg.viewBox.baseVal;
  const outside = [...svg.querySelectorAll("text, rect")].some((each) => {
    const box = each.getBBox();
    return box.x < bounds.x - 1 || box.x + box.width > bounds.x + bounds.width + 1;
  });
  return {
    topic: section.dataset.topic,
    letters: Math.min(...sizes) * scale,
    isCut: figure.scrollWidth > figure.clientWidth + 1,
    isMarked: getComputedStyle(figure).backgroundAttachment.includes("local") && figure.tabIndex === 0,
    outside,
  };
})"""

# A line and a word that have at least two pixels in common, in the drawing's own pixels.
STRUCK = """() => [...document.querySelectorAll("#text section")].flatMap((section) =>
  [...section.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0).flatMap((svg) => {
    const lines = [...svg.querySelectorAll(".lifeline")].flatMap((line) =>
      [...line.getAttribute("d").matchAll(/M([\\d.]+) ([\\d.]+)V([\\d.]+)/g)]
        .map((found) => found.slice(1).map(Number)));
    return [...svg.querySelectorAll("text")].filter((text) => {
      const box = text.getBBox();
      return lines.some(([x, top, bottom]) =>
        x > box.x + 1 && x < box.x + box.width - 1 && bottom > box.y + 2 && top < box.y + box.height - 2);
    }).map((text) => `${section.dataset.topic}: ${text.textContent}`);
  }))"""

COVERED = """() => [...document.querySelectorAll("#text section")].flatMap((section) =>
  [...section.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0).flatMap((svg) => {
    const nodes = [...svg.querySelectorAll(".flow-node")].map((node) => node.getBBox());
    return [...svg.querySelectorAll(".flow-edge-label")].filter((label) => {
      const box = label.getBBox();
      return nodes.some((node) =>
        Math.min(box.x + box.width, node.x + node.width) - Math.max(box.x, node.x) > 3
        && Math.min(box.y + box.height, node.y + node.height) - Math.max(box.y, node.y) > 3);
    }).map((label) => `${section.dataset.topic}: ${label.textContent}`);
  }))"""


def test_every_drawing_is_whole_or_marked_and_its_letters_can_be_read(page):
    make_topic("drawings", body_html=f"<p>All.</p>{all_drawings()}")
    ContentRevision.advance()
    page.goto("/topics/drawings/")
    troubles = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for each in page.evaluate(MEASURE):
            is_whole = not each["isCut"] or (width < 368 and each["isMarked"])
            if each["letters"] < LETTERS_PX or not is_whole or each["outside"]:
                troubles[width, each["topic"]] = each
        if width in (390, 1280):
            assert page.evaluate(STRUCK) == []
            assert page.evaluate(COVERED) == []

    assert troubles == {}, "\n".join(f"{key}: {found}" for key, found in troubles.items())


def test_a_drawing_opens_large_by_a_tap_and_closes_by_key(page):
    make_topic("wide", body_html=mermaid_html(THREE_BOXES, topic="Wide", large="/topics/wide/drawings/1/"))
    ContentRevision.advance()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/topics/wide/")

    page.get_by_role("link", name="Open large").click()
    dialog = page.get_by_role("dialog", name="Drawing, large")
    expect(dialog).to_be_visible()
    assert broken_rules(page) == []
    page.keyboard.press("Escape")

    expect(page.locator("dialog.enlarged")).to_have_count(0)
    expect(page).to_have_url("/topics/wide/")


def test_without_scripts_the_drawing_opens_as_a_page_of_its_own(plain_page):
    make_topic("plain", body_html=mermaid_html(THREE_BOXES, topic="Plain", large="/topics/plain/drawings/1/"))
    ContentRevision.advance()
    plain_page.goto("/topics/plain/")
    plain_page.get_by_role("link", name="Open large").click()

    drawing = plain_page.locator(".large-drawing svg")
    expect(drawing).to_be_visible()
    size = float(drawing.get_attribute("width") or 0)
    assert drawing.bounding_box()["width"] == pytest.approx(size, abs=1)
    assert plain_page.goto("/topics/plain/drawings/2/").status == 404
