"""Caches that fill by what is asked of them: Che's approximation beside a real LRU, and simulations with it."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

from designs.analysis.caching import hit_ratio
from designs.analysis.plans import Loss
from designs.analysis.settling import model_of
from designs.analysis.simulation import simulate
from designs.analysis.warming import Warmth, misses, warming
from designs.document.diagram import Component
from tests.designs.analysis.build import READ, figures, model, store

pytestmark = pytest.mark.one_database


def real_lru(asked: int, held: int, skew: float, reads: int) -> np.ndarray:
    """Hits, read by read, of an ordered dictionary that begins empty."""
    chances = np.arange(1, asked + 1, dtype=float) ** -skew
    keys = np.random.default_rng(5).choice(asked, size=reads, p=chances / chances.sum()).tolist()
    kept, hits = OrderedDict[int, bool](), np.zeros(reads, dtype=bool)
    for number, key in enumerate(keys):
        if key in kept:
            hits[number] = True
            kept.move_to_end(key)
        else:
            kept[key] = True
            if len(kept) > held:
                kept.popitem(last=False)
    return hits


@pytest.mark.parametrize(
    ("asked", "held", "skew"), [(1_000, 100, 0.8), (1_000, 300, 0.0), (20_000, 2_000, 1.0), (500, 500, 0.8)]
)
def test_a_real_lru_fills_as_fast_and_hits_as_often(asked, held, skew):
    found, hits = warming(asked, held, skew), real_lru(asked, held, skew, 120_000)

    assert found.hit_ratio == pytest.approx(hits[60_000:].mean(), abs=0.01)
    for begins in (0, 500, 2_000):
        after = np.mean([found.after(begins + each) for each in range(500)])
        assert after == pytest.approx(hits[begins : begins + 500].mean(), abs=0.05)


def test_ranks_that_are_taken_together_count_as_one_by_one():
    chances = np.arange(1.0, 200_001.0) ** -0.8
    chances /= chances.sum()

    for reads in (1e3, 1e5, 1e6):
        exact = float(np.sum(chances * -np.expm1(-chances * reads)))
        assert warming(200_000, 199_999, 0.8).after(reads) == pytest.approx(exact, abs=0.001)


def test_all_alike_the_share_is_what_fits():
    """Uniform reads: C of N entries are inside, and every read is a hit with C / N."""
    assert warming(10_000, 2_500, 0.0).hit_ratio == pytest.approx(0.25, abs=1e-6)
    assert hit_ratio(Component(kind="cache", working_set="10k", entries="2.5k")) == pytest.approx(0.25, abs=1e-6)
    assert hit_ratio(Component(kind="cache", working_set="10k", entries="2.5k", cache_hit_ratio="90%")) == 0.9
    assert hit_ratio(Component(kind="cache", working_set="10k")) == 0.0


def test_an_answered_miss_counts_for_the_reads_of_a_miss():
    warmth, read = Warmth(warming(1_000, 300, 0.8)), 0
    warmth.empties()
    random = np.random.default_rng(2)
    while read < 3_000:
        read += 1
        if random.random() < misses([warmth]):
            warmth.fills()

    assert warmth.reads == pytest.approx(min(3_000, warmth.warming.reads[-1]), rel=0.1)


def lookups(rate: str = "400/s", **cache):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "20k/s", "latency": "0.1 ms"},
        "cache": {"kind": "cache", "capacity": "50k/s", "latency": "0.1 ms", "skew": "0.8", **cache},
        "db": store(capacity="5k/s", latency="1 ms"),
    }
    near = {key: {"latency": "0 ms"} for key in ("app_api", "api_cache", "api_db")}
    return model(
        parts, "app -> api, api -> cache, api -> db", operations={"read": {**READ, "rate": rate}}, connections=near
    )


def test_the_hit_ratio_that_follows_from_the_size_is_in_the_loads():
    found = lookups(working_set="10k", entries="1k")
    share = 1 - warming(10_000, 1_000, 0.8).hit_ratio

    assert found.loads.components["db"].peak == pytest.approx(400 * share, rel=1e-6)


def test_a_cache_that_comes_back_is_cold_and_warms_as_it_is_asked():
    """400 reads a second, from 10 s on: warm, for 20 s all at the store, then as many as the filling cache lets."""
    found = lookups(working_set="10k", entries="5k")
    run = simulate(found, duration_s=100, visits=10**6, losses=[Loss("cache", 1, begins=0.3, ends=0.5)])
    warms = warming(10_000, 5_000, 0.8)
    filling = float(np.mean([1 - warms.after(400 * after) for after in np.arange(0.05, 50, 0.1)]))
    db = next(each for each in run.stations if each.component == "db")

    assert db.rate * 90 == pytest.approx(400 * (20 * (1 - warms.hit_ratio) + 20 + 50 * filling), rel=0.02)
    assert filling > 1.4 * (1 - warms.hit_ratio)


def test_a_cold_cache_whose_store_answers_nothing_in_time_stays_cold():
    """The store bears 150/s: the warm cache leaves it 400 x misses, the empty one all 400, none of them in time."""
    limits = {"working_set": "10k", "entries": "8k"}
    slow = lookups(**limits).document
    diagram = slow.diagram
    boxes = {**diagram.components, "db": diagram.components["db"].model_copy(update={"capacity": "150/s"})}
    arrow = diagram.connections["api_db"].model_copy(update={"timeout": "200 ms", "retries": 2})
    arrows = {**diagram.connections, "api_db": arrow}
    changed = diagram.model_copy(update={"components": boxes, "connections": arrows})
    found = model_of(slow.model_copy(update={"diagram": changed}), figures())
    run = simulate(found, duration_s=100, visits=10**6, losses=[Loss("cache", 1, begins=0.3, ends=0.5)])

    assert 400 * (1 - warming(10_000, 8_000, 0.8).hit_ratio) < 100
    assert sum(stage.failed for stage in run.stages[:3]) < 50
    assert run.stages[-1].failed > 0.2 * run.stages[-1].rate * 100 / 12
