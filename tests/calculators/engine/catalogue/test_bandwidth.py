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


def test_a_month_of_pictures_by_the_steps_of_the_price_list(results):
    """36.5 PB by hand. Internet: 10 TB x 90 + 40 x 85 + 100 x 70 + 36,350 x 50 = 1,828,800 USD.
    CloudFront: 850 + 3,200 + 6,000 + 350 x 40 + 524 x 30 + 4,000 x 25 + 31,476 x 20 = 769,290 USD."""
    month = {"read_rate": "36,500,000,000/month", "read_size": "1 MB", "overhead": "0%"}

    assert results(SHEET, **month, cdn_hit_ratio="0%")["monthly_cost"] == pytest.approx(1_828_800)
    assert results(SHEET, **month, cdn_hit_ratio="95%")["monthly_cost"] == pytest.approx(769_290)


def test_a_cdn_of_another_provider_pays_for_what_it_fetches(results):
    """1 PB at one price by hand: 1,000,000 GB x 0.02, and a tenth of it fetched at 0.05."""
    found = results(
        SHEET, read_rate="1,000,000,000/month", read_size="1 MB", overhead="0%", cdn_hit_ratio="90%",
        cdn_price="$0.02/GB", origin_fetch_price="$0.05/GB", volume_tiers="0",
    )  # fmt: skip

    assert found["monthly_cost"] == pytest.approx(20_000 + 5_000)


def test_one_bandwidth_is_one_too_few(remarks):
    assert "times bytes in" in remarks(SHEET)
    assert "times bytes in" not in remarks(SHEET, read_rate="120")
