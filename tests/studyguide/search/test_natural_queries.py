"""Questions as people type them, over all that comes with the site: how often the right topic comes first."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from config.pages.findable import make_findable
from designs.services.scenarios import load_shipped_scenarios
from studyguide.search.results import search
from studyguide.services.shipped import load_shipped

FIRST, FIRST_THREE = 0.85, 0.95


@pytest.mark.django_db
def test_the_right_topic_comes_first_or_among_the_first_three():
    """Printed with -s as a table; the same on both databases, since the order does not come from them."""
    load_shipped(settings.FIXTURES_DIR, now=timezone.now())
    load_shipped_scenarios(settings.FIXTURES_DIR, now=timezone.now())
    make_findable()
    with Path(__file__).with_name("queries.csv").open(encoding="utf-8", newline="") as file:
        queries = [(row["query"], row["right"].split()) for row in csv.DictReader(file)]
    places = {}
    for query, right in queries:
        addresses = [result.url for result in search(query)]
        found = [addresses.index(f"/topics/{slug}/") + 1 for slug in right if f"/topics/{slug}/" in addresses]
        places[query] = min(found, default=0)
        print(f"{places[query] or '-':>3}  {query:<34} {' '.join(addresses[:3])}")
    missed = {query: place for query, place in places.items() if place != 1}

    assert len(queries) > 130
    assert sum(place == 1 for place in places.values()) >= FIRST * len(queries), missed
    assert sum(1 <= place <= 3 for place in places.values()) >= FIRST_THREE * len(queries), missed
