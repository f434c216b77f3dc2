"""The list of designs: small drawings, pages, and as many queries for a hundred designs as for one."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from designs.services.saving import create_design
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete, drawing
from tests.markup import squeezed

URL = reverse("designs:design_list")


@pytest.fixture
def mine(client, owner) -> Client:
    client.force_login(owner)
    return client


def test_designs_are_shown_by_their_drawings(mine, owner):
    create_design(owner=owner, document=complete(), at=NOON)
    create_design(owner=owner, document={"format": 2, "meta": {"title": "Fresh"}}, at=NOON)
    create_design(owner=owner, document=drawing(400), at=NOON)

    page = squeezed(mine.get(URL))

    assert page.count("is-thumbnail") == 1
    assert "Nothing drawn yet" in page
    assert "400 components" in page


def test_hostile_labels_are_inert_in_small_drawings(mine, owner):
    """promise 15"""
    document = complete()
    document["diagram"]["components"]["api"]["label"] = "<script>alert(1)</script>"
    create_design(owner=owner, document=document, at=NOON)

    assert "<script>alert(1)" not in squeezed(mine.get(URL))


def test_a_hundred_designs_on_pages_with_flat_queries(mine, owner, django_assert_num_queries):
    create_design(owner=owner, document=complete(), at=NOON)
    with django_assert_num_queries(5):
        mine.get(URL)
    for _ in range(99):
        create_design(owner=owner, document=complete(), at=NOON)

    with django_assert_num_queries(5):
        first = squeezed(mine.get(URL))
    shown = set(re.findall(r'design-card" href="([^"]+)"', first))
    for number in range(2, 6):
        shown |= set(re.findall(r'design-card" href="([^"]+)"', squeezed(mine.get(URL, {"page": number}))))

    assert len(shown) == 100
    assert "Page 1 of 5" in first


def test_whoever_has_none_is_led_to_scenarios(client, db):
    page = squeezed(client.get(URL))

    assert page.count(f'href="{reverse("designs:scenario_list")}"') >= 2
    assert "You have no designs yet" in page


def test_export_says_where_a_png_is_made(mine, owner):
    design = create_design(owner=owner, document=complete(), at=NOON)
    link = f"{reverse('designs:diagram', args=[design.pk])}?face=canvas#picture"

    assert link in squeezed(mine.get(reverse("designs:export", args=[design.pk])))
    assert 'id="picture" data-do="png"' in squeezed(mine.get(link))
