"""A simulation over one time axis, and the use and queue of each component at each moment, also as colours on the
drawing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from designs.analysis import values
from designs.pages.drawings import drawn
from web.charts.plots import Axis, Curve, line_chart

MOST_CURVES = 3
BUSY, FULL = 0.8, 0.98
MARKS = ("calm", "busy", "full")


@dataclass(frozen=True)
class Moments:
    """`at` is the moment shown, starting at 1; `data` holds all moments for the script, in words."""

    at: int
    count: int
    said: str
    rows: list[dict[str, Any]]
    drawing: SafeString
    charts: list[SafeString]
    data: list[dict[str, Any]]
    kept: list[tuple[str, str]]

    @property
    def json(self) -> str:
        """JSON for an attribute of the form, because htmx runs no script from a response."""
        return json.dumps(self.data)


def moments_of(
    facts: Mapping[str, Any], diagram: Mapping[str, Any], at: int, kept: Iterable[tuple[str, str]], sprite: str
) -> Moments | None:
    """None for a result stored before moments were recorded; `kept` are the other parameters of the address."""
    slices, courses = facts.get("moments") or [], facts.get("courses") or {}
    if not slices:
        return None
    names = facts["component_names"]
    data = [_moment(number, each, courses, names) for number, each in enumerate(slices)]
    at = min(max(at, 1), len(data))
    now = data[at - 1]
    picture = drawn(
        diagram,
        title="How full each component is",
        marks={key: MARKS[cells[0]] for key, cells in now["components"].items()},
        named=True,
        icon_href=lambda symbol: f"{sprite}#{symbol}",
    )
    rows = [{"key": key, "name": names[key], "cells": cells[1:]} for key, cells in now["components"].items()]
    return Moments(at, len(data), now["said"], rows, picture, _charts(slices, courses, names), data, list(kept))


def _moment(
    number: int, found: Mapping[str, Any], courses: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    took = found["took"]
    came = found["rate"] * (found["ends_s"] - found["begins_s"])
    answered = "none was answered"
    if took:
        answered = f"half took {values.said_seconds(took['p50'])}, 99 % at most {values.said_seconds(took['p99'])}"
    failed = values.said_failing(found["failed"] / came) if came > 0 else "none"
    return {
        "said": (
            f"From {values.said_seconds(found['begins_s'])} on: {values.said_rate(found['rate'])} came, {answered}; "
            f"{failed} failed, {found['inside']:,} inside at its end."
        ),
        "components": {key: _cells(course, number) for key, course in courses.items() if key in names},
    }


def _cells(course: Mapping[str, Any], number: int) -> list[Any]:
    """Level of use (0 low, 1 busy, 2 full), and the cells in words: used, waiting, served at once at most."""
    used, queue = course["used"][number], course["queue"][number]
    level = 2 if used >= FULL else 1 if used >= BUSY else 0
    return [level, f"{used:.0%}", f"{queue:,}", f"{course['standing'][number]:,}"]


def _charts(
    slices: Sequence[Mapping[str, Any]], courses: Mapping[str, Any], names: Mapping[str, str]
) -> list[SafeString]:
    """Traffic, latency, failures, queues, use and servers, all over the same time axis."""
    xs = [(each["begins_s"] + each["ends_s"]) / 2 for each in slices]
    rate = Curve("Came a second", tuple((x, each["rate"]) for x, each in zip(xs, slices, strict=True)))
    bands = [
        Curve(words, tuple((x, _milliseconds(each["took"], key)) for x, each in zip(xs, slices, strict=True)))
        for key, words in (("p50", "Median"), ("p95", "95th percentile"), ("p99", "99th percentile"))
    ]
    spans = [each["rate"] * (each["ends_s"] - each["begins_s"]) for each in slices]
    failed = Curve(
        "Failed",
        tuple((x, 100 * each["failed"] / of if of else 0.0) for x, each, of in zip(xs, slices, spans, strict=True)),
    )
    found = [_chart("Traffic", [rate], "Requests a second")]
    if any(each["took"] for each in slices):
        found.append(_chart("How long requests took", bands, "Milliseconds"))
    found.append(_chart("Requests that failed", [failed], "%"))
    order = sorted((key for key in courses if key in names), key=lambda key: -sum(courses[key]["used"]))[:MOST_CURVES]
    for title, field, factor, unit in (
        ("Waiting", "queue", 1.0, "Requests"),
        ("Use of servers", "used", 100.0, "%"),
        ("Served at once at most", "standing", 1.0, "Requests"),
    ):
        curves = [
            Curve(names[key], tuple((x, factor * y) for x, y in zip(xs, courses[key][field], strict=True)))
            for key in order
        ]
        is_still = field == "standing" and all(len(set(courses[key][field])) == 1 for key in order)
        if curves and not is_still:
            found.append(_chart(title, curves, unit))
    return found


def _milliseconds(took: Mapping[str, float] | None, key: str) -> float:
    """Where nothing was answered, the line has a gap."""
    return math.inf if took is None else took[key] * 1e3


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _chart(title: str, curves: list[Curve], unit: str) -> SafeString:
    x_axis, y_axis = Axis("Time", values.said_seconds), Axis(unit, _tick)
    return mark_safe(line_chart(title, curves, x_axis, y_axis))  # noqa: S308  (charts escape)
