"""What components do over the time of a simulation: both ways of following tell the same, and what theory says."""

from __future__ import annotations

import numpy as np
import pytest

from designs.analysis.plans import Loss
from designs.analysis.simulation import simulate
from designs.analysis.timeline import MOMENTS
from tests.designs.analysis.build import model
from tests.designs.analysis.test_giving_up import line

pytestmark = pytest.mark.one_database


def servers(rate: str, **call):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "100/s", "latency": "10 ms", "instances": 4, "availability": "100%"},
    }
    return model(
        parts, "app -> api", operations={"read": {"method": "GET", "rate": rate}}, flows={"read": ["app_api"]},
        connections={"app_api": {"latency": "0 ms", **call}},
    )  # fmt: skip


@pytest.mark.parametrize("call", [{}, {"timeout": "1 min"}])
def test_used_is_the_utilisation_and_queues_are_those_of_little(call):
    """M/M/4 at 300/s of 400/s: 75 % used; 1.53 wait on average (Erlang C), by stations and event by event."""
    found = simulate(servers("300/s", **call), duration_s=240, visits=10**6)
    course = found.courses["api"]

    assert len(course.used) == len(course.queue) == len(found.moments) == MOMENTS
    assert np.mean(course.used) == pytest.approx(0.75, abs=0.03)
    assert np.mean(course.queue) == pytest.approx(found.stations[0].mean_wait_s * 300, abs=0.9)
    assert set(course.standing) == {4}


@pytest.mark.parametrize("call", [{}, {"timeout": "10 min"}])
def test_a_queue_grows_by_what_comes_above_the_capacity(call):
    """500/s at 400/s for 60 s: 100 more wait each second."""
    found = simulate(servers("500/s", **call), duration_s=60, visits=10**6)
    queue = found.courses["api"].queue

    assert queue[-1] == pytest.approx(6_000, rel=0.1)
    assert queue[MOMENTS // 2 - 1] == pytest.approx(3_000, rel=0.15)
    assert min(found.courses["api"].used[1:]) > 0.99


@pytest.mark.parametrize("call", [{}, {"timeout": "10 min"}])
def test_lost_servers_are_away_while_they_are_lost(call):
    losses = [Loss("api", 2, begins=0.25, ends=0.75)]
    found = simulate(servers("100/s", **call), duration_s=48, losses=losses, visits=10**6)

    assert found.courses["api"].standing == (4,) * 12 + (2,) * 24 + (4,) * 12 or found.courses["api"].standing == (
        (4,) * 11 + (2,) * 24 + (4,) * 13
    )


def test_a_sample_tells_of_all_requests_that_it_stands_for():
    found = simulate(servers("500/s"), duration_s=600, visits=30_000)

    assert found.weight == pytest.approx(20, rel=0.1)
    assert found.courses["api"].queue[-1] == pytest.approx(60_000, rel=0.1)


def test_moments_are_finer_stages():
    found = simulate(line("80/s", timeout="20 ms"), visits=60_000)
    fine = sum(each.failed for each in found.moments)

    assert fine == sum(each.failed for each in found.stages) == found.failed["read"]
    assert sum(each.rate * (each.ends_s - each.begins_s) for each in found.moments) == pytest.approx(found.requests)
