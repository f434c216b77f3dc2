"""What each component did over the time of a simulation: how many waited, and how many of its servers worked.

Each component is sampled 480 times at even intervals; ten samples make one of the 48 moments that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from designs.analysis.itineraries import Array

MOMENTS = 48
LOOKS = 10  # for each moment
MOST_COMPONENTS = 60


@dataclass(frozen=True)
class Course:
    """One component, moment by moment: requests that wait at the end of each, and the mean share of busy servers.

    `standing` is how many requests the servers that are up serve at once. A component that serves every request at once
    has no course.
    """

    queue: tuple[int, ...]
    used: tuple[float, ...]
    standing: tuple[int, ...]


@dataclass
class Looks:
    """The samples of one component."""

    waiting: list[int] = field(default_factory=list)
    working: list[int] = field(default_factory=list)
    standing: list[int] = field(default_factory=list)


def looks_at(duration_s: float) -> Array:
    """Ends of even slices of the time."""
    count = MOMENTS * LOOKS
    return np.asarray(np.arange(1, count + 1) * (duration_s / count))


def course_of(looks: Looks, weight: float) -> Course:
    """`weight` is how many requests each simulated one represents; servers are given as shares only."""
    waiting, working, standing = (
        np.array(each, dtype=float).reshape(MOMENTS, LOOKS) for each in (looks.waiting, looks.working, looks.standing)
    )
    used = np.minimum(1.0, working.sum(axis=1) / np.maximum(1.0, standing.sum(axis=1)))
    return Course(
        tuple(np.round(waiting[:, -1] * weight).astype(int).tolist()),
        tuple(np.round(used, 4).tolist()),
        tuple(np.round(standing[:, -1]).astype(int).tolist()),
    )


def seen(parts: Iterable[tuple[Array, Array, Array]], standing: Array, duration_s: float, weight: float) -> Course:
    """Samples of a station whose requests are known in parts, from when they arrived, began and ended."""
    count = MOMENTS * LOOKS
    slices = np.zeros((3, count), dtype=np.int64)
    for part in parts:
        for number, moments in enumerate(part):
            places = np.minimum(moments * (count / duration_s), count).astype(np.int64)
            slices[number] += np.bincount(places, minlength=count)[:count]
    came, began, done = np.cumsum(slices, axis=1)
    working = np.minimum((began - done) * weight, standing)
    found = course_of(Looks((came - began).tolist(), working.tolist(), standing.tolist()), 1.0)
    return Course(tuple(round(each * weight) for each in found.queue), found.used, found.standing)


def busiest(courses: Mapping[str, Course]) -> dict[str, Course]:
    """The courses that are shown, at most a fixed number: components with the highest use at any moment."""
    order = sorted(courses, key=lambda each: -max(courses[each].used))[:MOST_COMPONENTS]
    return {each: found for each, found in courses.items() if each in order}
