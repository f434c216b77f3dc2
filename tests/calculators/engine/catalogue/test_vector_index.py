from __future__ import annotations

import numpy as np
import pytest

from calculators.engine.catalogue.vector_index import SHEET


def test_bytes_are_those_of_real_arrays(results):
    """Oracle: numpy's own count for a thousand vectors, their links and their codes."""
    found = results(SHEET, vectors="1,000", numbers="384", links="48", code_size="64 B", lists="32", probes="4")

    assert found["raw"] == np.zeros((1_000, 384), dtype=np.float32).nbytes
    assert found["link_bytes"] == np.zeros((1_000, 48), dtype=np.int32).nbytes
    assert found["compressed"] == np.zeros((1_000, 64), dtype=np.uint8).nbytes


@pytest.mark.parametrize(("vectors", "lists", "probes"), [(10_000, 100, 1), (50_000, 250, 8), (7_000, 7_000, 7)])
def test_comparisons_are_counted_by_searching(results, vectors, lists, probes):
    """Own index of equal groups: a search compares all centres, then every vector of the nearest groups."""
    groups = [range(start, start + vectors // lists) for start in range(0, vectors, vectors // lists)]
    compared = 0
    nearest = []
    for centre in range(lists):
        compared += 1
        nearest.append((abs(centre - lists / 3), centre))
    for _, centre in sorted(nearest)[:probes]:
        compared += len(groups[centre])

    found = results(SHEET, vectors=str(vectors), lists=str(lists), probes=str(probes))

    assert found["compared"] == pytest.approx(compared)


def test_the_best_number_of_groups_is_the_least_of_all(results):
    fewest = min(range(1, 5_000), key=lambda lists: lists + 100_000 * 10 / lists)

    found = results(SHEET, vectors="100,000", lists="100", probes="10")

    assert found["best_lists"] == pytest.approx(fewest, abs=1)


def test_machines_by_hand(results):
    """61.44 + 1.28 GB over 44.8 GB are two machines, twice; 0.96 GB compressed is one, twice."""
    found = results(SHEET)

    assert found["machines"] == 4
    assert found["machines_compressed"] == 2
