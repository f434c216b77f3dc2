from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from calculators.labs.registry import LABS
from studyguide.notes.fences import lab_html
from tests.browser import at_rest, broken_in_light_and_dark, open_still
from web.shown.embeds import filled


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_every_lab_answers_without_a_database_or_a_session(client, lab):
    response = client.get(reverse("calculators:lab_detail", args=[lab.slug]), {"do": lab.actions[0].name})

    assert response.status_code == 200
    assert not response.cookies
    assert lab.notice[0] in response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"nodes": "0"}, "expected a whole number from 1 to 12"),
        ({"nodes": "9" * 50}, "expected a whole number"),
        ({"method": "magic"}, "expected one of ring, modulo"),
        ({"do": "crash"}, "expected one of add, remove"),
        ({"do": "add*601"}, "600 actions at most"),
        ({"colour": "red"}, "this lab has no such parameter"),
        ({"seed": "-1"}, "expected a whole number from 0"),
    ],
)
def test_a_bad_address_is_reported_and_never_ignored(client, query, said):
    """promise 36"""
    response = client.get(reverse("calculators:lab_detail", args=["hash-placement"]), query)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_lab_may_open_on_a_state_that_can_be_taken_back(client):
    """Two entries, one of them on a majority; the address without actions is this state, and `do=` the empty logs."""
    address = reverse("calculators:lab_detail", args=["raft-log"])
    opened = client.get(address).content.decode()
    assert opened.count("not committed</title>") == 1
    assert opened.count(", committed</title>") == 2
    assert f'href="{address}?do=write.send"' in opened
    assert "Start over" not in opened

    empty = client.get(address, {"do": ""}).content.decode()
    assert "all logs are empty" in empty
    assert f'href="{address}"' in empty[empty.index('id="do-restart"') :]


def test_an_unknown_lab_is_not_found(client):
    answer = client.get("/labs/alchemy/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_words_of_the_address_stay_words(client):
    """promise 31"""
    payload = '"><script>alert(1)</script>'
    response = client.get(
        reverse("calculators:lab_detail", args=["cap"]), {"seed": payload, payload: "1", "do": payload}
    )

    assert b"<script>alert" not in response.content


def at_step(page, address: str, *, focus: str) -> None:
    """The address says so, and what was pressed is there again, with the focus, to be pressed once more."""
    expect(page).to_have_url(re.compile(address))
    at_rest(page)
    expect(page.locator(focus)).to_be_focused()


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_lab_is_stepped_by_keyboard_taken_back_and_sent_as_a_link(page):
    page.goto("/labs/mapreduce/")
    page.locator("#do-step").focus()
    page.keyboard.press("Enter")
    page.get_by_text("still running").wait_for()
    at_step(page, "do=step$", focus="#do-step")
    page.keyboard.press("Enter")
    at_step(page, r"do=step(\*|%2A)2$", focus="#do-step")
    page.locator("#do-back").press("Enter")
    at_step(page, "do=step$", focus="#do-back")
    page.get_by_label("Combiner").select_option("yes")
    expect(page).to_have_url(re.compile("combiner=yes"))


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_run_goes_step_by_step_and_jumps_where_motion_is_unwanted(page):
    open_still(page, "/labs/duplicate-delivery/?loss=0")
    page.locator("#do-run").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.clock.run_for(60_000)
    page.locator("#do-restart").wait_for()
    page.locator("#do-step").wait_for(state="detached")
    expect(page.locator(".lab-facts dd").first).to_have_text("$50")
    expect(page.locator("#verdict")).to_have_text(re.compile(r"^\s*\$50\."))

    page.emulate_media(reduced_motion="reduce")
    page.goto("/labs/mapreduce/")
    page.locator("#do-run").click()
    page.get_by_text("Done after").first.wait_for()


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_without_scripts_links_and_the_form_do_the_same(plain_page):
    """promise 50"""
    plain_page.goto("/labs/cap/")
    plain_page.get_by_role("link", name="Cut the link").click()
    plain_page.get_by_role("link", name="Write at B").click()
    expect(plain_page.locator("#said")).to_contain_text("B refuses the write")

    plain_page.get_by_label("While the link is cut").select_option("ap")
    plain_page.get_by_role("button", name="Start with this").click()
    expect(plain_page).to_have_url(re.compile("choice=ap"))


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_labs_break_no_rule_of_accessibility(page):
    """promise 50"""
    for lab in LABS:
        page.goto(f"/labs/{lab.slug}/?do={lab.actions[0].name}*3")
        assert broken_in_light_and_dark(page) == {}, lab.slug


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_the_list_shows_each_lab_at_work(client, lab):
    """Its picture there is what its own page shows after the same actions."""
    listed = client.get("/labs/").content.decode()
    shown = client.get(f"/labs/{lab.slug}/", {"do": lab.shown}).content.decode()
    drawing = shown[shown.index('<svg class="lab-drawing"') : shown.index("</svg>", shown.index("lab-drawing"))]
    assert drawing in listed


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_learner_guesses_watches_goes_back_and_hears_what_was_seen(page):
    """On a phone, from the list of labs: the whole run comes once, and the slider asks the server for no picture."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/frames/" in request.url else None)
    page.goto("/labs/")
    page.get_by_role("link", name="Load balancing").click()
    page.locator(".lab-question").get_by_role("link", name="Random", exact=True).click()
    page.locator(".lab-question [aria-current=true]").wait_for()
    at_rest(page)
    fact = page.locator("#facts dd").first
    opening = fact.inner_text()
    page.locator("#do-run").click()
    verdict = page.locator("#verdict")
    verdict.get_by_text("You guessed right: random.").wait_for()
    expect(page.locator("#do-step")).to_have_count(0)

    slider = page.get_by_label("State of the run")
    last = fact.inner_text()
    slider.press("Home")
    page.locator("#do-step").wait_for()
    expect(fact).to_have_text(opening)
    expect(page).to_have_url(re.compile("guess=random"))
    page.get_by_role("button", name="One state on").click()
    expect(page).to_have_url(re.compile(r"do=step(\*|%2A)5$"))
    expect(fact).not_to_have_text(re.compile(f"^({re.escape(opening)}|{re.escape(last)})$"))
    assert len(asked) == 1
    assert broken_in_light_and_dark(page) == {}


def test_a_guess_that_is_no_option_is_reported(client):
    response = client.get("/labs/cap/", {"guess": "perhaps"})

    assert response.status_code == 422
    assert "expected one of takes, refuses" in response.content.decode()


def test_the_states_come_as_json_or_say_what_is_wrong(client):
    found = client.get("/labs/mapreduce/frames/", {"do": "step*2"}).json()["frames"]

    assert found[0]["address"] == "/labs/mapreduce/?do=step*2".replace("*", "%2A")
    assert found[-1]["said"].startswith("Done after")
    assert client.get("/labs/mapreduce/frames/", {"reducers": "0"}).status_code == 422


def test_a_topic_shows_the_lab_at_work_and_its_question(client):
    html = filled(lab_html("slug: cap\nchoice: ap"))

    assert '<svg class="lab-drawing"' in html
    assert "What will B say?" in html
    assert 'href="/labs/cap/?choice=ap&amp;guess=refuses"' in html
