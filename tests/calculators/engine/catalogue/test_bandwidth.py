from __future__ import annotations

import pytest

from calculators.engine.catalogue.bandwidth import SHEET


def test_forty_megabytes_in_and_four_gigabytes_out(results):
    """By hand: 100/s x 400 kB = 40 MB/s in; 10,000/s x 400 kB = 4 GB/s = 32 Gbit/s out; x 2 = 64; a tenth from us."""
    found = results(
        SHEET, write_rate="100", write_size="400 kB", read_rate="10,000", read_size="400 kB", overhead="0%",
        peak_factor="2", cdn_hit_ratio="90%", link_speed="10 Gbit/s", link_utilisation="70%",
    )  # fmt: skip

    assert found["ingress"] == pytest.approx(40e6)
    assert found["egress"] == pytest.approx(4e9)
    assert found["peak_egress"] * 8 == pytest.approx(64e9)
    assert found["origin_egress"] * 8 == pytest.approx(6.4e9)
    assert found["links"] == 1
    assert found["egress_to_ingress"] == pytest.approx(100)


def test_the_first_ten_terabytes_cost_900_dollars(results):
    """AWS EC2 price list 2024: $0.09 a GB out to the internet, so 10 TB a month are $900."""
    found = results(SHEET, read_rate="10,000,000/month", read_size="1 MB", overhead="0%", cdn_hit_ratio="0%")

    assert found["monthly_cost"] == pytest.approx(900)


def test_one_bandwidth_is_one_too_few(remarks):
    assert "times bytes in" in remarks(SHEET)
    assert "times bytes in" not in remarks(SHEET, read_rate="120")
