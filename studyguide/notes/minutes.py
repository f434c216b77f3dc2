"""How long a text and its cards take, for a person who plans an evening."""

from __future__ import annotations

import math

# Brysbaert, How many words do we read per minute? (2019): 238 for English prose; numbers and drawings take longer.
WORDS_A_MINUTE = 200
MINUTES_A_NEW_CARD = 0.5


def reading_minutes(plain_text: str) -> int:
    """At least one."""
    return max(1, math.ceil(len(plain_text.split()) / WORDS_A_MINUTE))


def card_minutes(new_cards: int) -> int:
    return math.ceil(new_cards * MINUTES_A_NEW_CARD)
