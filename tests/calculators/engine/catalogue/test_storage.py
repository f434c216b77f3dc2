from __future__ import annotations

import pytest

from calculators.engine.catalogue.storage import SHEET


def test_a_year_of_photographs_by_hand(results):
    """By hand: 1 million users x 1 image x 200 kB = 200 GB a day, x 365.25 = 73.05 TB, x 3 copies / 0.75 = 292.2 TB."""
    found = results(
        SHEET, daily_users="1M", images_per_user="1", image_size="200 kB", texts_per_user="0", videos_per_user="0",
        events_per_user="0", growth="0%", retention="1 year", copies="3", free_space="25%",
    )  # fmt: skip

    assert found["daily_volume"] == pytest.approx(200e9)
    assert found["kept"] == pytest.approx(73.05e12)
    assert found["provisioned"] == pytest.approx(292.2e12)
    assert found["machines"] == 30


def test_growth_is_a_geometric_sum(results):
    """By hand: 1 + 1.5 + 2.25 = 4.75 first years in three years at 50 %; logs of the last day x 1.5^3 = 3.375."""
    found = results(SHEET, growth="50%", retention="3 years")

    assert found["years_grown"] == pytest.approx(4.75)
    assert found["logs_kept"] == pytest.approx(10e6 * 50 * 200 * 30 * 3.375)


def test_nothing_stored_is_no_error(results):
    found = results(SHEET, daily_users="0")

    assert found["provisioned"] == 0
    assert found["media_share"] == 0


def test_video_is_sent_to_an_object_store(remarks):
    assert "object store" in remarks(SHEET)
    assert "do not shard for the size" in remarks(SHEET, daily_users="1,000", videos_per_user="0")
