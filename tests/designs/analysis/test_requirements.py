"""Requirements against figures worked out by hand."""

from __future__ import annotations

import math

import pytest

from designs.analysis.requirements import Meter, RequirementResult, verdict_of
from designs.analysis.working import Measured
from tests.designs.analysis.build import READ, model, store

ARROWS = "app -> lb, lb -> api, api -> db"
CHAIN = {
    "app": "client",
    "lb": {"kind": "load_balancer", "availability": "99.99%", "latency": "1 ms", "cost": "$20/month"},
    "api": {
        "kind": "service",
        "availability": "99%",
        "instances": 2,
        "latency": "10 ms",
        "capacity": "1k/s",
        "cost": "$70",
    },
    "db": store(availability="99.5%", latency="5 ms", capacity="1k/s", cost="$300"),
}
THING = {
    "thing": {
        "name": "Thing",
        "rows_per_day": "1,000,000",
        "retention": "10 days",
        "fields": {"id": {"name": "id", "type": "bigint", "key": "primary"}, "t": {"name": "t", "size": "92 B"}},
    }
}


def result(requirement, parts=CHAIN, arrows=ARROWS, **sections) -> RequirementResult:
    sections = {"operations": {"read": {**READ, "response": "Thing"}}, "entities": THING, **sections}
    found = model(parts, arrows, requirements={"r": requirement}, **sections)
    return Meter(found).results()[0]


def changed(key, **fields):
    return {**CHAIN, key: {**CHAIN[key], **fields}}


# Reached: a tenth of the api's outages hits both instances, so it is up (1 - 0.001) x (1 - (0.009 / 0.999)^2) of the
# time, and all of it 0.9999 x that x 0.995; it serves 1k/s at the store; ten days of 100 B rows.
REACHED = [
    pytest.param(
        {"metric": "availability", "comparison": ">=", "quantity": "99%"}, "pass", 0.993824932, id="available"
    ),
    pytest.param(
        {"metric": "availability", "comparison": ">=", "quantity": "99.9%"}, "fail", 0.993824932, id="not 3 nines"
    ),
    pytest.param({"metric": "throughput", "comparison": ">=", "quantity": "1k/s"}, "pass", 1000, id="throughput"),
    pytest.param({"metric": "throughput", "comparison": ">=", "quantity": "1.1k/s"}, "fail", 1000, id="too much"),
    pytest.param({"metric": "storage", "quantity": "1 GB"}, "pass", 1e9, id="storage"),
    pytest.param({"metric": "storage", "quantity": "999 MB"}, "fail", 1e9, id="storage too small"),
    pytest.param({"metric": "retention", "comparison": ">=", "quantity": "1 week"}, "pass", 864_000, id="kept"),
    pytest.param(
        {"metric": "retention", "comparison": ">=", "quantity": "1 year"}, "fail", 864_000, id="kept too short"
    ),
    pytest.param({"metric": "bandwidth", "quantity": "1 MB/s"}, "pass", 10_000, id="100 answers of 100 B a second"),
    pytest.param({"metric": "cost_per_month", "quantity": "$400"}, "fail", 462.36682, id="20 + 2 x 70 + 300 + egress"),
    pytest.param({"metric": "no_single_point", "operation": "read"}, "fail", 2, id="balancer and store are alone"),
    pytest.param({"metric": "recovery_point", "quantity": "1 h"}, "fail", math.inf, id="the only copy, no backup"),
]


@pytest.mark.parametrize(("requirement", "verdict", "value"), REACHED)
def test_requirement_is_judged_by_what_the_design_reaches(requirement, verdict, value):
    parts = changed("lb", capacity="50k/s")

    found = result(requirement, parts)

    assert (found.verdict, found.value) == (verdict, pytest.approx(value, rel=1e-6))
    assert found.steps
    assert not found.missing


@pytest.mark.parametrize(
    ("parts", "requirement", "missing"),
    [
        pytest.param(
            changed("db", kind="graph_store", availability=""),
            {"metric": "availability", "comparison": ">=", "quantity": "99%"},
            "the availability of db",
            id="a kind without a figure",
        ),
        pytest.param(
            changed("db", latency=""), {"metric": "latency_mean", "quantity": "1 s"}, "the latency of db", id="latency"
        ),
        pytest.param(
            {**CHAIN, "mail": "third_party"},
            {"metric": "cost_per_month", "quantity": "$1000"},
            "the cost of mail",
            id="cost of somebody else",
        ),
        pytest.param(CHAIN, {"metric": "latency_p99"}, "the time to reach", id="no number"),
        pytest.param(CHAIN, {"metric": "latency_p99", "quantity": "5 kB"}, "'5 kB' is no time", id="not a time"),
        pytest.param(CHAIN, {"quantity": "5 kB"}, "what is measured", id="no metric"),
        pytest.param(CHAIN, {"metric": "recovery_time", "quantity": "1 h"}, "the recovery time of lb", id="recovery"),
        pytest.param(
            changed("db"),
            {"metric": "durability", "comparison": ">=", "quantity": "99.9999999%"},
            "how quickly a lost copy is replaced",
            id="durability is only known from below",
        ),
    ],
)
def test_what_cannot_be_told_says_what_is_missing(parts, requirement, missing):
    found = result(requirement, parts)

    assert found.verdict == "cannot tell"
    assert any(missing in each for each in found.missing)


def test_known_parts_may_decide_although_others_are_missing():
    """300 + 140 + 20 are above 400 whatever the rest costs, and 10 ms are too long for 5."""
    assert result({"metric": "cost_per_month", "quantity": "$400"}, {**CHAIN, "mail": "third_party"}).verdict == "fail"
    assert result({"metric": "latency_mean", "quantity": "5 ms"}, changed("db", latency="")).verdict == "fail"
    unknown = changed("db", kind="graph_store", availability="")
    assert result({"metric": "availability", "comparison": ">=", "quantity": "99.999%"}, unknown).verdict == "fail"


