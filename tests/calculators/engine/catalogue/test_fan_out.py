from __future__ import annotations

import pytest

from calculators.engine.catalogue.fan_out import SHEET


def test_twitter_of_2012(results):
    """Kleppmann 2017, chapter 1: 4,600 posts a second to 75 followers are 345,000 writes a second."""
    found = results(SHEET)

    assert found["on_write"] == pytest.approx(345_000)
    assert found["on_read"] == pytest.approx(300_000 * 75)


def test_one_post_of_a_celebrity_by_hand(results, remarks):
    """30 million deliveries at a million a second take 30 s; Twitter's aim was 5 s (Kleppmann 2017, chapter 1)."""
    assert results(SHEET)["celebrity_time"] == pytest.approx(30)
    assert "look their posts up at reading" in remarks(SHEET)
    assert "look their posts up" not in remarks(SHEET, delivery_capacity="10M")


def test_the_primer(results):
    """The System Design Primer, Twitter: 500M tweets a day, each to 10 followers: 60,000 a second; exactly 57,870."""
    found = results(SHEET, post_rate="500M/day", followers="10", celebrity_posts="0%")

    assert found["all_on_write"] == pytest.approx(57_870, rel=1e-4)


def test_who_reads_rarely_gathers(remarks):
    assert "gather when a feed is read" in remarks(SHEET, feed_reads="100")
