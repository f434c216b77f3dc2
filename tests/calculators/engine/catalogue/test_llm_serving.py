from __future__ import annotations

import pytest

from calculators.engine.catalogue.llm_serving import SHEET


def test_the_table_of_the_topic_by_hand(results):
    """70e9 × 2 B = 140 GB; 2 × 80 × 8 × 128 × 2 B = 327,680 B; × 4,000 = 1.31 GB; (320 − 140) / 1.31 = 137.3."""
    found = results(SHEET, reached="100%", batch="1")

    assert found["weights"] == pytest.approx(140e9)
    assert found["token_cache"] == pytest.approx(327_680)
    assert found["conversation_cache"] == pytest.approx(1.31072e9)
    assert found["most_conversations"] == 137
    assert found["alone_pace"] == pytest.approx(13.4e12 / 141.31072e9)


@pytest.mark.parametrize(("batch", "reached"), [(1, 1.0), (50, 0.6), (137, 0.35)])
def test_the_pace_is_that_of_reading_each_byte_once_a_step(results, batch, reached):
    """Own count: every weight, and key and value of every head of every layer of every token, are read once a step."""
    bytes_read = 70_000_000_000 * 2
    for _ in range(batch):
        for _layer in range(80):
            bytes_read += sum(size * 128 * 2 * 4_000 for size in [8] * 2)
    seconds = bytes_read / (4 * 3.35e12 * reached)

    found = results(SHEET, batch=str(batch), reached=f"{reached:%}")

    assert found["step_time"] == pytest.approx(seconds)
    assert found["machine_pace"] == pytest.approx(batch / seconds)
    assert found["token_price"] == pytest.approx(4 * 4.916 / 3600 * seconds / batch * 1e6)


def test_half_a_batch_costs_more_for_each_token(results):
    full, half = results(SHEET, batch="100"), results(SHEET, batch="50")

    assert full["half_price"] == pytest.approx(half["token_price"])
    assert full["half_price"] > full["token_price"]
