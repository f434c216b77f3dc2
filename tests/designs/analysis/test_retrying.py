"""Timeouts and retries, station after station: the same times as event by event (promise 8)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from designs.analysis import retrying
from designs.analysis.model import Model
from designs.analysis.retrying import tracks_of
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import READ, model, store

pytestmark = pytest.mark.one_database

# Constant times leave nothing to chance but the arrivals, which both ways draw first.
CONSTANT = {"variation": "0"}
API = {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms", **CONSTANT}
DB = {"capacity": "200/s", "latency": "5 ms", **CONSTANT}
TRIED = {"latency": "1 ms", "timeout": "12 ms", "retries": 2}


def row(rate: str, api: dict[str, Any] | None = None, db: dict[str, Any] | None = None) -> Model:
    """A service that calls another store after the first one."""
    parts = {"app": "client", "api": API | (api or {}), "db": store(**DB | (db or {})), "log": store(**DB)}
    near = {"app_api": {"latency": "0 ms"}, "api_db": TRIED, "api_log": {"latency": "1 ms", "timeout": "30 ms"}}
    flows = {"read": ["app_api", "api_db", "api_log"]}
    operations = {"read": {**READ, "rate": rate}}
    return model(parts, "app -> api, api -> db, api -> log", operations=operations, connections=near, flows=flows)


def shared(relation: str) -> Model:
    """Two operations through two services to one store, the second after, or beside, a store of its own."""
    parts = {"app": "client", "api": API, "back": API, "db": store(**DB), "log": store(**DB)}
    near = {
        "app_api": {"latency": "0 ms"}, "app_back": {"latency": "0 ms"}, "api_db": TRIED,
        "back_log": {**TRIED, "relation": relation}, "back_db": {**TRIED, "retries": 1, "relation": relation},
    }  # fmt: skip
    operations = {"one": {**READ, "rate": "90/s"}, "other": {**READ, "rate": "60/s"}}
    flows = {"one": ["app_api", "api_db"], "other": ["app_back", "back_log", "back_db"]}
    arrows = "app -> api, app -> back, api -> db, back -> log, back -> db"
    return model(parts, arrows, operations=operations, connections=near, flows=flows)


DESIGNS = {
    "quiet": partial(row, "60/s"),
    "collapsed": partial(row, "190/s"),
    "a slower server than its answer": partial(row, "60/s", db={"capacity": "100/s"}),
    "shared, one after another": partial(shared, "all"),
    "shared, at the same time": partial(shared, "parallel"),
}


def watched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each simulation from now on goes station after station."""
    asked: list[bool] = []

    def watching(roots):
        asked.append((found := tracks_of(roots)) is not None)
        return found

    monkeypatch.setattr(retrying, "tracks_of", watching)
    return asked


@pytest.mark.parametrize("name", DESIGNS)
def test_station_after_station_is_event_by_event(name, monkeypatch):
    asked = watched(monkeypatch)
    design = DESIGNS[name]()
    found = simulate(design, visits=20_000, shape="spike")
    monkeypatch.setattr(retrying, "tracks_of", lambda _: None)
    expected = simulate(design, visits=20_000, shape="spike")

    assert asked == [True]
    assert (found.requests, found.failed, found.visits) == (expected.requests, expected.failed, expected.visits)
    assert (found.timed_out, found.retried) == (expected.timed_out, expected.retried)
    assert sum(found.retried.values()) > 50
    for key, times in expected.operations.items():
        assert vars(found.operations[key]) == pytest.approx(vars(times))
    for one, other in zip(found.stations, expected.stations, strict=True):
        assert vars(one) == pytest.approx(vars(other))
    assert found.courses == expected.courses


@pytest.mark.parametrize(
    ("api", "db"), [({"concurrency": "20"}, {}), ({}, {"queue_limit": "5"}), ({}, {"error_rate": "1%"})]
)
def test_where_later_events_change_earlier_ones_all_are_followed(api, db, monkeypatch):
    asked = watched(monkeypatch)
    simulate(row("60/s", api, db), visits=2_000)
    assert asked == [False]


def test_requests_that_will_fail_are_inside_until_their_last_try_is_given_up():
    """By hand, when nobody is answered: three tries of 12 ms at 190/s, after the network and the service."""
    found = simulate(DESIGNS["collapsed"](), visits=20_000)

    assert found.failed["read"] > 0.99 * found.requests
    assert np.mean([stage.inside for stage in found.stages[2:]]) == pytest.approx(190 * 0.0361, rel=0.3)
