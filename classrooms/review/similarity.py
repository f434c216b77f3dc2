"""What two designs share beyond what everybody has, and in which order it was written. PURE.

The result is a figure, never a verdict: people who learn together, or read the same book, write alike.

What somebody wrote is cut into traces: each text of the document with its step, long texts in runs of RUN words, and
each arrow by the names of its ends. Given text and text of the reference are no traces. A trace weighs ln((n + 1) / k),
where k of n designs contain it, so what everybody wrote weighs almost nothing. Likeness is the shared weight divided by
the weight that either has (the weighted Jaccard index).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Trace = tuple[str, str]  # where, and what
RUN = 5
AT_ONCE = 2_000  # traces in one matrix
SHORTEST = 3
WORD = re.compile(r"\w+")
# Values that are chosen from a list, and positions.
NOT_WRITTEN = frozenset({
    "kind", "id", "source", "target", "zone", "method", "scenario", "mode", "type", "step", "parent", "entity",
    "operation", "component", "importance", "access",
})  # fmt: skip


def traces_of(document: Mapping[str, Any]) -> set[Trace]:
    """Everything that is written in a document."""
    return {*_texts(document, ""), *_arrows(document)}


def _texts(value: Any, place: str) -> Iterator[Trace]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if not (isinstance(each, str) and key in NOT_WRITTEN):
                yield from _texts(each, place or f"/{key}")
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, place)
    elif isinstance(value, str):
        words = WORD.findall(value.casefold())
        text = " ".join(words)
        if len(text) < SHORTEST:
            return
        if len(words) <= RUN:
            yield place, text
        else:
            for at in range(len(words) - RUN + 1):
                yield place, " ".join(words[at : at + RUN])


def _arrows(document: Mapping[str, Any]) -> Iterator[Trace]:
    diagram = document.get("diagram", {})
    boxes = diagram.get("components", {})
    for arrow in diagram.get("connections", {}).values():
        ends = [
            " ".join(WORD.findall(str(boxes.get(arrow.get(end), {}).get("label", "")).casefold()))
            for end in ("source", "target")
        ]
        if all(ends):
            yield "/arrow", " to ".join(ends)


@dataclass(frozen=True)
class Pair:
    """Two designs by their numbers; `share` is from 0 to 1."""

    one: int
    other: int
    share: float
    common: int


def weights_of(designs: Sequence[set[Trace]]) -> dict[Trace, float]:
    having: dict[Trace, int] = defaultdict(int)
    for traces in designs:
        for each in traces:
            having[each] += 1
    return {each: math.log((len(designs) + 1) / count) for each, count in having.items()}


def alike(designs: Sequence[set[Trace]], *, most: int = 50) -> list[Pair]:
    """The pairs that have most in common, the most alike first. Takes time with the square of the designs and with the
    traces that at least two of them have, in matrices of a bounded size, however many share each trace."""
    weights = weights_of(designs)
    holders: dict[Trace, list[int]] = defaultdict(list)
    for at, traces in enumerate(designs):
        for each in traces:
            holders[each].append(at)
    several = [each for each, having in holders.items() if len(having) > 1]
    shared, count = np.zeros((2, len(designs), len(designs)))
    for start in range(0, len(several), AT_ONCE):
        part = several[start : start + AT_ONCE]
        has = np.zeros((len(designs), len(part)))
        for column, each in enumerate(part):
            has[holders[each], column] = 1
        shared += (has * [weights[each] for each in part]) @ has.T
        count += has @ has.T
    whole = [sum(weights[each] for each in traces) for traces in designs]
    found = []
    for one, other in np.argwhere(np.triu(count, 1)).tolist():
        weight = float(shared[one, other])
        share = round(weight / (whole[one] + whole[other] - weight), 12)
        found.append(Pair(one, other, share, int(count[one, other])))
    return sorted(found, key=lambda pair: (-pair.share, pair.one, pair.other))[:most]


def in_same_order(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the common traces came in the same order: the longest run that rises in both lists. Each list holds
    the version at which the trace at that place appeared."""
    order = sorted(range(len(one)), key=lambda at: (one[at], other[at]))
    ends: list[int] = []
    for at in order:
        place = bisect_left(ends, other[at] + 1)
        ends[place : place + 1] = [other[at]]
    return len(ends)
