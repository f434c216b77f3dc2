from __future__ import annotations

import math

import pytest

from designs.analysis.saturation import breaking_order, saturated_at
from designs.analysis.sizes import type_bytes_at_most
from tests.designs.analysis.build import READ, WRITE, model, store

CHAIN = {
    "app": "client",
    "api": {"kind": "service", "capacity": "50/s", "instances": 3},
    "db": store(capacity="400/s"),
}
ARROWS = "app -> api, api -> db"


def test_load_is_rate_times_visits_summed_over_operations():
    loads = model(CHAIN, ARROWS, operations={"read": READ, "write": WRITE}).loads

    assert loads.components["api"].average == pytest.approx(110)
    assert loads.components["api"].by_operation == {"read": 100, "write": 10}
    assert loads.components["api"].utilisation == pytest.approx(110 / 150)


def test_peak_is_the_average_times_the_estimates_peak_factor():
    loads = model(CHAIN, ARROWS, operations={"read": READ}, rows={"peak_factor": {"formula": "3"}}).loads

    assert (loads.components["db"].average, loads.components["db"].peak) == (100, 300)


def test_capacity_that_is_not_given_comes_from_a_figure_with_its_source():
    loads = model({**CHAIN, "db": store()}, ARROWS, operations={"read": READ}).loads

    capacity = loads.components["db"].capacity
    assert capacity is not None
    assert capacity.is_default
    assert "2026" in capacity.source
    assert capacity.value == 10_000


def test_kind_without_a_figure_has_no_utilisation():
    loads = model({**CHAIN, "db": store("graph_store")}, ARROWS, operations={"read": READ}).loads

    assert loads.components["db"].utilisation is None
    assert loads.components["db"].mean_wait_s is None


@pytest.mark.parametrize(
    ("replicas", "rate", "wait_s"),
    [
        pytest.param(1, "50/s", 0.01, id="M/M/1 at half load waits as long as it serves"),
        pytest.param(2, "100/s", 0.01 / 3, id="M/M/2 at half load: C = 1/3, wait = C / (200 - 100)"),
        pytest.param(1, "90/s", 0.09, id="M/M/1 at 90 %: rho / (mu - lambda)"),
        pytest.param(1, "100/s", math.inf, id="at capacity nothing settles"),
    ],
)
def test_wait_agrees_with_erlang(replicas, rate, wait_s):
    parts = {"app": "client", "api": {"kind": "service", "capacity": "100/s", "instances": replicas}, "db": store()}
    loads = model(parts, ARROWS, operations={"read": {**READ, "rate": rate}}).loads

    assert loads.components["api"].mean_wait_s == pytest.approx(wait_s)


def test_latency_with_capacity_gives_how_much_is_served_at_once():
    """100/s at 50 ms each is five at once (Little's law)."""
    parts = {"app": "client", "api": {"kind": "service", "capacity": "100/s", "latency": "50 ms"}, "db": store()}
    load = model(parts, ARROWS, operations={"read": READ}).loads.components["api"]

    assert load.servers == 5
    assert load.service_s == pytest.approx(0.05)


def test_queue_spares_its_workers_the_peak_and_turns_it_into_backlog():
    loads = model(
        {
            "app": "client",
            "api": "service",
            "jobs": "queue",
            "worker": {"kind": "worker", "capacity": "15/s"},
            "db": store(),
        },
        "app -> api, api ~> jobs, jobs -> worker, worker -> db",
        operations={"write": WRITE},
        rows={"peak_factor": {"formula": "3"}},
    ).loads

    assert loads.components["jobs"].peak == 30
    assert loads.components["worker"].peak == 10
    assert loads.components["worker"].utilisation == pytest.approx(10 / 15)
    assert loads.components["worker"].backlog_per_s == pytest.approx(15)


def test_retries_add_what_failing_targets_cost():
    """db fails 10 % of the time: 1 + 0.1 + 0.01 tries."""
    loads = model(
        {"app": "client", "api": "service", "db": store(availability="90%")},
        ARROWS,
        operations={"read": READ},
        connections={"api_db": {"retries": 2}},
    ).loads

    assert loads.components["db"].average == pytest.approx(111)
    assert loads.connections["api_db"].average == pytest.approx(111)


