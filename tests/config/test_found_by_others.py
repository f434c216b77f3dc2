"""What search engines and those who share an address get to know, and what a reader who returns is offered."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from studyguide.models import Topic
from studyguide.services.progress import mark_read
from tests.markup import squeezed
from tests.studyguide.build import make_topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def topics(db):
    return [make_topic(slug, order=order) for order, slug in enumerate(("consistent-hashing", "quorum", "caching"))]


def test_the_sitemap_names_public_pages_and_nothing_private(client, topics, django_user_model):
    found = client.get("/sitemap.xml").content.decode()
    addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", found)

    assert {f"/topics/{topic.slug}/" for topic in topics} <= set(addresses)
    assert {"/", "/calculators/capacity/", "/labs/hash-placement/"} <= set(addresses)
    assert [address for address in addresses if client.get(address).status_code != 200] == []


def test_robots_are_told_of_the_sitemap_and_kept_from_endless_addresses(client):
    found = client.get("/robots.txt").content.decode()

    assert "Sitemap: http://testserver/sitemap.xml" in found
    assert "Disallow: /*?do=" in found


def test_a_page_has_one_address_whatever_was_asked_of_it(client, topics):
    for asked in ("/labs/hash-placement/?do=add", "/calculators/capacity/?daily_users=200M", "/topics/quorum/?x=1"):
        page = squeezed(client.get(asked))
        assert f'<link rel="canonical" href="http://testserver{asked.partition("?")[0]}">' in page


def test_a_nearly_right_address_suggests_the_topics_that_may_be_meant(client, topics):
    page = squeezed(client.get("/topics/consistant-hashing/"))

    assert '<a href="/topics/consistent-hashing/">' in page
    assert "/topics/quorum/" not in page
    assert "Did you mean" not in squeezed(client.get("/topics/zzzz/"))


def test_home_greets_who_returns_with_what_comes_next(client, topics, django_user_model):
    reader = django_user_model.objects.create_user("ada", password="x")
    client.force_login(reader)
    assert "Go on" not in squeezed(client.get("/"))

    mark_read(reader, topics[0], now=NOW)
    page = squeezed(client.get("/"))

    assert "Go on" in page
    assert 'href="/topics/quorum/"' in page
    assert Topic.objects.get(slug="quorum").title in page
    assert "Go on" not in squeezed(client.__class__().get("/"))
