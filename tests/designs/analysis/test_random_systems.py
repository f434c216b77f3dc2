"""Some of the two hundred random systems; `python -m tests.designs.analysis.random_systems` tries them all."""

from __future__ import annotations

import numpy as np
import pytest

from tests.designs.analysis.random_systems import (
    SEEDS,
    by_ciw,
    by_events,
    by_simpy,
    compared,
    drawn,
    percentile,
    suits_ciw,
    system,
    wrong_loads,
)

pytestmark = pytest.mark.one_database


def test_loads_are_those_of_the_numbers_that_a_system_is_made_of():
    wrong = {seed: found for seed in range(SEEDS) if (found := wrong_loads(made := system(seed), drawn(made)))}

    assert wrong == {}


@pytest.mark.parametrize("seed", range(0, 200, 21))
def test_the_99th_percentile_is_that_of_a_simulation(seed):
    found = compared(seed, requests=10_000)

    assert found is None or found.is_right, found


def test_the_three_simulations_agree_with_each_other():
    """Ours, simpy and ciw on one line of queues: else they prove nothing."""
    found = next(made for seed in range(SEEDS) if suits_ciw(made := system(seed)))
    ends = [percentile(oracle(found, 3, 20_000)) for oracle in (by_events, by_simpy, by_ciw)]
    values, doubts = np.array(ends).T

    assert np.ptp(values) < 0.05 * values.mean() + doubts.max()
