"""The page of storms: the feedback loop of a component as a picture and tables, what triggers it, what ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from calculators.engine.wording import number_text
from designs.analysis import values
from designs.analysis.closing import Change
from designs.analysis.loops import MOST_TRIES, Found, Loop, Point, State
from designs.analysis.model import Model
from designs.analysis.storm_questions import question_of
from designs.analysis.storms import Storm
from designs.forms.storms import LEAST, MOST
from web.charts.plots import Axis, Curve, Spot, line_chart


def said_times(times: float) -> str:
    return f"×{number_text(times, digits=3)}"


KINDS = {"healthy": "healthy", "between": "unstable: it moves to one of the others", "collapsed": "collapsed"}
KINDS_OF_ONE = {"healthy": "healthy", "between": "nearly full", "collapsed": "overloaded"}
BEYOND = 1.35  # the picture extends this far beyond the collapse


@dataclass(frozen=True)
class ShownChange:
    slug: str
    title: str
    cost: str
    collapses: str
    recovers: str
    verdict: str
    css: str
    is_best: bool


@dataclass(frozen=True)
class Walk:
    """The current traffic, and the state of the component that results from the traffic before."""

    percent: int
    times: str
    lowest: int
    highest: int
    was: str
    said: str
    css: str
    chart: SafeString
    states: list[dict[str, str]]


def loop_rows(model: Model, loops: tuple[Loop, ...]) -> list[dict[str, str]]:
    return [
        {
            "key": each.component,
            "name": model.graph.name(each.component),
            "collapses": said_times(each.collapses_at),
            "recovers": said_times(each.recovers_at),
            "now": _now(each),
            "css": "bad" if each.is_vulnerable or each.collapses_at <= 1 else "good",
        }
        for each in loops
    ]


def unknown_lines(model: Model, found: Found) -> list[str]:
    """Components of which it is not known whether they have two states, and operations that are not computed."""
    problems = {key: flow.problem for key, flow in model.flows.items() if flow.problem and model.impatient}
    return [f"{model.operation_name(key)}: not computed, because {words}." for key, words in problems.items()] + [
        f"{model.graph.name(each)}: not computed, because its states take more than {MOST_TRIES:,} tries. When nothing "
        f"is answered in time, retries and misses ask for up to {values.said_factor(most)} times its capacity."
        for each, most in found.unknown.items()
    ]


def _now(loop: Loop) -> str:
    if loop.collapses_at <= 1:
        return "today's peak collapses by itself"
    if loop.is_vulnerable:
        return "two states at today's peak"
    return "two states, above today's peak only" if loop.has_two else "one state"


def summary(model: Model, loop: Loop) -> dict[str, Any]:
    """The loop in words, with its working."""
    name = model.graph.name
    first = loop.curve[0]
    quiet = first.load / first.times / first.tries
    return {
        "name": name(loop.component),
        "collapses": said_times(loop.collapses_at),
        "recovers": said_times(loop.recovers_at),
        "has_two": loop.has_two,
        "is_vulnerable": loop.is_vulnerable,
        "is_over": loop.collapses_at <= 1,
        "quiet": f"{quiet:.0%}",
        "most": f"{loop.full.tries:.3g}",
        "full": f"{quiet * loop.full.tries:.0%}",
        "product": f"{loop.full.times:.3g}",
        "top": f"{loop.healthy[-1].load:.0%}",
        "arrows": [
            {
                "name": name(key),
                "retries": each.retries,
                "budget": each.retry_budget,
                "backoff": each.backoff,
                "timeout": each.timeout,
            }
            for key in dict.fromkeys((*loop.arrows, *loop.impatient))
            for each in (model.graph.connections[key],)
        ],
        "caches": model.graph.names(loop.caches) if loop.caches else "",
        "cold": "" if loop.cold_load is None else f"{loop.cold_load:.0%}",
        "patience": values.said_seconds(loop.patience_s),
    }


def walk(loop: Loop, percent: int, *, was_collapsed: bool) -> Walk:
    """The state at this traffic. Where two states are stable, the earlier state decides."""
    times = percent / 100
    is_collapsed = times >= loop.collapses_at or (was_collapsed and times >= loop.recovers_at)
    state = _state(loop, times, is_collapsed=is_collapsed)
    return Walk(
        percent=percent,
        times=said_times(times),
        lowest=LEAST,
        highest=max(percent, min(MOST, round(loop.collapses_at * BEYOND * 100))),
        was="collapsed" if is_collapsed else "healthy",
        said=_said(loop, times, state, is_collapsed=is_collapsed, was_collapsed=was_collapsed),
        css="bad" if is_collapsed else "good",
        chart=_chart(loop, times, state),
        states=[
            {
                "kind": KINDS[each.kind] if loop.has_two else KINDS_OF_ONE[each.kind],
                "load": f"{each.load:.0%}",
                "tries": f"{each.tries:.3g}",
                "failed": values.said_failing(each.failed),
            }
            for each in loop.states(times)
        ],
    )


def _state(loop: Loop, times: float, *, is_collapsed: bool) -> State | None:
    kind = "collapsed" if is_collapsed else "healthy"
    return next((each for each in loop.states(times) if each.kind == kind), None)


def _said(loop: Loop, times: float, state: State | None, *, is_collapsed: bool, was_collapsed: bool) -> str:
    here = said_times(times)
    failed = "" if state is None else f" {values.said_failing(state.failed)} of its requests get no answer in time."
    if is_collapsed and not loop.has_two:
        return f"At {here} it is overloaded.{failed} It recovers as soon as traffic falls."
    if times >= loop.collapses_at:
        return f"At {here} it collapses by itself.{failed}"
    if is_collapsed:
        down = f" It recovers below {said_times(loop.recovers_at)}."
        return f"At {here} it stays collapsed: the load that failures add keeps it full.{failed}{down}"
    came = " It has recovered." if was_collapsed else ""
    two = " A trigger can make it collapse; see below." if loop.has_two and times >= loop.recovers_at else ""
    return f"At {here} it is healthy.{came}{failed}{two}"


def _chart(loop: Loop, times: float, state: State | None) -> SafeString:
    top = len(loop.healthy)
    right = max(times, loop.collapses_at * BEYOND)
    down = [(each.times, each.failed * 100) for each in (loop.full, *loop.beyond) if each.times <= right]
    down.append((max(right, loop.full.times * BEYOND), down[-1][1] if down else loop.full.failed * 100))
    curves = [
        Curve("Healthy", _points(loop.curve[:top], begin=True)),
        Curve("Collapsed" if loop.has_two else "Overloaded", tuple(down)),
    ]
    if loop.has_two:
        curves.append(Curve("Unstable", _points((*loop.curve[top - 1 :], loop.full))))
    spot = None if state is None else Spot(times, state.failed * 100, f"{said_times(times)}")
    x_axis = Axis("Traffic, in times today’s peak", lambda value: f"×{value:.3g}")
    y_axis = Axis("Requests without an answer in time, %", lambda value: f"{value:.3g}")
    chart = line_chart("Steady states by traffic", curves, x_axis, y_axis, top_value=100.0, spot=spot)
    return mark_safe(chart)  # noqa: S308  (charts escape)


def _points(points: tuple[Point, ...], *, begin: bool = False) -> tuple[tuple[float, float], ...]:
    found = [(each.times, each.failed * 100) for each in points]
    if begin:
        found.insert(0, (0.0, found[0][1]))
    return tuple(sorted(found))


def trigger_rows(storm: Storm) -> list[dict[str, str]]:
    """Each spike with the shortest duration that causes a collapse, then a stop, and the loss of the caches."""
    loop, times = storm.loop, storm.times
    rows = [
        {"what": f"A spike to {each.factor:g} times the traffic", "takes": _takes(storm, each.seconds, each.factor)}
        for each in storm.triggers
    ]
    rows.append({"what": "It stops answering for a while", "takes": _takes(storm, storm.stop.seconds, None)})
    if loop.caches and loop.cold_load is not None:
        asked = loop.cold_load * times
        words = (
            f"at once: the load becomes {asked:.0%} of its capacity"
            if asked >= 1
            else f"no: the load becomes {asked:.0%}"
        )
        rows.append({"what": "Its caches are emptied", "takes": words})
    return rows


def _takes(storm: Storm, seconds: float | None, factor: float | None) -> str:
    if not storm.loop.has_two:
        return "no: it has one stable state"
    if storm.times >= storm.loop.collapses_at:
        return "it collapses without a trigger"
    if seconds is not None:
        return f"when it lasts {values.said_seconds(seconds)} or longer"
    if not storm.spikes_do:
        return "no: it recovers by itself"
    if factor is not None and storm.times * factor < storm.loop.collapses_at:
        return "no: it can serve that much"
    return "no length that was tried"


def question(storm: Storm, name: str, guess: str) -> dict[str, Any] | None:
    """A spike to predict; with a `guess`, whether it was right and why."""
    asked = question_of(storm)
    if asked is None:
        return None
    shown: dict[str, Any] = {"factor": f"{asked.factor:g}", "lasts": values.said_seconds(asked.seconds), "guess": guess}
    if guess:
        is_right = (guess == "stays") == asked.stays
        happens = "stays collapsed" if asked.stays else "recovers by itself"
        shown["said"] = (
            f"{'Right' if is_right else 'Not so'}: {name} {happens}. The shortest spike to {asked.factor:g} times "
            f"the traffic that it does not recover from lasts {values.said_seconds(asked.shortest_s)}."
        )
        shown["css"] = "good" if is_right else "bad"
    return shown


def change_rows(storm: Storm) -> list[ShownChange]:
    return [_change(each, is_best=each is storm.closing) for each in storm.changes]


def _change(change: Change, *, is_best: bool) -> ShownChange:
    after = change.after
    if change.closes:
        verdict, css = "no second state", "good"
    elif change.is_safe_today:
        verdict, css = "recovers by itself at today’s peak", "good"
    else:
        verdict, css = "still two states at today’s peak", "bad"
    return ShownChange(
        change.slug,
        change.title,
        change.cost,
        said_times(after.collapses_at) if after else "when it is full",
        said_times(after.recovers_at) if after else "when it is full",
        verdict,
        css,
        is_best,
    )
