"""A candidate rehearses an interview: a person watches, notes, hints and marks; the result says what was missed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import send
from tests.designs.conftest import NOON, loaded
from tests.journeys.conftest import DESK, PHONE

STATUS = "[data-save-bar] [role=status]"
# In the candidate's own words, and a piece of the answer; nobody's business where the interviewer leaves it.
QUESTIONS = [
    ("How many people use it daily?", "100M"),
    ("How fast should the timeline load?", "200 ms"),
    ("Do we need to support deleting or editing tweets?", "Deleted yes, edited no"),
    ("How long do we keep tweets?", "5 years"),
    ("How long can a tweet be?", "140 characters"),
    ("Do we serve users worldwide?", "many countries"),
    ("how many new posts a day", "500M/day"),
    ("whats the read / write ratio", "250 billion/month"),
    ("avg number of followers? any celebrities?", "tens of millions"),
    ("is the feed chronological or ranked by some algorithm?", "newest first"),
    ("how high is the peak load compared to an average hour", "2 times the average"),
    ("how soon must followers see a new post", "five seconds"),
    ("how often do people search?", "10 billion/month"),
    ("do we show ads", "out of scope"),
    ("what uptime for posting?", "99.95%"),
    ("do users need to sign in, or is that handled?", "signing in exist"),
    ("SQL or NoSQL, what do you prefer?", "Your call"),
    ("what's our budget?", "cheaper"),
    ("spam and bots?", "robots"),
    ("how many users do we have, and what is the latency target for timelines?", "200 ms"),
]
DRAWING = """flowchart LR
  app["Apps"]:::client --> lb["Load balancer"]:::load_balancer
  lb --> posts["Posting"]:::service
  lb --> timelines["Timelines service"]:::service
  posts --> messages["Messages"]:::wide_column
  timelines --> cache["Timelines"]:::cache
  timelines --> messages
