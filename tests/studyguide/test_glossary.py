"""The glossary is made of the topics' own words, and the page of corrections of the file of changes."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone

from studyguide.notes.changes import ChangesError, read_changes
from studyguide.services.shipped import load_shipped
from tests.studyguide.content import plain_text, topics

TAUGHT = {
    "acknowledgement", "TLS termination", "failover", "back-pressure", "thundering herd", "idempotency key", "quorum",
    "head-of-line blocking", "write amplification", "hot partition", "blast radius", "cell", "canary",
}  # fmt: skip


def terms() -> list[tuple[str, str, str]]:
    return [
        (slug, word, meaning)
        for slug, topic in topics().items()
        for word, meaning in topic.meta.get("terms", {}).items()
    ]


def test_the_words_of_an_interview_are_taught():
    assert TAUGHT - {word for _, word, _ in terms()} == set()


def test_a_word_is_taught_by_one_topic():
    words = sorted(word.casefold() for _, word, _ in terms())

    assert words == sorted(set(words))


@pytest.mark.parametrize(("slug", "word", "meaning"), terms(), ids=lambda part: part if len(part) < 30 else "")
def test_a_word_stands_in_its_topic_and_has_one_sentence(slug, word, meaning):
    topic = topics()[slug]

    assert word.casefold() in f"{plain_text(slug)} {topic.meta['title']} {topic.meta['aliases']}".casefold()
    assert meaning.endswith(".")
    assert meaning.count(". ") == 0


@pytest.mark.one_database
@pytest.mark.django_db
def test_the_glossary_and_the_corrections_lead_to_their_topics(client):
    load_shipped(settings.FIXTURES_DIR, now=timezone.now())

    words = client.get("/glossary/").content.decode()
    changes = client.get("/changes/").content.decode()

    places = [words.index(f'<div id="{name}">') for name in ("acknowledgement", "back-pressure", "tls-termination")]
    assert places == sorted(places)
    assert 'href="/topics/tls-and-https/"' in words
    assert 'href="/topics/chaos-testing/"' in changes
    assert 'href="/glossary/"' in client.get("/topics/").content.decode()


def test_corrections_are_told_the_newest_first():
    content = b"""
- {on: 2026-01-02, before: old, now: new, topics: [cdn]}
- {on: 2026-03-04, before: older, now: newer}
"""

    assert [change.on.isoformat() for change in read_changes(content)] == ["2026-03-04", "2026-01-02"]


def test_shipped_corrections_name_topics_that_exist():
    changes = read_changes((settings.FIXTURES_DIR / "changes.yaml").read_bytes())

    assert changes
    assert {slug for change in changes for slug in change.topics} - set(topics()) == set()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{on: 2026-01-02}", "expected a list of changes"),
        (b"- {on: 2026-01-02, before: old}", "changes.yaml, change 1: now is missing"),
        (b"- {on: yesterday, before: old, now: new}", "change 1: yesterday is no date such as 2026-11-29"),
    ],
)
def test_a_correction_that_cannot_be_read_says_why(content, said):
    with pytest.raises(ChangesError, match=said):
        read_changes(content)
