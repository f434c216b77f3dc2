"""A class as a whole: what most have missed and who, how far estimates are off, and how marks are distributed. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MOST_LISTED = 12
BANDS = ((0, 24), (25, 49), (50, 69), (70, 84), (85, 100))


@dataclass(frozen=True)
class Missed:
    """Something that these people have missed. `partly` have some of it, and `names` those who have none."""

    title: str
    names: tuple[str, ...]
    share: float
    topic: str = ""
    partly: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class EstimateSpread:
    """Who reached an expected result, and by how much the others are off."""

    label: str
    right: tuple[str, ...]
    low: tuple[str, ...]
    high: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Cohort:
    count: int
    findings: tuple[Missed, ...]
    checks: tuple[Missed, ...]
    topics: tuple[Missed, ...]
    estimates: tuple[EstimateSpread, ...]


@dataclass(frozen=True)
class Band:
    """How many have marks between two figures, both included."""

    low: int
    high: int
    count: int


class HasPoints(Protocol):
    @property
    def points(self) -> int | None: ...


class HasRows(Protocol):
    @property
    def rows(self) -> Sequence[HasPoints]: ...


def points_spread(queue: HasRows) -> list[Band]:
    """The marks of a class in bands; [] while nobody has any."""
    points = [row.points for row in queue.rows if row.points is not None]
    bands = [Band(low, high, sum(low <= each <= high for each in points)) for low, high in BANDS]
    return bands if points else []


def cohort_of(
    summaries: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    checks: Mapping[str, str],
    results: Mapping[str, tuple[str, float]],
    topics: Mapping[str, str],
) -> Cohort:
    """The class from (name, summary) of each design. `checks` and `topics` give words, `results` label and tolerance (a
    share)."""
    count = len(summaries)
    # A rule counts once for each design, however many elements it names.
    by_rule: dict[str, dict[str, None]] = {}
    topic_of: dict[str, str] = {}
    by_topic: dict[str, dict[str, None]] = {}
    for name, summary in summaries:
        for finding in summary.get("findings", ()):
            by_rule.setdefault(finding["rule"], {})[name] = None
            topic_of.setdefault(finding["rule"], finding["topic"])
            if finding["topic"]:
                by_topic.setdefault(finding["topic"], {})[name] = None
    return Cohort(
        count=count,
        findings=tuple(
            Missed(in_words(rule), tuple(names), len(names) / count, topic_of[rule])
            for rule, names in _most(by_rule)[:MOST_LISTED]
        ),
        checks=tuple(_checks(summaries, checks)),
        topics=tuple(
            Missed(topics.get(slug, slug), tuple(names), len(names) / count, slug)
            for slug, names in _most(by_topic)[:MOST_LISTED]
            if slug in topics
        ),
        estimates=tuple(
            _spread(label, tolerance, [(name, each.get("estimates", {}).get(key)) for name, each in summaries])
            for key, (label, tolerance) in results.items()
        ),
    )


def in_words(rule: str) -> str:
    """The kind of a finding, without anybody's own words: `single-point` as `Single point`."""
    return rule.replace("-", " ").capitalize()


def _most(found: Mapping[str, Mapping[str, None]]) -> list[tuple[str, Mapping[str, None]]]:
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _checks(summaries: Sequence[tuple[str, Mapping[str, Any]]], words: Mapping[str, str]) -> Iterable[Missed]:
    found = []
    for check, said in words.items():
        fail = tuple(name for name, each in summaries if each.get("checks", {}).get(check) == "fail")
        partly = tuple(name for name, each in summaries if each.get("checks", {}).get(check) == "partly")
        if fail or partly:
            found.append(Missed(said, fail, len(fail) / len(summaries), partly=partly))
    return sorted(found, key=lambda each: (-each.count, -len(each.partly)))


def _spread(label: str, tolerance: float, ratios: Sequence[tuple[str, float | None]]) -> EstimateSpread:
    def those(*, low: float, high: float) -> tuple[str, ...]:
        return tuple(name for name, ratio in ratios if ratio is not None and low <= ratio <= high)

    right = those(low=1 - tolerance, high=1 + tolerance)
    low = tuple(name for name, ratio in ratios if ratio is not None and ratio < 1 - tolerance)
    high = tuple(name for name, ratio in ratios if ratio is not None and ratio > 1 + tolerance)
    return EstimateSpread(label, right, low, high, tuple(name for name, ratio in ratios if ratio is None))
