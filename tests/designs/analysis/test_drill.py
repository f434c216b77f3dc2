from __future__ import annotations

import pytest

from designs.analysis.drill import UnknownTargetError, drill, random_target, targets_of
from tests.designs.analysis.build import READ, WRITE, model, store

PARTS = {
    "app": "client",
    "lb": "load_balancer",
    "a": {"kind": "service", "zone": "east", "capacity": "80/s"},
    "b": {"kind": "service", "zone": "west", "capacity": "80/s"},
    "memory": {"kind": "cache", "cache_hit_ratio": "90%"},
    "db": store(capacity="50/s"),
}
ARROWS = "app -> lb, lb -> a, lb -> b, a -> memory, b -> memory, a -> db, b -> db"
ZONES = {"east": {"kind": "zone"}, "west": {"kind": "zone"}}


def run(target: str):
    found = drill(model(PARTS, ARROWS, zones=ZONES, operations={"read": READ, "write": WRITE}), target)
    return found, {each.operation: each for each in found.outcomes}


def test_lost_balancer_fails_everything():
    _, outcomes = run("lb")

    assert [each.outcome for each in outcomes.values()] == ["fails", "fails"]
    assert outcomes["read"].reasons == ("it needs lb",)


def test_lost_server_moves_its_share_and_overloads_the_other():
    found, outcomes = run("a")

    moved = {each.component: (each.before, each.after) for each in found.moved}
    assert moved["b"] == pytest.approx((55, 110))
    assert outcomes["read"].outcome == "degrades"
    assert "b would need 138% of its capacity" in outcomes["read"].reasons


def test_lost_cache_sends_every_read_to_the_store():
    found, outcomes = run("memory")

    moved = {each.component: (each.before, each.after) for each in found.moved}
    assert moved["db"] == pytest.approx((20, 110))
    assert outcomes["read"].outcome == "degrades"
    assert outcomes["write"].outcome == "degrades"  # the store it writes to is overloaded by reads
    assert "without memory every read goes on to the store" in outcomes["read"].reasons


def test_lost_zone_takes_what_is_in_it():
    found, outcomes = run("east")

    assert found.lost == ("a",)
    assert outcomes["read"].outcome == "degrades"


def test_lost_connection_only_closes_that_way():
    _, outcomes = run("a_db")

    assert outcomes["write"].outcome == "degrades"


def test_what_an_operation_does_not_use_leaves_it_alone():
    parts = {**PARTS, "mail": "third_party"}
    found = drill(model(parts, f"{ARROWS}, a -> mail", operations={"read": READ}, zones=ZONES), "mail")

    assert [each.outcome for each in found.outcomes] == ["survives"]
    assert found.moved == ()


def test_lost_worker_behind_a_queue_only_delays():
    found = drill(
        model(
            {"app": "client", "api": "service", "jobs": "queue", "worker": "worker", "db": store()},
            "app -> api, api -> jobs, jobs -> worker, worker -> db",
            operations={"write": WRITE},
        ),
        "worker",
    )

    assert found.outcomes[0].outcome == "degrades"
    assert found.outcomes[0].reasons == ("work for worker waits until it is back",)


def test_drill_picks_by_its_seed():
    found = model(PARTS, ARROWS, zones=ZONES, operations={"read": READ})

    picks = [random_target(found, seed=seed) for seed in range(40)]

    assert picks == [random_target(found, seed=seed) for seed in range(40)]
    assert len(set(picks)) > 5
    assert "app" not in targets_of(found)


def test_unknown_target_is_refused():
    with pytest.raises(UnknownTargetError, match="nothing-here"):
        run("nothing-here")