def test_copies_in_one_place_are_lost_together():
    """1 - 0.002 of one place, 1 - 0.002^2 of two, without anybody replacing a lost copy."""
    asked = {"metric": "durability", "comparison": ">=", "quantity": "99.999%"}
    zones = {"east": {"kind": "zone"}, "west": {"kind": "zone"}}
    copied = {"copies": 2, "replication": "synchronous"}

    anywhere = result(asked, changed("db", **copied))
    together = result(asked, changed("db", **copied, zone="east"), zones=zones)
    apart = result(asked, changed("db", **copied, zones={"east": True, "west": True}), zones=zones)

    assert [each.verdict for each in (anywhere, together, apart)] == ["cannot tell", "cannot tell", "pass"]
    assert any("zones of the 2 copies of db" in each for each in anywhere.missing)
    assert apart.value == pytest.approx(1 - 0.002**2)


def test_requirement_on_everything_is_decided_by_the_worst_operation():
    parts = {**CHAIN, "blob": {"kind": "object_store", "availability": "90%", "stores": {"picture": True}}}
    operations = {"read": READ, "look": {"reads": {"picture": True}, "rate": "1/s"}}

    found = result(
        {"metric": "availability", "comparison": ">=", "quantity": "99%"},
        parts,
        f"{ARROWS}, api -> blob",
        operations=operations,
    )

    assert (found.verdict, found.decided_by) == ("fail", "look")


def test_a_copy_that_confirms_writes_ends_the_single_point_and_still_takes_time_to_lead():
    parts = changed("db", copies=2, replication="synchronous")
    parts["lb"] = {**parts["lb"], "instances": 2}

    assert result({"metric": "no_single_point"}, parts).verdict == "pass"
    assert result({"metric": "recovery_point", "quantity": "0 s"}, parts).verdict == "pass"
    recovery = result({"metric": "recovery_time", "quantity": "10 s"}, parts)
    assert (recovery.verdict, recovery.value) == ("fail", 120)  # the figure of a managed SQL database: 60 to 120 s
    parts["db"]["failover_time"] = "5 s"
    assert result({"metric": "recovery_time", "quantity": "10 s"}, parts).verdict == "pass"


def test_copies_of_which_nothing_is_known_prove_nothing():
    parts = changed("db", copies=2)
    parts["lb"] = {**parts["lb"], "instances": 2}

    for requirement in (
        {"metric": "no_single_point"},
        {"metric": "recovery_point", "quantity": "0 s"},
        {"metric": "availability", "comparison": ">=", "quantity": "99%"},
        {"metric": "durability", "comparison": ">=", "quantity": "99.999%"},
    ):
        found = result(requirement, parts)
        assert found.verdict == "cannot tell"
        assert any("how the 2 copies of db are kept the same" in each for each in found.missing)


@pytest.mark.parametrize(
    ("arrow", "lost_s"),
    [
        pytest.param({"synchronous": True}, 0, id="the follower confirms"),
        pytest.param({"lag": "5 s"}, 5, id="it may be behind"),
        pytest.param({"lag": "2 days"}, 86_400, id="the backup is newer"),
    ],
)
def test_recovery_point_is_the_freshest_copy(arrow, lost_s):
    parts = {**changed("db", backup_every="1 day"), "copy": store()}

    found = result(
        {"metric": "recovery_point", "quantity": "1 min"},
        parts,
        f"{ARROWS}, db => copy",
        connections={"db_copy": arrow},
    )

    assert found.value == lost_s


def test_no_operation_means_nothing_can_be_told():
    found = result({"metric": "availability", "comparison": ">=", "quantity": "99%"}, operations={})

    assert (found.verdict, found.missing) == ("cannot tell", ("an operation that it is asked of",))


@pytest.mark.parametrize(
    ("measured", "comparison", "verdict"),
    [
        pytest.param(Measured(1.0), "<=", "pass", id="at the target"),
        pytest.param(Measured(1.0 + 1e-15), "<=", "pass", id="rounding decides nothing"),
        pytest.param(Measured(1.1, bound="at most"), "<=", "cannot tell", id="at most above"),
        pytest.param(Measured(0.9, bound="at most"), "<=", "pass", id="at most below"),
        pytest.param(Measured(0.9, bound="at most"), ">=", "fail", id="at most below what is asked at least"),
        pytest.param(Measured(0.9, bound="at least"), ">=", "cannot tell", id="at least below"),
        pytest.param(Measured(1.01, error=0.02), "<=", "cannot tell", id="within the error"),
        pytest.param(Measured(1.03, error=0.02), "<=", "fail", id="outside the error"),
        pytest.param(Measured(None), "<=", "cannot tell", id="nothing"),
        pytest.param(Measured(math.inf), "<=", "fail", id="without end"),
    ],
)
def test_verdict_knows_bounds_and_errors(measured, comparison, verdict):
    assert verdict_of(measured, comparison, 1.0) == verdict


def test_a_verdict_names_whose_promises_it_rests_on():
    """An SLA says when money is paid back; 99.9 % that somebody typed was measured, or is theirs to answer for."""
    typed = result({"metric": "availability", "comparison": ">=", "quantity": "90%"})
    assert (typed.verdict, typed.promised) == ("pass", ())
    unknown = changed("db", availability="")
    for metric, comparison, quantity in (("availability", ">=", "90%"), ("error_rate", "<=", "10%")):
        found = result({"metric": metric, "comparison": comparison, "quantity": quantity}, unknown)
        assert (found.verdict, found.promised, found.promising) == ("pass", ("db",), "db")
