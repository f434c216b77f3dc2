from __future__ import annotations

import pytest

from calculators.engine.catalogue.price_steps import SHEET

INTERNET = [(10, 0.09), (40, 0.085), (100, 0.07), (10**9, 0.05)]
CDN = [(10, 0.085), (40, 0.08), (100, 0.06), (350, 0.04), (524, 0.03), (4_000, 0.025), (10**9, 0.02)]


def bill(terabytes, steps):
    """Own count, a terabyte at a time, from the published lists."""
    prices = [price for size, price in steps for _ in range(min(size, terabytes))]
    return sum(price * 1_000 for price in prices[:terabytes])


@pytest.mark.parametrize("terabytes", [1, 10, 50, 150, 200, 6_000])
def test_bills_are_those_of_counting_a_terabyte_at_a_time(results, terabytes):
    found = results(SHEET, sent=f"{terabytes} TB", growth="100%")

    assert found["bill"] == pytest.approx(bill(terabytes, INTERNET))
    assert found["cdn_bill"] == pytest.approx(bill(terabytes, CDN))
    assert found["bill_next"] == pytest.approx(bill(2 * terabytes, INTERNET))


def test_150_terabytes_by_hand(results):
    """10 × 90 + 40 × 85 + 100 × 70 = 11,300 USD; at the first price 13,500."""
    found = results(SHEET, sent="150 TB")

    assert found["bill"] == pytest.approx(11_300)
    assert found["flat"] == pytest.approx(13_500)
    assert found["mean_price"] * 1e9 == pytest.approx(11_300 / 150_000)
