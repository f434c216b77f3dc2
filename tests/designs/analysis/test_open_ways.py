"""What is told of a design while nothing says which of several services answers: between all of them and each alone."""

from __future__ import annotations

import pytest

from designs.analysis.report import analyse
from designs.analysis.values import said_failing, said_share
from tests.designs.analysis.build import READ, WRITE, figures, raw, store

UP, GATE = 0.999, 0.9999


def asked(metric, quantity, comparison="<="):
    return {"metric": metric, "quantity": quantity, "comparison": comparison}


def shop(**requirements):
    """Neither name tells which of two services, of 500/s and 100 ms each, answers; the store's time counts twice."""
    sized = {"kind": "service", "capacity": "500/s", "latency": "100 ms", "variation": "0", "availability": "99.9%"}
    gate = {"kind": "api_gateway", "latency": "1 ms", "availability": "99.99%", "capacity": "9k/s"}
    parts = {
        "user": "client",
        "gate": gate,
        "alpha": sized,
        "beta": sized,
        "db": store(capacity="5k/s", latency="1 ms", availability="99.99%"),
    }
    arrows = "user -> gate, gate -> alpha, gate -> beta, alpha -> db, beta -> db"
    still = {key: {"latency": "0 ms"} for key in ("gate_alpha", "gate_beta", "alpha_db", "beta_db")}
    operations = {"get": {**READ, "rate": "40/s"}}
    return analyse(raw(parts, arrows, operations=operations, connections=still, requirements=requirements), figures())


@pytest.mark.parametrize(
    ("requirement", "verdict"),
    [
        (asked("availability", "99.85%", ">="), "cannot tell"),  # both: 99.78 %, either alone: 99.88 %
        (asked("availability", "99.75%", ">="), "pass"),
        (asked("availability", "99.9%", ">="), "fail"),
        (asked("error_rate", "0.15%"), "cannot tell"),
        (asked("latency_mean", "150 ms"), "cannot tell"),  # 102 ms or 203 ms
        (asked("latency_mean", "300 ms"), "pass"),
        (asked("latency_mean", "90 ms"), "fail"),
        (asked("throughput", "400/s", ">="), "pass"),  # 500/s whichever answers
        (asked("no_single_point", ""), "fail"),  # the gate and the store, whichever answers
    ],
)
def test_a_verdict_holds_whichever_service_answers(requirement, verdict):
    result = shop(r=requirement).requirements[0]

    assert result.verdict == verdict
    assert (verdict == "cannot tell") == ("which of alpha and beta answers get" in result.missing)


def test_availability_is_at_least_what_it_is_with_all_of_them():
    analysis = shop(r=asked("availability", "99.85%", ">="))
    reach = analysis.model.reach["get"]

    assert reach.served is not None
    assert reach.served.value == pytest.approx(GATE**2 * UP**2)
    assert reach.said(reach.served.value).startswith("at least 99.78")
    assert analysis.requirements[0].reached == "99.78 % to 99.88 %"
    assert "which of alpha and beta answers get" in analysis.missing


def test_only_what_every_way_needs_is_told_to_be_a_single_point():
    found = {finding.key for finding in shop().findings if finding.rule == "single-point"}

    assert found == {"single-point:gate", "single-point:db"}


def test_a_missing_figure_beside_an_open_way_leaves_no_bound():
    parts = {"user": "client", "gate": "api_gateway", "alpha": "service", "beta": "service",
             "db": store("wide_column")}  # fmt: skip
    arrows = "user -> gate, gate -> alpha, gate -> beta, alpha -> db, beta -> db"
    requirements = {"r": asked("availability", "99.8%", ">=")}  # the gate and one service: 99.85 %
    analysis = analyse(raw(parts, arrows, operations={"get": READ}, requirements=requirements), figures())

    assert analysis.model.reach["get"].said(0.99) == "not known"
    assert analysis.requirements[0].verdict == "cannot tell"
    assert "the availability of db" in analysis.requirements[0].missing


