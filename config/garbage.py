"""How a process that serves looks for garbage: not among what it loaded at its start, and not often."""

from __future__ import annotations

import gc


def spare_what_is_loaded() -> None:
    """By `python -m benchmarks calculators cards`, a request of either costs a tenth to a fifth less.

    With a threshold of 100,000 it cost more again: what is thrown away late has left the processor's cache.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
