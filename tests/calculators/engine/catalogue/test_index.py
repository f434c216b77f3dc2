from __future__ import annotations

import pytest

from calculators.engine.catalogue.index import SHEET


def test_a_four_level_tree(results):
    """Kleppmann 2017, chapter 3: a four-level tree of 4 KB pages with a branching factor of 500 stores up to 256 TB:
    500^4 leaf references x 4 KB. So 500^4 entries need 4 levels, and one more entry 5."""
    inputs = {"page_size": "8,000 B", "entry_size": "16 B", "page_fill": "100%"}

    assert results(SHEET, records="62,500,000,000", **inputs)["fan_out"] == 500
    assert results(SHEET, records="62,500,000,000", **inputs)["height"] == 4
    assert results(SHEET, records="62,500,000,001", **inputs)["height"] == 5


def test_binary_search_by_hand(results):
    """Knuth, The Art of Computer Programming, vol. 3, 6.2.1: at most floor(log2 N) + 1 comparisons."""
    assert [results(SHEET, records=n)["binary_steps"] for n in ("1", "7", "8", "1,000,000", "1e9")] == [1, 3, 4, 20, 30]


def test_looking_at_everything_by_hand(results):
    """100 million records of 200 B are 20 GB, 20 s at 1 GB/s."""
    assert results(SHEET)["scan_time"] == pytest.approx(20)


def test_what_a_write_costs_by_hand(results, remarks):
    """A record of 200 B touches 5 pages of 8,192 B: 204.8 bytes for each of its own."""
    assert results(SHEET)["write_amplification"] == pytest.approx(204.8)
    assert "LSM tree" in remarks(SHEET)
    assert "no index is needed yet" in remarks(SHEET, records="1,000")
