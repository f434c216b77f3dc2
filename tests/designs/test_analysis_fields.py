"""What the analysis asks of a component or connection can be said in the outline, without scripts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.designs.document.examples import complete


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def change(client, design, collection, key, **fields):
    item = complete()["diagram"][collection][key]
    names = ("label", "kind", "zone", "instances", "retries", "source", "target")
    kept = {name: item[name] for name in names if name in item}
    data = {"instances": 1, "retries": 0, "kind": "sync", **kept, **fields}
    address = reverse("designs:diagram", args=[design.pk])
    response = client.post(
        f"{address}?face=outline", {"action": "change", "collection": collection, "key": key, "base": 0, **data}
    )
    design.refresh_from_db()
    return response, design.data()["diagram"][collection][key]


@pytest.mark.parametrize(
    ("collection", "key", "fields", "kept"),
    [
        pytest.param("components", "lb", {"monitored": "yes"}, {"monitored": True}, id="alerts"),
        pytest.param(
            "components", "lb", {"recovery_time": "5 min", "cost": "$20"}, {"recovery_time": "5 min"}, id="recovery"
        ),
        pytest.param("components", "tweets", {"backup_every": "6 h"}, {"backup_every": "6 h"}, id="backups of a store"),
        pytest.param("components", "cache", {"invalidation": "ttl"}, {"invalidation": "ttl"}, id="expiry of a cache"),
        pytest.param("components", "cache", {"monitored": ""}, {"monitored": False}, id="no alerts any more"),
        pytest.param("connections", "c4", {"retry_budget": "20%"}, {"retry_budget": "20%"}, id="retries"),
    ],
)
def test_outline_keeps_what_the_analysis_asks(mine, design, collection, key, fields, kept):
    response, item = change(mine, design, collection, key, **fields)

    assert response.status_code == 302
    assert {name: item.get(name) for name in kept} == kept


def test_form_that_does_not_ask_changes_nothing(mine, design):
    _, item = change(mine, design, "components", "tweets", label="All tweets")

    assert item == {**complete()["diagram"]["components"]["tweets"], "label": "All tweets"}


def test_kind_has_only_its_own_fields(mine, design):
    address = reverse("designs:diagram", args=[design.pk])

    def page(key: str) -> str:
        return mine.get(address, {"face": "outline", "component": key}).content.decode()

    assert "Backed up every" in page("tweets")
    assert "Backed up every" not in page("lb")
    assert "How old entries go" in page("cache")


def test_bad_time_is_said_beside_its_field(mine, design):
    response, item = change(mine, design, "components", "lb", recovery_time="soon")

    assert response.status_code == 422
    assert "“soon” is not a time" in response.content.decode()
    assert "recovery_time" not in item
