"""The page that plays a request: the hops of one operation in words, and the drawing with the current hop marked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from designs.analysis import values
from designs.analysis.flow import Mode
from designs.analysis.model import Model
from designs.analysis.playing import Play, PlayedHop, play
from designs.pages.drawings import drawn

MODES: Mapping[Mode, str] = {
    "all": "",
    "any": "",  # how many of these the reason lists
    "by_key": "",
    "optional": "it can do without",
    "later": "later: nobody waits for it",
}
NOT_KNOWN = "not known"
LEAST_S = 1e-5  # shorter times are not shown


def operations(model: Model) -> list[dict[str, Any]]:
    """Operations with a path come first."""
    ordered = sorted(model.flows.items(), key=lambda pair: bool(pair[1].problem))
    return [{"key": key, "name": model.operation_name(key)} for key, _ in ordered]


def played(model: Model, operation: str, at: int, diagram: Mapping[str, Any], sprite: str) -> dict[str, Any]:
    """Step 0 is where the request enters; each hop adds one. An `at` beyond the last step shows the last step."""
    found = play(model, operation)
    at = min(at, len(found.hops))
    rows = [_row(model, hop) for hop in found.hops]
    name = model.operation_name(operation)
    picture = drawn(
        diagram,
        title=f"{name}, hop {at} of {len(rows)}",
        marks=_marks(found, at),
        named=True,
        icon_href=lambda symbol: f"{sprite}#{symbol}",
    )
    return {
        "operation": operation,
        "name": name,
        "problem": found.problem,
        "begin": {"where": model.graph.names(found.entries), "entries": " ".join(found.entries), "rate": _begun(found)},
        "rows": rows,
        "at": at,
        "now": rows[at - 1] if at else None,
        "total": _total(found),
        "missing": found.mean.missing,
        "is_proposed": found.is_proposed,
        "is_cut": found.cut,
        "picture": picture,
    }


def _marks(found: Play, at: int) -> dict[str, str]:
    marks = {hop.connection: "on-the-way" for hop in found.hops}
    marks |= dict.fromkeys(found.entries, "passed" if at else "here")
    for hop in found.hops[:at]:
        marks |= {hop.connection: "passed", hop.source: "passed", hop.target: "passed"}
    if at:
        marks |= {found.hops[at - 1].connection: "here", found.hops[at - 1].target: "here"}
    return marks


def _begun(found: Play) -> str:
    if found.average is None or found.peak is None:
        return "its rate is not known"
    return f"{values.said_rate(found.average)} on average, {values.said_rate(found.peak)} at the peak"


def _row(model: Model, hop: PlayedHop) -> dict[str, Any]:
    graph = model.graph
    spans = [("on the way", hop.wire_s), ("waits", hop.wait_s), ("is served in", hop.service_s)]
    if hop.is_later:
        del spans[1]
    times = [(words, _seconds(value)) for words, value in spans if value is None or value >= LEAST_S]
    return {
        "connection": hop.connection,
        "target": hop.target,
        "source_name": graph.name(hop.source),
        "name": graph.name(hop.target),
        "calls": _calls(hop),
        "mode": ", ".join(filter(None, (MODES[hop.mode], hop.reason))),
        "average": _rate(hop.average),
        "peak": _rate(hop.peak),
        "hit": _hit(hop),
        "miss": "" if hop.hit is None else values.said_share(1.0 - hop.hit),
        "times": [{"words": words, "value": value} for words, value in times],
        "arrives": "" if hop.is_later else _seconds(hop.arrives_s),
        "missing": hop.missing,
    }


def _calls(hop: PlayedHop) -> str:
    share = values.said_share(hop.calls) if hop.calls < 1 else ""
    if hop.at_once > 1:
        return f"{hop.at_once:,.4g} calls at once, {hop.calls:,.4g} a request"
    return f"{share} of the requests" if share else "each request" if hop.calls == 1 else f"{hop.calls:,.4g} a request"


def _hit(hop: PlayedHop) -> str:
    if hop.hit is None:
        return ""
    return values.said_share(hop.hit) if hop.is_hit_given else "not given, so counted as none"


def _rate(value: float | None) -> str:
    return NOT_KNOWN if value is None else values.said_rate(value)


def _seconds(value: float | None) -> str:
    if value is None:
        return NOT_KNOWN
    return "without end" if math.isinf(value) else values.said_seconds(value)


def _total(found: Play) -> str:
    mean = found.mean
    if mean.value is None:
        return ""
    bound = "" if mean.bound == "exact" else f"{mean.bound} "
    upper = f" to {_seconds(mean.upper)}" if mean.upper is not None else ""
    return f"{bound}{_seconds(mean.value)}{upper}"
