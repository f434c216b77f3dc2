"""Addresses of passages: a section's anchor, and the words of a sentence as a text fragment."""

from __future__ import annotations

from urllib.parse import quote as percent_encoded

WORDS_AT_EACH_END = 4


def passage_fragment(anchor: str, quote: str) -> str:
    """`#anchor:~:text=first words,last words`; empty when nothing is known. Browsers without text fragments go to the
    anchor."""
    words = quote.split()
    if len(words) > 2 * WORDS_AT_EACH_END:
        ends = [words[:WORDS_AT_EACH_END], words[-WORDS_AT_EACH_END:]]
    else:
        ends = [words] if words else []
    # A hyphen has a meaning of its own in a text fragment.
    text = ",".join(percent_encoded(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    directive = f":~:text={text}" if text else ""
    return f"#{percent_encoded(anchor)}{directive}" if anchor or directive else ""
