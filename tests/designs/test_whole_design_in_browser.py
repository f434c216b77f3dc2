"""With scripts: the small Twitter from blank to eight steps, and a payments API typed in lines; both replayed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from grpc_tools import protoc
from playwright.sync_api import Page, expect

from designs.document.schema import Document
from designs.methods.method import AREAS
from designs.methods.progress import progress
from designs.models import Change, Design
from designs.selectors.methods import methods
from tests.browser import at_rest
from tests.designs.browsing import document_of, expect_status

PAYMENTS = """POST /charges createCharge(customer_id uuid, card_id uuid, amount bigint, currency string) -> Charge
GET /charges/{id} getCharge(id uuid) -> Charge
POST /charges/{id}/refund refundCharge(id uuid, amount? bigint) -> Charge
POST /cards createCard(customer_id uuid, token string) -> Card
GET /cards listCards(customer_id uuid, limit? int) -> list<Card>
DELETE /cards/{id} deleteCard(id uuid) -> Card"""
ENTITIES = """Card(id uuid pk, token text, brand text, last4 text)
Charge(id uuid pk, card_id uuid -> Card, amount int64, currency text, status text)"""


def begin(page: Page, title: str) -> None:
    page.goto("/designs/")
    page.get_by_label("What do you design?").fill(title)
    page.get_by_role("button", name="Begin").click()
    expect_status(page, "Saved")


def go(page: Page, area: str) -> None:
    page.goto("/designs/" + page.url.split("/")[4] + f"/{area}/")
    expect_status(page, "Saved")


def enter_row(page: Page, collection: str, **values: str) -> None:
    """Fills in the empty row of a collection and ends it with Enter: another empty row takes its place."""
    rows = page.locator(f'[data-rows="{collection}"] > tr')
    at_rest(page)
    before = rows.count()
    # By its place: half a second after the first letter it is saved, and another one is the empty row.
    row = rows.nth(before - 1)
    for field, value in values.items():
        control = row.locator(f'[name^="{collection}/"][name$="/{field}"]')
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
    control.press("Enter")
    expect(rows).to_have_count(before + 1)


def enter_lines(page: Page, label: str, lines: str, *, cards: int) -> None:
    box = page.get_by_label(label)
    box.fill(lines)
    box.press("Enter")
    expect(page.locator("section[data-row]")).to_have_count(cards)


def understand(page: Page) -> None:
    page.get_by_role("button", name="Add questions worth asking").click()
    for number, answer in enumerate(("250 million, of whom 100 million on a day", "Yes, both", "Yes"), 1):
        page.get_by_label(f"Answer of question {number}", exact=True).fill(answer)
    enter_row(page, "/scope/actors", name="Reader")
    enter_row(page, "/scope/functional_requirements", text="Post a tweet of up to 280 characters")
    enter_row(page, "/scope/measurable_requirements", metric="p99 latency", quantity="200 ms")
    enter_row(page, "/scope/functional_requirements", text="Show advertisements")
    page.get_by_label("In scope of requirement 2").uncheck()
    page.get_by_label("Stretch goals are named").check()


def estimate(page: Page) -> None:
    page.get_by_role("button", name="Start from the capacity sheet").click()
    page.get_by_label("Value of daily active users").fill("100M")
    page.get_by_label("Source of daily active users").fill("the interviewer")
    page.get_by_label("Value of writes per user and day").fill("5")
    enter_row(page, "/estimate/rows", label="Timeline reads", formula="daily_users * 20/day")
    expect(page.locator("#working")).to_contain_text("5,800 writes/s")
    expect(page.locator("#working")).to_contain_text("timeline_reads")


def ui(page: Page) -> None:
    enter_row(page, "/ui/screens", name="Home")
    enter_row(page, "/ui/transaction", text="Types a text")
    page.locator('[name$="/elements/+/label"]').fill("Post")
    page.locator('[name$="/elements/+/label"]').press("Enter")
    enter_row(page, "/ui/transaction", text="Presses Post and sees the tweet on top")


def data_model(page: Page) -> None:
    lines = "user(id int64 pk, name text 50 B)\ntweet(id int64 pk, author int64 -> user, text 280 B)"
    enter_lines(page, "Add entities", lines, cards=2)
    for number in (0, 1):
        section = page.locator("section.entity").nth(number)
        section.get_by_label("Kind of store").select_option(label="SQL database")
        section.get_by_label("Because").fill("Small rows, read by key")
        section.get_by_label("How it is read of new access pattern").fill("by id")
        section.get_by_label("How it is read of new access pattern").press("Enter")
    page.locator("section.entity").nth(1).get_by_label("Rows a day").fill("daily_users * 5/day")


def api(page: Page) -> None:
    enter_lines(page, "Add operations", "postTweet(user_id, text, location) -> Tweet", cards=1)
    operation = page.locator("section.operation")
    operation.get_by_label("Rate").fill("write_rate")
    operation.get_by_label("Sent twice").select_option(label="a key tells a retry")
    for name, member in (("Serves", "Post a tweet of up to 280 characters"), ("Writes", "tweet")):
        chosen = operation.locator("details", has=page.locator("summary", has_text=f"{name}:"))
        chosen.locator("summary").click()
        chosen.get_by_label(member).check()


def high_level(page: Page) -> None:
    page.locator("[data-canvas][data-ready]").wait_for()
    page.locator("[data-kind=client]").click()
    page.keyboard.type("Phone")
    page.keyboard.press("Enter")
    for kind, label in (("service", "Tweet service"), ("SQL", "Tweets")):
        page.keyboard.press("a")
        page.keyboard.type(kind)
        page.keyboard.press("Enter")
        page.keyboard.type(label)
        page.keyboard.press("Enter")
    expect(page.locator("[data-part=said]")).to_have_text("Named Tweets.")


def detailed(page: Page) -> None:
    question = page.get_by_label("New question")
    question.fill("Fill timelines on write or on read?")
    question.press("Enter")
    for number, name in enumerate(("On write", "On read"), 2):
        option = page.locator('[name$="/options/+/name"]')
        option.fill(name)
        option.press("Enter")
        expect(page.locator('[data-rows$="/options"] > tr')).to_have_count(number)
    expect_status(page, "Saved")
    page.reload()
    page.get_by_label("Chosen").select_option(label="On write")
    page.get_by_label("Because").fill("Timelines are read far more often than written")


def bottlenecks(page: Page) -> None:
    for finding in ("One database", "One region"):
        enter_row(page, "/bottlenecks", finding=finding, response="mitigated", mitigation="A follower elsewhere")


def test_twitter_from_blank_through_eight_steps_and_replayed(page: Page, transactional_db):
    begin(page, "Twitter")
    steps = (understand, estimate, ui, data_model, api, high_level, detailed, bottlenecks)
    for area, work in zip(AREAS, steps, strict=True):
        go(page, area)
        work(page)
        page.evaluate("document.activeElement.blur()")
        expect_status(page, "Saved")

    design = Design.objects.get()
    document = document_of(design)
    [operation] = document["api"]["operations"].values()
    assert (operation["name"], operation["response"], operation["rate"]) == ("postTweet", "Tweet", "write_rate")
    assert [each["name"] for each in operation["parameters"].values()] == ["user_id", "text", "location"]
    labels = {key: item["label"] for key, item in document["diagram"]["components"].items()}
    calls = [(labels[c["source"]], labels[c["target"]]) for c in document["diagram"]["connections"].values()]
    assert calls == [("Phone", "Tweet service"), ("Tweet service", "Tweets")]
    method = methods()[document["meta"]["method"]]
    found = {each.step.slug: each for each in progress(Document.model_validate(document), method)}
    assert [slug for slug, each in found.items() if each.met == 0] == []
    assert found["understand"].percent == 100
    assert set(Change.objects.values_list("step", flat=True)) == set(found)

    replayed(page, design, last="Tweets")


def replayed(page: Page, design: Design, *, last: str) -> None:
    """Empty at the beginning, and at the end what is there now."""
    page.goto(f"/designs/{design.pk}/replay/")
    version = page.get_by_role("slider", name="Version")
    version.fill("0")
    expect(page.locator("#stage")).to_have_attribute("data-version", "0")
    expect(page.locator("#stage")).not_to_contain_text(last)
    version.fill(str(Design.objects.get(pk=design.pk).version))
    expect(page.locator("#stage")).to_contain_text(last)


@pytest.mark.one_database
def test_payments_api_is_typed_in_lines_and_its_proto_compiles(page: Page, transactional_db, tmp_path: Path):
    begin(page, "Payments")
    go(page, "data-model")
    enter_lines(page, "Add entities", ENTITIES, cards=2)
    go(page, "api")
    enter_lines(page, "Add operations", PAYMENTS, cards=6)
    expect_status(page, "Saved")
    design = Design.objects.get()
    operations = document_of(design)["api"]["operations"].values()
    assert [each["method"] for each in operations] == ["POST", "GET", "POST", "POST", "GET", "DELETE"]

    page.goto(f"/designs/{design.pk}/export/?format=proto")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Download")).click()
    download.value.save_as(tmp_path / "payments.proto")
    made = tmp_path / "payments.bin"
    assert protoc.main(["protoc", f"-I{tmp_path}", f"--descriptor_set_out={made}", "payments.proto"]) == 0
    [compiled] = descriptor_pb2.FileDescriptorSet.FromString(made.read_bytes()).file
    assert [method.name for method in compiled.service[0].method] == [
        "CreateCharge", "GetCharge", "RefundCharge", "CreateCard", "ListCards", "DeleteCard",
    ]  # fmt: skip
    assert {"Card", "Charge"} <= {message.name for message in compiled.message_type}

    replayed(page, design, last="deleteCard")
