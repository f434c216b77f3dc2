"""A class as a whole: what most have missed, how far estimates are off, and which topics to teach again. PURE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_LISTED = 12


@dataclass(frozen=True)
class Missed:
    """Something that so many of the class have missed."""

    title: str
    count: int
    share: float
    topic: str = ""


@dataclass(frozen=True)
class EstimateSpread:
    """How many came to an expected result, and how the others are off."""

    label: str
    right: int
    low: int
    high: int
    missing: int


@dataclass(frozen=True)
class Cohort:
    count: int
    findings: tuple[Missed, ...]
    checks: tuple[Missed, ...]
    topics: tuple[Missed, ...]
    estimates: tuple[EstimateSpread, ...]


def cohort_of(
    summaries: Sequence[Mapping[str, Any]],
    *,
    checks: Mapping[str, str],
    results: Mapping[str, tuple[str, float]],
) -> Cohort:
    """From the summaries of all designs. `checks` gives words for each check, `results` the label and the tolerance (a
    share) of each expected result."""
    count = len(summaries)
    # A rule counts once for each design, however many elements it names.
    rules = [{each["rule"]: each for each in summary.get("findings", ())} for summary in summaries]
    found = Counter(rule for each in rules for rule in each)
    known = {rule: finding for each in rules for rule, finding in each.items()}
    failed = Counter(check for summary in summaries for check in summary.get("failed_checks", ()))
    topics = Counter(topic for each in rules for topic in {finding["topic"] for finding in each.values()} if topic)
    return Cohort(
        count=count,
        findings=tuple(
            Missed(known[rule]["title"], number, number / count, known[rule]["topic"])
            for rule, number in found.most_common(MOST_LISTED)
        ),
        checks=tuple(
            Missed(checks.get(check, check), number, number / count) for check, number in failed.most_common()
        ),
        topics=tuple(Missed(topic, number, number / count, topic) for topic, number in topics.most_common(MOST_LISTED)),
        estimates=tuple(
            _spread(label, tolerance, [summary.get("estimates", {}).get(name) for summary in summaries])
            for name, (label, tolerance) in results.items()
        ),
    )


def _spread(label: str, tolerance: float, ratios: Sequence[float | None]) -> EstimateSpread:
    known = [ratio for ratio in ratios if ratio is not None]
    low = sum(ratio < 1 - tolerance for ratio in known)
    high = sum(ratio > 1 + tolerance for ratio in known)
    return EstimateSpread(label, len(known) - low - high, low, high, len(ratios) - len(known))
