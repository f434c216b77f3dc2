from __future__ import annotations

import math

import pytest

from calculators.engine.catalogue.autoscaling import SHEET


def simulated(low, high, ramp, capacity, target, delay, *, step=0.05):
    """Own simulation in small steps of seconds: servers follow what was measured `delay` ago. Returns how busy the
    servers were at worst, and how many requests came above what the first servers answer until new ones answer."""
    traffic = lambda t: low + (high - low) * min(max(t, 0.0) / ramp, 1.0)  # noqa: E731
    worst = above = 0.0
    first = math.ceil(low / (capacity * target)) * capacity
    steps = math.ceil((ramp + delay) / step)
    for each in range(steps + 1):
        now = each * step
        servers = max(math.ceil(traffic(now - delay) / (capacity * target) - 1e-9), 1)
        worst = max(worst, traffic(now) / (servers * capacity))
        if now < delay:
            above += max(traffic(now + step / 2) - first, 0.0) * step
    return worst, above


@pytest.mark.parametrize(
    ("low", "high", "ramp", "target", "delay"),
    [
        (1_000, 3_000, 600, 0.6, 240),
        (1_000, 3_000, 600, 0.5, 60),
        (1_000, 9_000, 120, 0.5, 240),
        (600, 900, 1_800, 0.75, 300),
    ],
)
def test_the_worst_moment_is_that_of_a_simulation(results, low, high, ramp, target, delay):
    worst, above = simulated(low, high, ramp, 1.0, target, delay)

    found = results(
        SHEET, low=f"{low}/s", high=f"{high}/s", ramp=f"{ramp} s", capacity="1/s", target=f"{target:%}",
        notice="0 s", start=f"{delay} s",
    )  # fmt: skip

    assert found["worst"] == pytest.approx(worst, rel=0.01)
    assert found["waiting"] == pytest.approx(above, rel=0.01, abs=1)


def test_the_safe_target_is_full_and_not_fuller(results):
    """1,000 to 3,000 in ten minutes, four minutes late: 1,800 a second meet them, so 1,000 / 1,800."""
    found = results(SHEET)

    assert found["safe_target"] == pytest.approx(1_000 / 1_800)
    again = results(SHEET, capacity="0.01/s", target=f"{found['safe_target']:%}")
    assert again["worst"] == pytest.approx(1.0, rel=1e-3)
    assert again["waiting"] == pytest.approx(0.0, abs=1)