def test_bytes_come_from_rows_and_say_what_is_missing():
    entities = {
        "thing": {
            "name": "Thing",
            "rows_per_day": "1,000,000",
            "retention": "10 days",
            "fields": {
                "id": {"name": "id", "type": "bigint", "key": "primary"},
                "text": {"name": "text", "type": "text", "size": "92 B"},
            },
        }
    }
    loads = model(CHAIN, ARROWS, operations={"write": WRITE, "read": READ}, entities=entities).loads

    assert loads.sizes["thing"].row_bytes == 100
    assert loads.stores["db"].bytes_per_day == 1e8
    assert loads.stores["db"].bytes_kept == 1e9
    assert loads.stores["db"].index_bytes == 8e7
    assert loads.connections["app_api"].bytes_average is None
    only_writes = model(CHAIN, ARROWS, operations={"write": WRITE}, entities=entities).loads
    assert only_writes.connections["app_api"].bytes_average == pytest.approx(1000)


def test_unknown_size_is_named_and_not_guessed():
    found = model(
        CHAIN, ARROWS, entities={"thing": {"name": "Thing", "fields": {"t": {"name": "text", "type": "text"}}}}
    ).loads.stores["db"]

    assert found.bytes_per_day is None
    assert "the size of Thing.text" in found.missing


@pytest.mark.parametrize(
    ("type_name", "most"),
    [
        # By pg_column_size of PostgreSQL 18: repeat('😀', 255) takes 1024, 9999999999.99 takes 14, 99999 takes 10.
        ("varchar(255)", 1024),
        ("char(2)", 12),
        ("NVARCHAR(20)", 84),
        ("binary(16)", 20),
        ("decimal(12, 2)", 16),
        ("numeric(5)", 12),
        ("bigint", 8),
        ("varchar", None),
        ("text", None),
        ("money(4)", None),
    ],
)
def test_types_with_a_limit_say_what_a_value_takes_at_most(type_name, most):
    assert type_bytes_at_most(type_name) == most


def test_limited_types_bound_a_row_and_are_not_taken_for_its_size():
    fields = {
        "id": {"name": "id", "type": "bigint"},
        "email": {"name": "email", "type": "varchar(255)"},
        "code": {"name": "code", "type": "char(2)"},
    }
    size = model(CHAIN, ARROWS, entities={"thing": {"name": "Thing", "fields": fields}}).loads.sizes["thing"]

    assert (size.row_bytes, size.row_bytes_at_most) == (None, 8 + 1024 + 12)
    assert "the size of Thing.email and 1 more (its types allow about 1 kB a row at most)" in size.missing
    fields["text"] = {"name": "text", "type": "text"}
    size = model(CHAIN, ARROWS, entities={"thing": {"name": "Thing", "fields": fields}}).loads.sizes["thing"]
    assert size.row_bytes_at_most is None


def test_traffic_between_zones_and_regions_is_shown_apart():
    zones = {
        "eu": {"kind": "region"},
        "us": {"kind": "region"},
        "eu1": {"kind": "zone", "parent": "eu"},
        "eu2": {"kind": "zone", "parent": "eu"},
        "us1": {"kind": "zone", "parent": "us"},
    }
    loads = model(
        {
            "app": "client",
            "a": {"kind": "service", "zone": "eu1"},
            "b": {"kind": "service", "zone": "eu2"},
            "db": store(zone="us1"),
        },
        "app -> a, a -> b, b -> db",
        zones=zones,
        operations={"read": READ},
    ).loads

    assert [loads.connections[key].crosses for key in ("app_a", "a_b", "b_db")] == ["", "zone", "region"]


def test_ranges_tell_in_how_many_worlds_a_component_saturates():
    loads = model(
        {"app": "client", "api": {"kind": "service", "capacity": "100/s"}, "db": store()},
        ARROWS,
        operations={"read": {**READ, "rate": "people * 1/day"}},
        rows={"people": {"formula": "4,320,000..17,280,000"}},
    ).loads

    assert loads.components["api"].average == pytest.approx(100)
    assert loads.components["api"].saturated_share == pytest.approx(0.5, abs=0.05)


def test_what_breaks_first_is_ordered_by_how_far_each_is_from_its_capacity():
    found = model(CHAIN, ARROWS, operations={"read": READ}).loads

    order = breaking_order(found)
    assert [each.component for each in order] == ["api", "db"]
    assert [each.times for each in order] == pytest.approx([1.5, 4.0])
    assert saturated_at(found, 1.4) == []
    assert saturated_at(found, 2) == ["api"]
    assert saturated_at(found, 4) == ["api", "db"]
