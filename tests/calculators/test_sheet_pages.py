"""The calculators' pages: what an address holds, what is said of a bad one, and that they work without scripts."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from playwright.sync_api import expect

from calculators.engine.catalogue.registry import SHEETS
from tests.browser import broken_in_light_and_dark, open_still, scrolls_sideways
from tests.calculators.texts import texts_by_id
from tests.markup import squeezed

CAPACITY = "/calculators/capacity/"
HTMX = {"HX-Request": "true", "HX-Target": "working"}
SCHEMA = json.loads((Path(settings.BASE_DIR) / "calculators" / "result.schema.json").read_text())
HOSTILE = "</textarea><script>alert(1)</script>"

every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)


@every_sheet
def test_every_calculator_is_listed_and_opens_without_session_or_query(client, sheet):
    """No `db` fixture: a query would fail."""
    assert f'href="/calculators/{sheet.slug}/"' in squeezed(client.get("/calculators/"))
    answer = client.get(f"/calculators/{sheet.slug}/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer["Vary"]


@every_sheet
def test_every_input_is_a_field_with_its_default_and_its_source(client, sheet):
    page = squeezed(client.get(f"/calculators/{sheet.slug}/"))
    for row in sheet.inputs:
        assert f'id="in-{row.name}" name="{row.name}"' in page


def test_the_working_shows_exact_and_rounded_results(client):
    """Shared notes: 100 million users x 5 writes; 5,787 a second exactly, 5,000 when a day is 100,000 seconds."""
    page = squeezed(client.get(CAPACITY))
    assert "5,787 writes/s" in page
    assert "17,361 writes/s" in page
    assert "5,000 writes/s" in page
    assert "15,000 writes/s" in page
    assert "1,826 days" in page
    assert "1,800 days" in page


def test_an_address_is_a_result_and_holds_only_what_differs(client):
    answer = client.get(CAPACITY, {"daily_users": "200M", "peak_factor": "3"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{CAPACITY}?daily_users=200M"
    assert "11,574 writes/s" in squeezed(client.get(answer["Location"]))


def test_typing_gets_what_changes_and_nothing_else(client):
    answer = client.get(CAPACITY, {"daily_users": "50M..200M"}, headers=HTMX)
    found = texts_by_id(squeezed(answer))
    assert answer["HX-Replace-Url"] == f"{CAPACITY}?daily_users=50M..200M"
    assert "50 to 200 million users (lognormal)" in found["message-daily_users"]
    assert found["stale"] == ""
    assert found["exact-write_rate"] == "5,787 writes/s about 5,800 writes/s"
    assert found["rounded-write_rate"] == "Mental estimate 5,000 writes/s, 13.6 % low"
    assert "message-retention" not in found
    assert "The working" not in squeezed(answer)


@every_sheet
def test_everything_that_an_update_changes_has_its_place_in_the_page(client, sheet):
    """And what it puts there is what the whole page holds."""
    address, first = f"/calculators/{sheet.slug}/", sheet.inputs[0]
    for query in ({}, {first.name: f"{first.default} +- 0.01%"}):
        page = texts_by_id(squeezed(client.get(address, query)))
        update = texts_by_id(squeezed(client.get(address, query, headers=HTMX)))
        assert update == {place: page.get(place) for place in update}


def test_a_page_whose_address_could_not_be_read_gets_the_whole_result(client):
    answer = client.get(CAPACITY, {"daily_users": "200M"}, headers={**HTMX, "HX-Target": "result"})
    result = texts_by_id(squeezed(answer))["result"]
    assert "11,574 writes/s" in result
    assert "The working" in result


def test_a_range_gives_every_result_its_range(client):
    page = squeezed(client.get(CAPACITY, {"daily_users": "50M..200M"}))
    assert "with 90 % probability" in page
    assert "How wide the answer is" in page
    assert "explains 100% of the spread" in page


def test_one_address_always_gives_the_same_figures(client):
    query = {"daily_users": "50M..200M", "peak_factor": "2..5"}
    assert (
        client.get("/calculators/capacity.json", query).json() == client.get("/calculators/capacity.json", query).json()
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"daily_users": "lots"}, "expected a number"),
        ({"daily_users": "5 MB"}, "expected user, found byte"),
        ({"colour": "red"}, "there is no such input; there are daily_users"),
        ({"daily_users": ["1M", "2M"]}, "it stands 2 times in the address"),
        ({"daily_users": "9" * 10_000}, "10,000 characters; at most 200"),
        ({"daily_users": "0.5"}, "expected at least 1"),
        ({"daily_users": "1e308"}, "too large"),
        ({"daily_users": "nan"}, "expected a number"),
        ({"peak_factor": "9**9**9"}, "expected"),
    ],
)
def test_what_cannot_be_used_is_said_and_never_ignored(client, query, said):
    """promise 36; 422 in every form."""
    for address in (CAPACITY, "/calculators/capacity.json", "/calculators/capacity.md"):
        answer = client.get(address, query)
        assert answer.status_code == 422
        assert said in squeezed(answer)
    assert "5,787" not in squeezed(client.get(CAPACITY, query))


def test_while_something_cannot_be_read_htmx_keeps_the_last_result(client):
    answer = client.get(CAPACITY, {"daily_users": "5 " + "M" * 3}, headers=HTMX)
    assert answer.status_code == 422
    assert set(texts_by_id(squeezed(answer))) == {"message-daily_users", "stale"}
    assert "HX-Replace-Url" not in answer
    assert "Not updated: daily active users" in squeezed(answer)


@every_sheet
def test_json_keeps_its_published_schema(client, sheet):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    first = sheet.inputs[0]
    uncertain = {first.name: f"{first.default} +- 10%"}
    for query in ({}, uncertain, {first.name: "nonsense"}, {"no_such": "1"}):
        jsonschema.validate(client.get(f"/calculators/{sheet.slug}.json", query).json(), SCHEMA)


def test_json_has_quantiles_and_what_explains_them(client):
    found = client.get("/calculators/capacity.json", {"daily_users": "50M..200M", "peak_factor": "2.9..3.1"}).json()
    rate = found["quantiles"]["peak_write_rate"]
    assert rate["p5"] < rate["p50"] < rate["p95"]
    assert found["outputs"]["write_rate"]["value"] == pytest.approx(5787, rel=1e-3)
    assert [each["input"] for each in found["sensitivity"]["peak_write_rate"]] == ["daily_users", "peak_factor"]
    assert found["address"] == f"{CAPACITY}?daily_users=50M..200M&peak_factor=2.9..3.1"


def test_json_comes_by_accept_header_too(client):
    answer = client.get(CAPACITY, headers={"Accept": "application/json"})
    assert answer["Content-Type"] == "application/json"
    assert "Accept" in answer["Vary"]
    assert "text/html" in client.get(CAPACITY, headers={"Accept": "*/*"})["Content-Type"]


def test_the_schema_is_served(client):
    answer = client.get("/calculators/result.schema.json")
    assert json.loads(b"".join(answer.streaming_content)) == SCHEMA


def test_markdown_has_the_working_and_the_address(client):
    text = client.get("/calculators/capacity.md", {"daily_users": "200M"}).content.decode()
    assert text.startswith("# Capacity\n\n<http://testserver/calculators/capacity/?daily_users=200M>")
    assert "**11,574 writes/s** (mental estimate 10,000 writes/s, 13.6 % low)" in text


@pytest.mark.parametrize("path", ["", "inline/", "compare/"])
def test_hostile_text_stays_text(client, path):
    """promise 31"""
    names = {"compare/": "a.daily_users"}
    page = squeezed(client.get(CAPACITY + path, {names.get(path, "daily_users"): HOSTILE, HOSTILE: HOSTILE}))
    assert "<script>alert" not in page
    assert "</textarea><" not in page.replace("</textarea></details>", "")


def test_two_cases_stand_side_by_side(client):
    page = squeezed(client.get(CAPACITY + "compare/", {"a.daily_users": "50M", "b.daily_users": "100M"}))
    assert "2,894 writes/s" in page
    assert "5,787 writes/s" in page
    assert "× 2" in page


def test_what_stands_without_a_side_is_for_both(client):
    page = squeezed(client.get(CAPACITY + "compare/", {"daily_users": "50M", "b.peak_factor": "6"}))
    assert page.count("2,894 writes/s") == 2
    assert "× 2" in page


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "1M"},
        {"daily_users": "1M", "a.daily_users": "2M"},
        {"a.colour": "1"},
        {"b.daily_users": "x"},
        {"c.daily_users": "1"},
    ],
)
def test_comparing_says_what_it_cannot_use(client, query):
    answer = client.get(CAPACITY + "compare/", query)
    assert answer.status_code == 422
    assert "To put right" in squeezed(answer)


def test_the_small_calculator_has_the_inputs_that_its_address_names(client):
    page = squeezed(client.get(CAPACITY + "inline/", {"daily_users": "50M", "retention": "1 year"}))
    assert page.count("<input") == 2
    assert 'name="retention" value="1 year"' in page
    assert f'href="{CAPACITY}?daily_users=50M&amp;retention=1+year"' in page


@pytest.mark.parametrize("path", ["nothing/", "nothing.json", "nothing.md", "nothing/inline/", "nothing/compare/"])
def test_a_calculator_that_is_none_is_not_found(client, path):
    answer = client.get(f"/calculators/{path}")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.one_database
def test_typing_fast_leaves_the_last_answer(page):
    page.goto(CAPACITY)
    field = page.locator("#in-daily_users")
    field.fill("")
    field.press_sequentially("200M", delay=20)
    expect(page).to_have_url(f"{CAPACITY}?daily_users=200M")
    expect(page.locator("#step-write_rate")).to_contain_text("11,574 writes/s")
    expect(field).to_have_value("200M")
    expect(field).to_be_focused()


def test_only_what_differs_is_asked_for_and_the_links_follow(page):
    page.goto(f"{CAPACITY}?retention=1+year")
    with page.expect_request("**daily_users=200M**") as asked:
        page.fill("#in-daily_users", "200M")
    assert asked.value.url.endswith(f"{CAPACITY}?daily_users=200M&retention=1%20year")
    assert asked.value.headers["hx-target"] == "working"
    expect(page).to_have_url(f"{CAPACITY}?daily_users=200M&retention=1+year")
    expect(page.locator(".share a[href$='?daily_users=200M&retention=1+year']")).to_have_count(6)
    expect(page.locator(".share a")).to_have_count(6)
    page.fill("#in-daily_users", "")
    expect(page).to_have_url(f"{CAPACITY}?retention=1+year")
    expect(page.locator("#message-daily_users")).to_be_empty()
    expect(page.locator("#step-write_rate")).to_contain_text("5,787")


@pytest.fixture
def forgiving_page(browser, live_server):
    """A page whose console may report refused and cancelled requests, which is what these tests are about."""
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


@pytest.mark.one_database
def test_an_older_answer_that_comes_late_is_dropped(forgiving_page):
    """The first request is held back until the second has been answered."""
    page = forgiving_page
    page.goto(CAPACITY)
    held = []
    page.route("**daily_users=1M", lambda route: held.append(route))
    with page.expect_request("**daily_users=1M"):
        page.fill("#in-daily_users", "1M")
    page.fill("#in-daily_users", "200M")
    expect(page).to_have_url(f"{CAPACITY}?daily_users=200M")
    expect(page.locator("#step-write_rate")).to_contain_text("11,574 writes/s")
    assert len(held) == 1


@pytest.mark.one_database
def test_a_bad_figure_is_marked_while_the_rest_stays(forgiving_page):
    page = forgiving_page
    page.goto(CAPACITY)
    page.fill("#in-peak_factor", "3 MB")
    page.wait_for_selector("#message-peak_factor .error")
    expect(page.locator("#in-peak_factor")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#stale")).to_contain_text("Not updated")
    expect(page.locator("#step-write_rate")).to_contain_text("5,787")
    page.fill("#in-peak_factor", "4")
    expect(page).to_have_url(f"{CAPACITY}?peak_factor=4")
    page.wait_for_selector("#in-peak_factor:not([aria-invalid])")
    expect(page.locator("#stale")).to_have_text("")


@pytest.mark.one_database
def test_a_page_that_could_not_be_read_comes_to_life_as_soon_as_it_can(forgiving_page):
    page = forgiving_page
    page.goto(f"{CAPACITY}?daily_users=lots")
    expect(page.locator("#result")).to_contain_text("One thing to put right")
    page.fill("#in-daily_users", "200M")
    page.wait_for_selector("text=11,574 writes/s")
    page.fill("#in-daily_users", "100M")
    page.wait_for_selector("text=5,787 writes/s")


@pytest.mark.one_database
def test_it_works_without_scripts(plain_page):
    plain_page.goto(CAPACITY)
    plain_page.fill("#in-daily_users", "200M")
    plain_page.click("text=Calculate")
    expect(plain_page).to_have_url(f"{CAPACITY}?daily_users=200M")
    expect(plain_page.locator("#step-write_rate")).to_contain_text("11,574 writes/s")


@pytest.mark.one_database
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "address", ["/calculators/", f"{CAPACITY}?daily_users=50M..200M", f"{CAPACITY}compare/?b.peak_factor=5"]
)
def test_pages_break_no_accessibility_rule(page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert not scrolls_sideways(page)
    assert broken_in_light_and_dark(page) == {}


@pytest.mark.one_database
def test_the_working_is_copied_as_markdown(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_still(page, f"{CAPACITY}?daily_users=200M")
    page.click("text=Copy as Markdown")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("# Capacity")
    assert "**11,574 writes/s**" in copied


@pytest.mark.one_database
def test_the_list_leads_into_the_first_calculator_without_scripts(plain_page):
    plain_page.goto("/calculators/")
    plain_page.fill("#try-users", "200M")
    plain_page.click("text=See the working")
    expect(plain_page).to_have_url(f"{CAPACITY}?daily_users=200M")


def test_what_the_figures_assume_stands_beside_them(client):
    """Approximations are named beside the results: on the page, in a topic and in Markdown."""
    page = client.get("/calculators/queueing/").content.decode()
    inline = client.get("/calculators/queueing/inline/").content.decode()
    document = client.get("/calculators/queueing.md").content.decode()

    said = "Assumes Poisson arrivals, exponential service times, and one queue for all."
    assert page.index('id="figure-mean_response"') < page.index(said) < page.index("The working")
    assert said in inline
    assert said in document
