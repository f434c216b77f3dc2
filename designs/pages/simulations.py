"""The pages of simulations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from designs.analysis import values
from designs.analysis.drill import targets_of
from designs.analysis.model import Model
from designs.forms.simulations import BETWEEN, SHAPES
from designs.models import SimulationRun, Study
from designs.models.runs import Run
from designs.services.simulations import PATIENCE, SIGN_OF_LIFE
from web.charts.plots import Axis, Curve, line_chart

SHAPE_WORDS: Mapping[str, str] = dict(SHAPES)
LEAST_WAIT_S = 1e-9
MOST_PAIRS = 30
LATE = {
    "timed_out": "calls timed out",
    "retried": "calls were tried again",
    "hedged": "second calls were made",
    "stopped": "calls were stopped by the breaker or the bulkhead",
}


def losable(model: Model) -> list[tuple[str, str]]:
    """Components with known capacity, which can lose servers, and pairs of zones with calls between them."""
    loads = model.loads.components
    found = [
        (key, model.graph.name(key))
        for key in targets_of(model)
        if key in loads and loads[key].capacity is not None and loads[key].peak > 0
    ]
    name = model.graph.name
    pairs = zones_that_call(model)[:MOST_PAIRS]
    return found + [(f"{a}{BETWEEN}{b}", f"the network between {name(a)} and {name(b)}") for a, b in pairs]


def zones_that_call(model: Model) -> list[tuple[str, str]]:
    """Pairs of zones where servers in one call servers in the other."""
    graph, found = model.graph, dict[tuple[str, str], None]()
    order = {zone: number for number, zone in enumerate(graph.zones)}
    for each in graph.connections.values():
        for source in (around for zone in graph.spread(each.source) for around in graph.around(zone)):
            for target in (around for zone in graph.spread(each.target) for around in graph.around(zone)):
                alike = graph.zones[source].kind == graph.zones[target].kind
                if source != target and alike:
                    one, other = sorted((source, target), key=order.__getitem__)
                    found[one, other] = None
    return list(found)


def result(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Makes the result from the facts of a simulation, new or stored."""
    stages = facts["stages"]
    return {
        "requests": f"{facts['requests']:,}",
        "visits": f"{facts['visits']:,}",
        "duration": values.said_seconds(facts["duration_s"]),
        "is_settled": facts["is_settled"],
        "weight": f"{facts['weight']:,.0f}" if facts.get("weight", 1.0) > 1 else "",
        "is_scaled": facts.get("is_scaled", False),
        "left_out": facts.get("left_out", ()),
        "late": _late(facts),
        "failed": [
            {"name": facts["operation_names"][key], "count": f"{count:,}"}
            for key, count in facts.get("failed", {}).items()
        ],
        "operations": [
            {"name": facts["operation_names"][key], **_percentiles(found)} for key, found in facts["operations"].items()
        ],
        "stages": [_stage(number, stage) for number, stage in enumerate(stages, start=1)],
        "stations": [_station(each, facts["component_names"]) for each in facts["stations"]],
        "latency_chart": _latency_chart(stages),
        "traffic_chart": _traffic_chart(stages),
    }


def _late(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Arrows whose calls timed out, were retried or stopped; results stored earlier have none of these fields."""
    counted = {what: facts.get(what, {}) for what in LATE}
    keys = dict.fromkeys(key for counts in counted.values() for key in counts)
    return [
        {
            "name": facts["connection_names"][key],
            "said": ", ".join(
                f"{count:,} {LATE[what]}" for what, counts in counted.items() if (count := counts.get(key))
            ),
        }
        for key in keys
    ]


def _percentiles(found: Mapping[str, float] | None) -> dict[str, str]:
    if found is None:
        return {}
    return {key: values.said_seconds(found[key]) for key in ("mean", "p50", "p95", "p99")}


def _stage(number: int, stage: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": number,
        "begins": values.said_seconds(stage["begins_s"]),
        "rate": values.said_rate(stage["rate"]),
        "inside": f"{stage['inside']:,}",
        "failed": f"{stage.get('failed', 0):,}",
        **_percentiles(stage["took"]),
    }


def _station(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    used = found["utilisation"]
    expected = found["expected_wait_s"]
    return {
        "name": names[found["component"]],
        "rate": values.said_rate(found["rate"]),
        "used": "as many as come" if used is None else f"{used:.0%}",
        "css": "" if used is None else "bad" if used > 0.98 else "warn" if used > 0.8 else "good",
        "wait": _said_wait(found["mean_wait_s"]),
        "p99": _said_wait(found["p99_wait_s"]),
        "refused": f"{found['refused']:,}" if found.get("refused") else "",
        "expected": "" if used is None else "none settles" if expected is None else _said_wait(expected),
    }


def _said_wait(wait: float) -> str:
    return "none" if wait < LEAST_WAIT_S else values.said_seconds(wait)


def _latency_chart(stages: list[Mapping[str, Any]]) -> SafeString:
    """Percentiles in milliseconds, stage by stage."""
    curves = []
    for key, name in (("p50", "Median"), ("p95", "95th percentile"), ("p99", "99th percentile")):
        points = [(_middle(each), each["took"][key] * 1e3) for each in stages if each["took"]]
        if points:
            curves.append(Curve(name, tuple(points)))
    if not curves:
        return mark_safe("")
    x_axis, y_axis = Axis("Time", values.said_seconds), Axis("Latency in ms", lambda value: f"{value:.4g}")
    return mark_safe(line_chart("How long requests took", curves, x_axis, y_axis))  # noqa: S308  (charts escape)


def _traffic_chart(stages: list[Mapping[str, Any]]) -> SafeString:
    coming = Curve("Requests that came a second", tuple((_middle(each), each["rate"]) for each in stages))
    inside = Curve("Requests inside at the end of the stage", tuple((_middle(each), each["inside"]) for each in stages))
    x_axis, y_axis = Axis("Time", values.said_seconds), Axis("Requests", lambda value: f"{value:,.0f}")
    chart = line_chart("What came, and what was still inside", [coming, inside], x_axis, y_axis)
    return mark_safe(chart)  # noqa: S308  (charts escape)


def _middle(stage: Mapping[str, Any]) -> float:
    return float(stage["begins_s"] + stage["ends_s"]) / 2


def run_state(run: Run, *, now: datetime) -> str:
    """`waiting`, `running`, `done`, `refused`, or `stopped` when the run has not reported for a while."""
    if run.refusal:
        return "refused"
    if run.result is not None:
        return "done"
    if not run.begun:
        return "waiting" if now - run.at < PATIENCE else "stopped"
    return "running" if now - run.at < SIGN_OF_LIFE else "stopped"


def ahead_of(run: SimulationRun | Study, *, now: datetime) -> int:
    """The number of runs that the workers take first."""
    alive = type(run).objects.alive(now, sign_of_life=SIGN_OF_LIFE, patience=PATIENCE)
    return alive.filter(pk__lt=run.pk).count()
