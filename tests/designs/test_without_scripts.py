"""A whole design by plain forms, JavaScript switched off: the small Twitter of the notes, from blank to eight steps."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from designs.document.schema import Document
from designs.methods.method import AREAS
from designs.methods.progress import progress
from designs.models import Change, Design
from designs.selectors.methods import methods
from tests.browser import send
from tests.designs.browsing import document_of


def fill_new(page: Page, collection: str, **values: str) -> None:
    """Fills in the empty row of a collection."""
    for field, value in values.items():
        control = page.locator(f'[name="{collection}/+/{field}"]')
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    expect(page.locator(".problems")).to_have_count(0)


def go(page: Page, area: str) -> None:
    page.goto("/designs/" + page.url.split("/")[4] + f"/{area}/")


def understand(page: Page) -> None:
    send(page, page.get_by_role("button", name="Add questions worth asking"))
    answers = ["250 million, of whom 100 million on a day", "Yes, both", "Yes"]
    for number, answer in enumerate(answers, 1):
        page.get_by_label(f"Answer of question {number}", exact=True).fill(answer)
    fill_new(page, "/scope/actors", name="Reader")
    fill_new(page, "/scope/functional_requirements", text="Post a tweet of up to 280 characters")
    fill_new(page, "/scope/measurable_requirements", metric="p99 latency", quantity="200 ms")
    save(page)
    fill_new(page, "/scope/functional_requirements", text="Show advertisements")
    page.locator('input[type=checkbox][name="/scope/functional_requirements/+/in_scope"]').uncheck()
    page.get_by_label("Stretch goals are named").check()
    save(page)


def estimate(page: Page) -> None:
    send(page, page.get_by_role("button", name="Start from the capacity sheet"))
    page.get_by_label("Value of daily active users").fill("100M")
    page.get_by_label("Source of daily active users").fill("the interviewer")
    page.get_by_label("Value of writes per user and day").fill("5")
    fill_new(page, "/estimate/rows", label="Timeline reads", formula="daily_users * 20/day")
    save(page)
    expect(page.locator("#working")).to_contain_text("5,800 writes/s")
    expect(page.locator("#working")).to_contain_text("timeline_reads")


def ui(page: Page) -> None:
    fill_new(page, "/ui/screens", name="Home")
    fill_new(page, "/ui/transaction", text="Types a text")
    save(page)
    page.locator('[name$="/elements/+/label"]').fill("Post")
    fill_new(page, "/ui/transaction", text="Presses Post and sees the tweet on top")
    save(page)
    expect(page.get_by_role("img", name="Screen Home: 1 element")).to_be_visible()


def data_model(page: Page) -> None:
    lines = "user(id int64 pk, name text 50 B)\ntweet(id int64 pk, author int64 -> user, text 280 B)"
    page.get_by_label("Add entities").fill(lines)
    save(page)
    for section in page.locator("section.entity").all():
        section.get_by_label("Kind of store").select_option(label="SQL database")
        section.get_by_label("Because").fill("Small rows, read by key")
        section.get_by_label("How it is read of new access pattern").fill("by id")
    page.locator("section.entity").nth(1).get_by_label("Rows a day").fill("daily_users * 5/day")
    save(page)


def api(page: Page) -> None:
    page.get_by_label("Add operations").fill("postTweet(user_id, text, location?) -> Tweet")
    save(page)
    operation = page.locator("section.operation")
    operation.get_by_label("Rate").fill("write_rate")
    operation.get_by_label("Sent twice").select_option(label="a key tells a retry")
    for name in ("Serves", "Reads", "Writes"):
        operation.locator("summary", has_text=f"{name}:").click()
    operation.get_by_label("Post a tweet of up to 280 characters").check()
    operation.locator('[name$="/writes"][type=checkbox]').nth(1).check()
    save(page)


def high_level(page: Page) -> None:
    for kind, label in (("Client", "Phone"), ("Service", "Tweet service"), ("SQL database", "Tweets")):
        form = page.locator("form", has=page.locator("[value=add-component]"))
        form.get_by_label("Kind").select_option(label=kind)
        form.get_by_label("Name").fill(label)
        send(page, form.locator("[value=add-component]"))
    for source, target in (("Phone", "Tweet service"), ("Tweet service", "Tweets")):
        form = page.locator("form", has=page.locator("button[value=connect]"))
        form.get_by_label("From").select_option(label=source)
        form.get_by_label("To", exact=True).select_option(label=target)
        send(page, form.locator("button[value=connect]"))


def detailed(page: Page) -> None:
    page.get_by_label("New question").fill("Fill timelines on write or on read?")
    save(page)
    for name in ("On write", "On read"):
        page.locator('[name$="/options/+/name"]').fill(name)
        save(page)
    page.get_by_label("Chosen").select_option(label="On write")
    page.get_by_label("Because").fill("Timelines are read far more often than written")
    save(page)


def bottlenecks(page: Page) -> None:
    for finding in ("One database", "One region"):
        fill_new(page, "/bottlenecks", finding=finding, response="mitigated", mitigation="A follower elsewhere")
        save(page)


def test_a_design_from_blank_to_all_eight_steps(plain_page: Page, transactional_db):
    page = plain_page
    page.goto("/designs/")
    page.get_by_label("What do you design?").fill("Twitter")
    send(page, page.get_by_role("button", name="Begin"))
    steps = (understand, estimate, ui, data_model, api, high_level, detailed, bottlenecks)
    for area, work in zip(AREAS, steps, strict=True):
        go(page, area)
        work(page)

    design = Design.objects.get()
    assert (design.owner.is_guest, design.title) == (True, "Twitter")
    document = document_of(design)
    operation = next(iter(document["api"]["operations"].values()))
    assert (operation["name"], operation["rate"]) == ("postTweet", "write_rate")
    found = {
        each.step.slug: each for each in progress(Document.model_validate(document), methods()[design_method(document)])
    }
    assert [slug for slug, each in found.items() if each.met == 0] == []
    assert found["understand"].percent == 100
    assert set(Change.objects.values_list("step", flat=True)) == set(found)

    page.goto(f"/designs/{design.pk}/replay/?version=3")
    expect(page.get_by_role("heading", name="Replay")).to_be_visible()
    page.get_by_role("link", name="After").click()
    expect(page.locator("#version")).to_have_value("4")


def design_method(document: dict) -> str:
    return document["meta"]["method"]


def test_an_error_stands_beside_its_field_and_what_was_typed_stays(plain_page: Page, transactional_db):
    page = plain_page
    page.goto("/designs/")
    send(page, page.get_by_role("button", name="Begin"))
    go(page, "api")
    page.get_by_label("Add operations").fill("postTweet(text")
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    expect(page.locator(".line-entry .error")).to_have_text("Not saved: A bracket is not closed.")
    expect(page.get_by_label("Add operations")).to_have_value("postTweet(text")
    assert Design.objects.get().version == 0


def test_two_windows_changing_one_field_get_a_page_with_both_values(plain_page: Page, transactional_db):
    """promise 3, without scripts"""
    page = plain_page
    page.goto("/designs/")
    send(page, page.get_by_role("button", name="Begin"))
    fill_new(page, "/scope/actors", name="Reader")
    save(page)
    other = page.context.new_page()
    other.goto(page.url)
    for window, name in ((page, "Mine"), (other, "Theirs")):
        window.get_by_label("Name of actor 1", exact=True).fill(name)
        send(window, window.get_by_role("button", name="Save", exact=True).first)

    expect(other.get_by_role("heading", name="Changed elsewhere, too")).to_be_visible()
    expect(other.locator("fieldset")).to_contain_text("Mine")
    expect(other.locator("fieldset")).to_contain_text("Theirs")
    other.get_by_role("button", name="Save my choice").click()
    expect(other.get_by_label("Name of actor 1", exact=True)).to_have_value("Theirs")
    assert Change.objects.count() == 3
