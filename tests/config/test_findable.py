from __future__ import annotations

import pytest

from calculators.engine.catalogue.registry import SHEETS
from calculators.labs.registry import LABS
from config.pages.findable import make_findable
from studyguide.models import ContentRevision, SearchEntry
from studyguide.search.results import search

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kind", "title"),
    [
        ("queueing", "calculator", "Queueing"),
        ("hash placement", "lab", "Hash placement"),
        ("erlang", "calculator", "Queueing"),
        ("glossary", "page", "Glossary"),
    ],
)
def test_calculators_labs_and_pages_are_found(typed, kind, title):
    make_findable()

    assert (kind, title) in [(result.kind, result.title) for result in search(typed)]


def test_each_stands_once_however_often_it_is_asked_for(client):
    make_findable()
    before = ContentRevision.current()
    make_findable()

    assert SearchEntry.objects.filter(kind="calculator").count() == len(SHEETS)
    assert SearchEntry.objects.filter(kind="lab").count() == len(LABS)
    assert ContentRevision.current() == before
    for entry in SearchEntry.objects.all():
        assert client.get(entry.url).status_code == 200
