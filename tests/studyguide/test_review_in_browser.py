"""The review page as people use it: by keyboard, by clicking, without scripts, with a screen reader's rules."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from studyguide.models import Card, CardState, Review
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.rederiving import rederive
from tests.browser import at_rest, broken_in_light_and_dark, broken_rules, scrolls_sideways
from tests.studyguide.conftest import HASHING, NOON, notes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def six(live_server) -> dict[str, Card]:
    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    return {card.source_id.removeprefix("hashing-"): card for card in Card.objects.all()}


@pytest.fixture
def eighteen(live_server) -> None:
    """Three topics with one card of each kind."""
    files = []
    for number in range(3):
        text = re.sub(r"hashing-", f"t{number}-", HASHING).replace("slug: hashing", f"slug: t{number}")
        files += notes(text.replace("title: Hashing", f"title: Topic {number}"), path=f"t{number}.md")
    import_notes(files, source=NoteSource(name="eighteen", is_strict=True), now=NOON)


def answer_by_keyboard(page: Page) -> str:
    """Answers the card that is shown without touching the mouse; returns its kind."""
    at_rest(page)
    card = page.locator(".review-card")
    kind = re.search(r"kind-(\w+)", card.get_attribute("class")).group(1)
    if kind == "numeric":
        expect(page.locator("#given")).to_be_focused()
        page.keyboard.type("about 10^5")
        page.keyboard.press("Enter")
    elif kind in ("choice", "misconception"):
        page.keyboard.press("2")
    else:
        page.keyboard.press("Space")
    expect(page.locator("#card-back")).to_be_focused()
    return kind


def grade_by_keyboard(page: Page, key: str) -> None:
    uid = page.locator("input[name=uid]").first.input_value()
    page.keyboard.press(key)
    expect(page.locator(f"#answer input[value='{uid}']")).to_have_count(0)


@pytest.mark.one_database
def test_a_queue_of_cards_by_keyboard_alone(page: Page, eighteen):
    """promises 8 and 11: with a reload and an undo on the way nothing is lost and nothing counts twice."""
    page.goto("/cards/review/?category=basics")
    kinds = []
    for number in range(18):
        kinds.append(answer_by_keyboard(page))
        grade_by_keyboard(page, "4")
        if number == 6:
            page.reload()
        if number == 12:
            page.keyboard.press("u")
            expect(page.locator("#review-said")).to_contain_text("Taken back.")
            answer_by_keyboard(page)
            grade_by_keyboard(page, "4")
    expect(page.locator("#card-name")).to_have_text("That is all for now")
    expect(page.locator("#card-name")).to_be_focused()

    assert sorted(set(kinds)) == ["choice", "cloze", "misconception", "numeric", "picture", "question"]
    assert Review.objects.filter(kind="answer").count() == 19
    assert Review.objects.filter(kind="undo").count() == 1
    assert CardState.objects.filter(answer_count=1).count() == 18
    learner = Review.objects.first().learner
    assert learner.is_guest
    assert rederive(learner, rules_of(settings_of(learner.pk)), check=True) == []
    assert Review.objects.exclude(duration_ms=None).exists()
    assert settings_of(learner.pk).time_zone


def test_space_shows_and_accepts(page: Page, six):
    page.goto("/cards/review/")
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#review-said")).to_contain_text("Good, noted.")

    assert Review.objects.get().grade == 3


def test_by_clicking(page: Page, six):
    page.goto(f"/cards/review/?card={six['why'].pk}")
    page.get_by_role("button", name="The time").click()
    expect(page.locator(".verdict")).to_have_text("That is not it.")
    page.locator(".grade.again").click()
    expect(page.locator(".card-name")).to_contain_text("Question")

    assert (Review.objects.get().grade, Review.objects.get().given) == (1, "2")


def test_letters_bury_flag_and_suspend(page: Page, six):
    page.goto("/cards/review/")
    page.keyboard.press("f")
    expect(page.locator(".card-name .badge")).to_have_text("Flagged")
    at_rest(page)
    page.keyboard.press("b")
    expect(page.locator(".card-front")).to_contain_text("Two keys with one hash")
    at_rest(page)
    page.keyboard.press("s")
    expect(page.locator(".card-front")).to_contain_text("Which key would you use?")

    assert CardState.objects.get(card=six["map"]).is_flagged
    assert CardState.objects.get(card=six["map"]).buried_until
    assert CardState.objects.get(card=six["collide"]).is_suspended


def test_letters_typed_into_the_answer_do_nothing_else(page: Page, six):
    page.goto(f"/cards/review/?card={six['seconds'].pk}")
    page.locator("#given").press_sequentially("bsfu 12")
    expect(page.locator("#given")).to_have_value("bsfu 12")

    assert not CardState.objects.exists()


def test_an_answer_that_is_not_saved_says_so_and_stays(browser, live_server, six):
    """promise 5"""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/cards/review/")
    page.keyboard.press("Space")
    expect(page.locator("#card-back")).to_be_focused()
    context.set_offline(True)
    page.keyboard.press("3")
    expect(page.get_by_role("alert")).to_contain_text("Not saved")
    context.set_offline(False)
    page.keyboard.press("3")
    expect(page.locator("#review-said")).to_contain_text("Good, noted.")
    context.close()

    assert Review.objects.count() == 1


def test_without_scripts(plain_page: Page, six):
    """promise 50: all kinds, undo and the end, by plain forms."""
    plain_page.goto("/cards/review/?topic=hashing")
    for left in range(6, 0, -1):
        expect(plain_page.locator("#review")).to_have_attribute("data-left", re.compile(rf"\b{left}\b"))
        if plain_page.locator("#given").count():
            plain_page.fill("#given", "5 GB")
            plain_page.get_by_role("button", name="Check").click()
            expect(plain_page.get_by_role("alert")).to_contain_text("Expected a number in s")
            plain_page.fill("#given", "24 h")
            plain_page.get_by_role("button", name="Check").click()
            expect(plain_page.locator(".verdict")).to_contain_text("exact")
        elif plain_page.locator(".choice").count():
            plain_page.locator(".choice").nth(1).click()
        else:
            plain_page.get_by_role("button", name="Show the answer").click()
        plain_page.locator(".grade.easy").click()
    expect(plain_page.locator("#card-name")).to_have_text("That is all for now")
    plain_page.get_by_role("button", name="Undo").click()
    expect(plain_page.locator(".card-front")).to_contain_text("What stands between")

    assert Review.objects.filter(kind="answer").count() == 6


STATES = {
    "question": "?card={map}", "question, back": "?card={map}&side=back", "gaps": "?card={collide}",
    "number": "?card={seconds}", "number, right": "?card={seconds}&side=back&given=86400",
    "number, wrong": "?card={seconds}&side=back&given=3", "number, error": "?card={seconds}&side=back&given=5+GB",
    "choice": "?card={why}", "choice, right": "?card={why}&side=back&given=1",
    "choice, wrong": "?card={why}&side=back&given=0", "true or false": "?card={secret}",
    "true or false, back": "?card={secret}&side=back&given=0", "picture": "?card={ring}",
    "picture, back": "?card={ring}&side=back", "cramming": "?topic=hashing&cram=1", "all": "",
}  # fmt: skip


@pytest.mark.one_database
def test_no_state_of_the_review_breaks_a_rule(page: Page, six):
    """promise 50"""
    pks = {name: card.pk for name, card in six.items()}
    found = {}
    for name, query in STATES.items():
        page.goto("/cards/review/" + query.format(**pks))
        found[name] = broken_in_light_and_dark(page)
    Card.objects.update(removed_at=NOON)
    page.goto("/cards/review/")
    found["finished"] = broken_in_light_and_dark(page)

    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.one_database
def test_no_page_of_cards_breaks_a_rule(page: Page, six):
    page.emulate_media(reduced_motion="reduce")
    found = {"for nobody": [], "for a guest": []}
    for who, scheme in (("for nobody", "light"), ("for a guest", "dark")):
        page.emulate_media(color_scheme=scheme)
        for path in ("/cards/", "/cards/all/", "/cards/stats/", f"/cards/{six['map'].pk}/", "/cards/new/?kind=choice"):
            page.goto(path)
            found[who] += broken_rules(page)
        page.goto("/cards/review/")
        page.keyboard.press("Space")
        expect(page.locator("#card-back")).to_be_focused()
        page.keyboard.press("1")
        expect(page.locator("#review-said")).to_contain_text("noted")
    page.goto("/cards/settings/")

    assert found == {"for nobody": [], "for a guest": []}
    assert broken_rules(page, exclude=("option",)) == []


@pytest.mark.one_database
def test_the_review_fits_a_narrow_screen(page: Page, six):
    """Pictures become smaller, and a long line of code scrolls within its frame."""
    Card.objects.filter(pk=six["map"].pk).update(front_html=f"<pre><code>{'key' * 60}</code></pre>")
    pks = {name: card.pk for name, card in six.items()}
    page.set_viewport_size({"width": 320, "height": 640})
    for query in ("", "?card={map}", "?card={ring}&side=back", "?card={why}&side=back&given=0"):
        page.goto("/cards/review/" + query.format(**pks))

        assert not scrolls_sideways(page)
