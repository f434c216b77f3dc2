"""Somebody brings what they have: a compose file, a C4 chart and a schema dump, and sees what breaks first."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import broken_rules

COMPOSE = """services:
  proxy: {image: "nginx:1.27", ports: ["80:80"], depends_on: [web]}
  web:
    build: .
    deploy: {replicas: 3}
    environment: {DATABASE_URL: "postgres://app:secret@db:5432/shop", BROKER: "amqp://queue"}
  worker: {build: ., command: "celery -b amqp://queue", depends_on: [db]}
  db: {image: "postgres:17", volumes: ["data:/var/lib/postgresql/data"]}
  queue: {image: "rabbitmq:4"}
volumes: {data: {}}
"""
C4 = """C4Container
  Person(clerk, "Clerk")
  Container_Boundary(back, "Back office") {
    Container(desk, "Desk", "Django")
    ContainerDb(books, "Books", "PostgreSQL")
  }
  Rel(clerk, desk, "Files", "HTTPS")
  Rel(desk, books, "Reads and writes")
  Rel(clerk, back, "Works in")
"""
DUMP = """CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(80) UNIQUE NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers (id), total numeric(10,2));
ALTER TABLE orders ADD COLUMN placed timestamp(6) NOT NULL;
INSERT INTO customers VALUES (1, 'a@example.org');
"""


def look_at(page: Page, text: str) -> None:
    page.get_by_label("Or its text").fill(text)
    page.get_by_role("button", name=re.compile("See what it")).click()


def make(page: Page) -> str:
    """The address of the design that is made."""
    page.get_by_role("button", name="Make the design").click()
    page.wait_for_url(re.compile(r"/designs/[0-9a-f-]{36}/$"))
    return page.url


def test_what_somebody_has_becomes_a_design_that_says_what_breaks_first(transactional_db, somebody, tmp_path):
    """promises 14, 15: nothing is lost without a word, and the preview draws what will come."""
    page = somebody()
    page.goto("/")
    page.get_by_role("link", name="Designs").first.click()
    page.get_by_role("link", name="Import").first.click()

    given = tmp_path / "compose.yaml"
    given.write_text(COMPOSE)
    page.get_by_label("A file").set_input_files(given)
    page.get_by_role("button", name="See what it makes").click()
    look = page.locator("#look")
    expect(look).to_contain_text("Read: 6 boxes, 6 of 6 arrows.")
    expect(look.locator("svg.drawing .component")).to_have_count(6)
    expect(page.get_by_text("1 volume was left out")).to_be_visible()
    assert broken_rules(page) == []
    design = make(page)

    page.goto(f"{design}import/")
    look_at(page, DUMP)
    expect(page.locator("#look")).to_contain_text("Read: 2 entities.")
    expect(page.get_by_text("1 INSERT statement was left out: only tables are read.")).to_be_visible()
    page.get_by_role("button", name="Put it in", exact=True).click()

    page.goto(f"{design}import/")
    look_at(page, C4)
    expect(page.locator("#look")).to_contain_text("Read: 3 boxes, 2 of 3 arrows, 1 zone.")
    expect(page.get_by_text("1 of 3 arrows was left out: its end is a zone (Back office).")).to_be_visible()
    expect(page.locator("#look svg.drawing .component")).to_have_count(9)
    page.get_by_role("button", name="Put it in", exact=True).click()

    page.goto(f"{design}api/")
    box = page.get_by_label("Add operations")
    box.fill("GET /orders listOrders() -> list<orders>")
    box.press("Enter")
    operation = page.locator("section[data-row]")
    expect(operation).to_have_count(1)
    operation.get_by_label("Rate").fill("20k/s")
    reads = operation.locator("details", has=page.locator("summary", has_text="Reads:"))
    reads.locator("summary").click()
    reads.get_by_label("orders").check()
    expect(page.locator("[data-save-bar] [role=status]")).to_have_text("Saved")

    page.goto(f"{design}analysis/")
    breaks = page.get_by_role("region", name="What breaks first as traffic grows")
    expect(breaks).to_contain_text("proxy")
    expect(page.locator("main")).to_contain_text("proxy is a single point of failure")
    expect(page.locator("main")).not_to_contain_text("Nobody consumes queue")


def test_an_unchanged_export_put_in_place_changes_nothing_in_the_browser(transactional_db, somebody):
    """promise 14"""
    page = somebody()
    page.goto("/designs/import/")
    look_at(page, COMPOSE)
    design = make(page)
    page.goto(f"{design}export/?format=mermaid")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download")).first.click()
    text = download.value.path().read_text()
    page.goto(f"{design}import/")
    page.get_by_role("radio", name=re.compile("In place of")).check()
    look_at(page, text)
    expect(page.locator("#look")).to_contain_text("This changes nothing")
