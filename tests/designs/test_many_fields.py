"""Steps with thousands of fields: no form of theirs is larger than what one post may send."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import reverse

from designs.models import Design
from designs.services.saving import create_design
from tests.designs.conftest import NOON

COUNT = 40


class Fields(HTMLParser):
    """What a browser sends of the work form at most."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.count = 0
        self.feed(page.split("data-design-form")[1].split("</form>")[0])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("input", "select", "textarea") and given.get("name"):
            self.count += 1
            if tag == "input" and given.get("type") in ("text", "hidden"):
                self.values.setdefault(given["name"], []).append(given.get("value") or "")


@pytest.fixture
def large(owner) -> Design:
    """Entities of twelve fields and operations of eight parameters, many times what one form may send."""
    fields = {f"f{number}": {"name": f"f{number}", "type": "text", "order": number} for number in range(12)}
    parameters = {f"p{number}": {"name": f"p{number}", "type": "text", "order": number} for number in range(8)}
    numbers = range(COUNT)
    document = {
        "format": 2,
        "data_model": {"entities": {f"e{n}": {"name": f"Entity{n}", "fields": fields, "order": n} for n in numbers}},
        "api": {"operations": {f"o{n}": {"name": f"call{n}", "parameters": parameters, "order": n} for n in numbers}},
    }
    return create_design(owner=owner, document=document, at=NOON)


@pytest.mark.parametrize(("area", "names"), [("data-model", "Entity{}"), ("api", "call{}")])
@pytest.mark.one_database
def test_every_page_of_a_large_step_can_be_posted(client, owner, large, area, names):
    """promise 41"""
    client.force_login(owner)
    address = reverse("designs:step", args=[large.pk, area])
    pages = client.get(address).context["cards_pages"]
    assert len(pages) > 2
    seen = ""
    for number in pages:
        page = client.get(address, {"page": number}).content.decode()
        assert Fields(page).count < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        seen += page
    assert all(f'value="{names.format(number)}"' in seen for number in range(COUNT))

    last = f"{address}?page={pages[-1]}"
    values = Fields(client.get(last).content.decode()).values
    name = next(key for key, found in values.items() if found == [names.format(COUNT - 1)])
    answer = client.post(last, values | {name: ["Renamed"]})

    assert (answer.status_code, answer["Location"]) == (302, last)
    assert "Renamed" in Design.objects.get(pk=large.pk).document


@pytest.mark.one_database
def test_ten_thousand_fields_are_refused(client, owner, large):
    """promise 41"""
    client.force_login(owner)
    address = reverse("designs:step", args=[large.pk, "data-model"])

    answer = client.post(address, {f"/x/{number}": "" for number in range(10_000)})

    assert answer.status_code == 400
    assert Design.objects.get(pk=large.pk).version == large.version