def test_servers_count_although_nobody_knows_how_often_they_fail():
    """Twelve partitions of a stream without an availability: none is alone, and copies of them bear no more."""
    parts = {
        "user": "client",
        "api": "service",
        "log": {"kind": "stream", "shards": 12, "copies": 3, "capacity": "1k/s"},
    }
    parts["worker"] = {"kind": "worker", "capacity": "9k/s"}
    parts["db"] = store()
    arrows = "user -> api, api ~> log, log -> worker, worker -> db"
    analysis = analyse(raw(parts, arrows, operations={"send": {**WRITE, "rate": "6k/s"}}), figures())

    assert analysis.model.loads.components["log"].utilisation == pytest.approx(6 / 12)
    assert analysis.finding("single-point:log") is None
    assert "the availability of log" in analysis.model.reach["send"].missing


def test_of_calls_made_at_once_the_optional_one_is_not_needed():
    up = {"kind": "service", "availability": "99.9%"}
    parts = {"user": "client", "page": up, "price": up, "advice": up}
    connections = {"page_price": {"relation": "parallel"}, "page_advice": {"relation": "parallel", "optional": True}}
    analysis = analyse(
        raw(parts, "user -> page, page -> price, page -> advice", operations={"see": {"method": "GET", "rate": "1/s"}},
            connections=connections, flows={"see": ["user_page", "page_price", "page_advice"]}),
        figures(),
    )  # fmt: skip
    served = analysis.model.reach["see"].served

    assert served is not None
    assert served.value == pytest.approx(0.999**2)


def test_time_until_delivered_is_asked_of_what_is_delivered():
    parts = {"user": "client", "api": "service", "jobs": "queue", "worker": "worker", "db": store()}
    parts |= {key: {"kind": parts[key], "capacity": "1k/s", "latency": "1 ms"} for key in ("api", "jobs", "worker")}
    parts["db"] = store(capacity="1k/s", latency="1 ms")
    analysis = analyse(
        raw(
            parts,
            "user -> api, api -> db, api ~> jobs, jobs -> worker, worker -> db",
            operations={"read": READ, "write": WRITE},
            flows={"write": ["user_api", "api_jobs", "jobs_worker", "worker_db"]},
            requirements={"r": asked("delivery_time", "5 s")},
        ),
        figures(),
    )

    assert (analysis.requirements[0].verdict, analysis.requirements[0].decided_by) == ("pass", "write")


def test_a_cold_cache_makes_reads_and_they_divide_among_followers():
    """2,000 reads and 50 writes a second: 1,050/s at each of two followers of 300/s, 150/s while nine in ten hit."""
    parts = {
        "user": "client",
        "app": "service",
        "cache": {"kind": "cache", "cache_hit_ratio": "90%", "stores": {"thing": True}},
        "db": store(copies=3, replication="asynchronous", reads_from="followers", capacity="300/s"),
    }
    operations = {"read": {**READ, "rate": "2k/s"}, "write": {**WRITE, "rate": "50/s"}}
    finding = analyse(raw(parts, "user -> app, app -> cache, app -> db", operations=operations), figures()).finding(
        "cold-cache:db"
    )

    assert finding is not None
    assert "350% of what it serves instead of 50%" in finding.proof


@pytest.mark.parametrize(
    ("value", "failing"),
    [(0.02392, "2.4 %"), (0.0004, "0.04 %"), (2e-7, "0.00002 %"), (0.25, "25 %"), (1.0, "100 %"), (0.0, "0 %")],
)
def test_a_share_that_fails_is_rounded_up(value, failing):
    assert said_failing(value) == failing


@pytest.mark.parametrize(
    ("value", "share"), [(0.9995, "99.95 %"), (0.0002, "0.02 %"), (1 / 12, "8.3 %"), (0.2, "20 %")]
)
def test_a_share_is_rounded_down_and_never_to_nothing(value, share):
    assert said_share(value) == share
