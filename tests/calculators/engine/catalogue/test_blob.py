from __future__ import annotations

import pytest

from calculators.engine.catalogue.blob import SHEET


def test_the_google_file_system(results):
    """Ghemawat et al. 2003, section 2.6.1: less than 64 B of metadata for each 64 MB chunk, and 64 B for a file."""
    found = results(SHEET, files="1M", file_size="64 MB", copies="3")

    assert found["chunks"] == 1e6
    assert found["chunk_copies"] == 3e6
    assert found["metadata"] == pytest.approx(128e6)


def test_reed_solomon_by_hand(results):
    """HDFS Erasure Coding: RS-6-3 keeps 1 PB in 1.5 PB, three copies in 3 PB."""
    found = results(SHEET)

    assert found["with_parity"] == pytest.approx(1.5e15)
    assert found["with_copies"] == pytest.approx(3e15)


def test_a_file_that_does_not_fill_its_last_chunk(results):
    """By hand: 130 MB in chunks of 64 MB are 3."""
    assert results(SHEET, file_size="130 MB")["chunks_per_file"] == 3


def test_a_petabyte_by_the_price_list(results, remarks):
    """AWS list prices 2024: a million GB x $0.023, $0.08 and $0.30 a month."""
    found = results(SHEET)

    assert found["object_cost"] == pytest.approx(23_000)
    assert found["block_cost"] == pytest.approx(80_000)
    assert found["file_cost"] == pytest.approx(300_000)
    assert "Object storage costs $23,000" in remarks(SHEET)
