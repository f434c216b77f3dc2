"""Shares of named paths, workers in the throughput, third parties beside a path, sizes of lists and messages."""

from __future__ import annotations

import pytest

from designs.analysis.report import analyse
from designs.analysis.requirements import Meter
from tests.designs.analysis.build import READ, WRITE, model, raw, store
from tests.designs.analysis.build import figures as shipped


def test_the_share_of_a_path_goes_with_its_later_arrows():
    """Nine in ten are hits that end at the cache; the other tenth of 500/s asks the database: 50/s, not 500."""
    document = raw(
        {"app": "client", "api": "service", "cache": "cache", "db": store()},
        "app -> api, api -> cache, api -> db",
        operations={"read": {**READ, "rate": "500/s"}},
    )
    first, second, third = ({"connection": key} for key in ("app_api", "api_cache", "api_db"))
    document["flows"] = {
        "hit": {"operation": "read", "hops": {"h1": {**first, "split": "90%"}, "h2": {**second, "order": 1}}},
        "miss": {"operation": "read", "hops": {"h1": {**first, "split": "10%"}, "h2": {**third, "order": 1}}},
    }
    loads = analyse(document, shipped()).model.loads.components

    assert [loads[each].peak for each in ("api", "cache", "db")] == pytest.approx([500, 450, 50])


def test_an_operation_bears_no_more_than_its_workers():
    found = model(
        {"app": "client", "api": {"kind": "service", "capacity": "5k/s"}, "jobs": {"kind": "queue", "capacity": "9k/s"},
         "worker": {"kind": "worker", "capacity": "100/s"}, "db": store(capacity="9k/s")},
        "app -> api, api -> jobs, jobs -> worker, worker -> db",
        operations={"write": WRITE},
        flows={"write": ["app_api", "api_jobs", "jobs_worker", "worker_db"]},
        requirements={"r": {"metric": "throughput", "comparison": ">=", "quantity": "1k/s", "operation": "write"}},
    )  # fmt: skip
    result = Meter(found).results()[0]

    assert (result.verdict, result.value) == ("fail", pytest.approx(100))


def test_a_third_party_beside_the_path_is_asked_about():
    found = model(
        {"app": "client", "shop": "service", "db": store(), "stripe": {"kind": "third_party", "latency": "1 s"}},
        "app -> shop, shop -> db, shop -> stripe",
        operations={"buy": WRITE},
    )

    assert "whether buy asks stripe (no flow is drawn)" in found.reach["buy"].missing


def test_lists_and_messages_have_sizes():
    document = raw(
        {"app": "client", "api": "service", "db": store()},
        "app -> api, api -> db",
        operations={
            "list": {**READ, "response": "list<Row>", "response_items": "20"},
            "page": {**READ, "response": "Page"},
        },
        entities={"thing": {"name": "Row", "fields": {"a": {"name": "a", "size": "100 B"}}}},
    )
    fields = {"rows": {"name": "rows", "type": "list<Row>", "items": "5"}, "next": {"name": "next", "size": "8 B"}}
    document["api"]["messages"] = {"page": {"name": "Page", "fields": fields}}
    found = analyse(document, shipped()).model

    assert found.message_size("list")[0] == 2000
    assert found.message_size("page")[0] == 508