"""


@pytest.fixture
def microblog(transactional_db) -> None:
    loaded("twitter", at=NOON)


def start(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Scenarios").first.click()
    page.get_by_role("link", name=title).first.click()
    page.get_by_role("button", name="Start the interview").click()
    expect(page.locator(STATUS)).to_have_text("Saved")


def ask(page: Page, question: str, answer: str) -> None:
    field = page.get_by_label("Ask the interviewer")
    field.fill(question)
    field.press("Enter")
    expect(page.locator("#interview-news")).to_contain_text(answer)
    expect(field).to_have_value("")


def go(page: Page, step: str) -> None:
    page.goto(re.sub(r"(/designs/[^/]+/).*", rf"\1{step}/", page.url))
    expect(page.locator(STATUS)).to_have_text("Saved")


def saved(page: Page) -> None:
    expect(page.locator(STATUS)).to_have_text("Saved")


@pytest.mark.usefixtures("microblog")
@pytest.mark.parametrize(
    ("candidate_on", "observer_on"), [pytest.param(DESK, PHONE, id="desk"), pytest.param(PHONE, DESK, id="phone")]
)
def test_a_whole_interview_of_the_microblog(somebody, candidate_on, observer_on):
    """promises 22 and 58"""
    me, observer = somebody(**candidate_on), somebody(refused_is_fine=True, **observer_on)
    start(me, "Timelines of a microblog")
    send(me, me.get_by_role("button", name="Let somebody interview you"))
    watching = me.get_by_role("link", name="this link").get_attribute("href")

    for question, answer in QUESTIONS:
        ask(me, question, answer)
    observer.goto(watching)
    expect(observer.get_by_role("heading", level=1)).to_have_text("Timelines of a microblog")

    # Whoever has scrolled still sees the clock, and what the interviewer changes.
    me.mouse.wheel(0, 4000)
    me.evaluate("scrollTo(0, document.body.scrollHeight)")
    for part in ("#clock", "#ask-question", "text=Hand in"):
        expect(me.locator(part).first).to_be_in_viewport(ratio=1)
    observer.get_by_label("Note", exact=True).fill("Asks well")
    observer.get_by_role("button", name="Keep the note").click()
    expect(observer.get_by_text("Asks well")).to_be_visible()
    send(observer, observer.get_by_role("button", name=re.compile("Give it")).first)
    send(observer, observer.get_by_role("button", name="Say it now").first)
    change = me.locator("#interview-news .note-box.warn")
    expect(change).to_contain_text("world championship")
    expect(me.locator("#interview-news")).to_contain_text("A hint:")
    expect(me.locator("#interview-news .note-box.warn strong").first).to_be_in_viewport(ratio=1)
    change.get_by_role("button", name="Take it into the scope").click()
    expect(change).to_have_count(0)

    # The interviewer's figures go into the estimate by a click.
    me.get_by_text(re.compile("Asked so far")).click()
    asked = me.locator(".interview-asked > li", has_text="how many new posts a day")
    asked.get_by_role("button", name="Into the estimate").click()
    expect(me.locator("#interview-news")).to_contain_text("stand in your estimate")
    go(me, "estimate")
    expect(me.locator('[name="/estimate/rows/tweets_per_day/formula"]')).to_have_value("500M/day")
    row = me.locator('[data-rows="/estimate/rows"] > .blank-row')
    row.get_by_label("What").fill("Posts a second")
    row.get_by_label("Figure or formula").fill("tweets_per_day")
    row.get_by_label("Figure or formula").press("Enter")
    expect(me.locator("#working")).to_contain_text("posts_a_second")

    go(me, "data-model")
    lines = me.get_by_label("Add entities")
    lines.fill("Tweet: id, author_id, text, created_at")
    lines.press("Enter")
    entity = me.locator("section.entity")
    expect(entity).to_have_count(1)
    expect(entity.get_by_label("Key of field 1", exact=True)).to_have_value("primary")
    saved(me)

    go(me, "api")
    lines = me.get_by_label("Add operations")
    lines.fill("postTweet(text) -> Tweet")
    lines.press("Enter")
    operation = me.locator("section.operation")
    expect(operation).to_have_count(1)
    writes = operation.locator("details", has=me.locator("summary", has_text="Writes:"))
    writes.locator("summary").click()
    writes.get_by_label("Tweet").check()
    expect(writes.locator("summary")).to_contain_text("Tweet")  # and no longer "choose" alone
    saved(me)

    me.goto(re.sub(r"(/designs/[^/]+/).*", r"\1high-level/?face=text", me.url))
    me.get_by_label("The drawing as text").fill(DRAWING)
    send(me, me.get_by_role("button", name="Save the drawing"))
    saved(me)

    # Options can be chosen as soon as they are there, without loading the page again.
    go(me, "detailed")
    me.get_by_label("New question").fill("Fill timelines on write or on read?")
    me.get_by_label("New question").press("Enter")
    for number, name in enumerate(("On write", "On read"), 2):
        option = me.locator('[name$="/options/+/name"]')
        option.fill(name)
        option.press("Enter")
        expect(me.locator('[data-rows$="/options"] > tr')).to_have_count(number)
    chosen = me.get_by_label("Chosen")
    expect(chosen.locator("option")).to_have_text(["none", "On write", "On read"])
    chosen.select_option(label="On write")
    saved(me)

    # A new row is saved as it is typed: nothing is lost with the page.
    go(me, "bottlenecks")
    me.locator('[name="/bottlenecks/+/finding"]').fill("One store holds everything")
    saved(me)
    expect(me.get_by_text("None found yet")).to_have_count(0)
    me.reload()
    expect(me.get_by_label("What breaks or saturates of bottleneck 1")).to_have_value("One store holds everything")

    me.get_by_role("button", name="Hand in").click()
    send(me, me.get_by_role("button", name="Hand in now"))
    expect(me.get_by_role("heading", name="Timelines of a microblog: the result")).to_be_visible()
    expect(me.locator("#expected ~ .scroll-x tr", has_text="Messages posted")).to_contain_text("found")
    expect(me.locator("section", has=me.locator("#unasked"))).to_contain_text("You asked all")
    missing = me.locator("section", has=me.locator("#beside"))
    expect(missing).to_contain_text(
        "New messages: a queue or stream behind Posting, before Fan-out workers and Indexers"
    )
    expect(missing).not_to_contain_text("Load balancer: a")
    expect(me.get_by_text("the evidence says")).to_have_count(0)
    for line in me.locator("fieldset.rubric-line").all():
        line.get_by_role("radio").nth(1).check()
    me.get_by_role("button", name="Keep these marks").click()
    expect(me.locator(".result-heads")).to_contain_text(re.compile(r"\d+ of 100"))

    me.get_by_role("button", name="Make cards of what you missed").click()
    expect(me.locator("#cards ~ ul li").first).to_be_visible()
    expect(me.locator("#cards ~ ul")).to_contain_text("deliveries to timelines")

    observer.goto(watching)
    for line in observer.locator("fieldset.rubric-line").all():
        line.get_by_role("radio").last.check()
    send(observer, observer.get_by_role("button", name="Keep these marks"))
    me.reload()
    expect(me.locator(".result-heads")).to_contain_text("Your interviewer's")
    expect(me.get_by_text("Asks well")).to_have_count(0)
