from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from studyguide.models import Card, CardState, Proposal, Topic
from studyguide.services.notes import NoteSource, import_notes
from tests.browser import broken_rules
from tests.markup import squeezed
from tests.studyguide.conftest import NOON, notes

pytestmark = pytest.mark.django_db
LEASES = """# Leases

- Lease: a lock that ends by itself after a while
- Fence: a number that grows with every new holder
"""


@pytest.fixture
def leases(db) -> Topic:
    import_notes(notes(LEASES, path="leases.md"), source=NoteSource(name="own", is_strict=True), now=NOON)
    return Topic.objects.get(slug="leases")


def test_notes_without_cards_get_proposals_and_others_do_not(leases, cards):
    assert list(Proposal.objects.values_list("topic__slug", flat=True)) == ["leases", "leases"]


def test_importing_again_changes_nothing_and_editing_keeps_the_row(leases):
    before = list(Proposal.objects.values_list("pk", "key"))
    assert not import_notes(
        notes(LEASES, path="leases.md"), source=NoteSource(name="own", is_strict=True), now=NOON
    ).changes_something
    import_notes(
        notes(LEASES.replace("after a while", "in time"), path="leases.md"),
        source=NoteSource(name="own", is_strict=True),
        now=NOON,
    )

    assert list(Proposal.objects.values_list("pk", "key")) == before
    assert Proposal.objects.first().content["back"] == "A lock that ends by itself in time"


def test_a_reader_keeps_one_and_drops_the_other(client, leases):
    lease, fence = Proposal.objects.all()
    page = client.get("/topics/leases/proposals/")
    assert [each.proposal.key for each in page.context["shown"]] == [lease.key, fence.key]
    client.post("/topics/leases/proposals/", {"shown": [lease.key, fence.key], "keep": [lease.key]})

    card = Card.objects.get()
    assert (card.content, card.topic, card.owner.is_guest) == (lease.content, leases, True)
    assert CardState.objects.get().is_wanted
    assert client.get("/topics/leases/proposals/").context["shown"] == []
    client.post("/topics/leases/proposals/", {"shown": [lease.key], "keep": [lease.key, "made-up"]})
    assert Card.objects.count() == 1


def test_reading_a_topic_brings_its_cards_into_the_deck(client, cards, learner):
    client.force_login(learner)
    client.post("/topics/hashing/read/", {"read": "1"})

    assert CardState.objects.filter(learner=learner, is_wanted=True).count() == 6
    assert "6 new cards: begin" in squeezed(client.get("/topics/hashing/"))


def test_a_topic_says_how_many_cards_it_has(client, cards):
    text = squeezed(client.get("/topics/hashing/"))

    assert "6 cards ask what this page says" in text
    assert "/cards/review/?topic=hashing" in text


@pytest.mark.django_db(transaction=True)
def test_a_selection_becomes_a_card(page: Page, leases, cards):
    page.goto("/topics/hashing/")
    page.locator("#text p").last.select_text()
    page.get_by_role("link", name="Make a card").click()
    expect(page.locator(".quoted")).to_contain_text("Two keys with one hash collide")
    page.get_by_label("Question").fill("Why does a hash table get slow?")
    page.get_by_role("button", name="Make the card").click()
    expect(page.get_by_role("status")).to_contain_text("The card is in your deck")

    card = Card.objects.get(owner__isnull=False)
    assert (card.topic.slug, card.anchor) == ("hashing", "s-how-it-fails")
    page.goto("/topics/leases/proposals/")
    assert broken_rules(page) == []
