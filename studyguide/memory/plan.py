"""A plan up to the day of an interview: which evenings of a learning path fall on which day. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def dealt(minutes: Sequence[int], days: int) -> list[list[int]]:
    """For each day the evenings (by their place) that fall on it, in order.

    `minutes` are what each evening takes. With days enough there is one evening a day from the first day on, and the
    days after the last evening stay free. With fewer days they are grouped so that the longest day is as short as can
    be (linear partition; Skiena 2020, section 10.7).
    """
    if days <= 0:
        return []
    if len(minutes) <= days:
        return [[place] for place in range(len(minutes))] + [[] for _ in range(days - len(minutes))]
    until = [0, *accumulate(minutes)]
    longest = [float(each) for each in until[1:]]
    cuts: list[list[int]] = []
    for day in range(1, days):
        best = [float("inf")] * len(minutes)
        cut = [0] * len(minutes)
        for last in range(day, len(minutes)):
            for before in range(day - 1, last):
                reached = max(longest[before], until[last + 1] - until[before + 1])
                if reached < best[last]:
                    best[last], cut[last] = reached, before
        longest = best
        cuts.append(cut)
    found: list[list[int]] = []
    last = len(minutes) - 1
    for cut in reversed(cuts):
        found.append(list(range(cut[last] + 1, last + 1)))
        last = cut[last]
    found.append(list(range(last + 1)))
    return found[::-1]
