"""The errors of a file of cards, and the limits for reading one."""

from __future__ import annotations

MAX_ENTRIES = 50_000  # in an archive: media are one entry each
MAX_DIRECTORY = 10_000_000  # bytes of an archive's own list of contents
MAX_COLLECTION = 400_000_000  # bytes of the database within, unpacked
MAX_UNPACKED = 2_000_000_000  # bytes that all entries together say they have
MAX_RATIO = 100  # how many times smaller something of more than MIN_SUSPECT bytes may be when packed
MIN_SUSPECT = 10_000_000
MAX_CARDS = 100_000
MAX_REVIEWS = 1_000_000
MAX_CELL = 4_000_000  # bytes in one cell of the database
MAX_ALL_TEXT = 200_000_000  # characters in all cards of a file
MAX_TEXT = 500_000  # characters in one field of a note


class DeckError(ValueError):
    """A refused file; the message says why, in a sentence for the sender."""
