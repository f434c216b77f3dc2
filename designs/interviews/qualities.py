"""Drafts of every quality that marks are measured with, in order. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from designs.interviews import drafts, nonsense
from designs.scenarios.schema import Scenario

QUALITIES: tuple[str, ...] = ("untouched", "nonsense", "weak", "medium", "good")
NONSENSE: Mapping[str, Callable[[Scenario, Random], dict[str, Any]]] = {**drafts.NONSENSE, **nonsense.COPIES}


def drafts_of(scenario: Scenario, *, seeds: int = 5) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(quality, kind, document) of each; nonsense once for each kind and seed."""
    yield "untouched", "as given", drafts.untouched(scenario)
    for kind, make in NONSENSE.items():
        for seed in range(seeds):
            yield "nonsense", kind, make(scenario, Random(f"{scenario.slug}/{kind}/{seed}"))  # noqa: S311 - no secret
    for quality, written in (("weak", drafts.weak), ("medium", drafts.medium), ("good", drafts.good)):
        yield quality, "by rule", written(scenario)
