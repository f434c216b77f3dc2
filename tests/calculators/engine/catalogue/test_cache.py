from __future__ import annotations

import pytest

from calculators.engine.catalogue.cache import SHEET


def test_average_access_time_by_hand(results):
    """Hennessy and Patterson: hit time + miss ratio x miss penalty; 1 ms + 5 % x 20 ms = 2 ms."""
    found = results(SHEET, hit_ratio="95%", cache_time="1 ms", database_time="20 ms", read_rate="100,000")

    assert found["effective_time"] == pytest.approx(2e-3)
    assert found["speed_up"] == pytest.approx(10)
    assert found["database_load"] == pytest.approx(5_000)


def test_one_point_less_doubles_the_load_at_99_percent(results):
    """By hand: 1 % of 100,000 misses become 2 %."""
    found = results(SHEET, hit_ratio="99%", read_rate="100,000")

    assert found["database_load"] == pytest.approx(1_000)
    assert found["one_point_less"] == pytest.approx(2_000)


def test_the_hit_ratio_of_zipf_by_hand(results):
    """Exponent 1, the first 2 of 4 objects: (1 + 1/2) / (1 + 1/2 + 1/3 + 1/4) = 18/25; exponent 0: a half."""
    skewed = results(SHEET, objects="4", object_size="1 kB", cache_memory="2 kB", zipf_exponent="1")
    even = results(SHEET, objects="4", object_size="1 kB", cache_memory="2 kB", zipf_exponent="0")

    assert skewed["possible_hit_ratio"] == pytest.approx(0.72)
    assert even["possible_hit_ratio"] == pytest.approx(0.5)


def test_a_cold_restart_by_hand(results, remarks):
    """64 million objects at 10,000 misses a second are 6,400 s; 50,000 reads on 10,000 are five times too many."""
    found = results(SHEET)

    assert found["warm_up"] == pytest.approx(6_400)
    assert found["cold_overload"] == pytest.approx(5)
    assert "survives only while the cache works" in remarks(SHEET)


def test_the_overload_of_a_cold_restart_falls_and_ends_by_hand(results, remarks):
    """The database serves 10,000 of 50,000 reads: it keeps up again once four of five reads are hits."""
    assert results(SHEET)["hits_to_bear"] == pytest.approx(0.8)
    assert "ends once 80% of the reads are hits" in remarks(SHEET)
