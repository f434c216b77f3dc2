"""The smallest growth of traffic at which a requirement that holds today fails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.attack.broken import BY_SHARE, Broken, overloaded
from designs.analysis.requirements import Meter
from designs.analysis.settling import model_of
from designs.document.patches import apply
from designs.document.schema import Document

MOST_FACTOR = 1_000.0
CLOSE = 0.005


@dataclass(frozen=True)
class Growth:
    """It holds at `holds_at` times today's traffic and not at `breaks_at`. `broken` is what breaks there."""

    holds_at: float
    breaks_at: float
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Reach:
    """The growth that breaks something, if there is one, and from which growth on operations of `unknown` are not
    computed."""

    growth: Growth | None
    unknown_from: float = math.inf
    unknown: tuple[str, ...] = ()


def grown(document: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """The same design with the traffic of each operation multiplied by a factor."""
    operations = document.get("api", {}).get("operations", {})
    rates = {
        key: {"rate": f"({each['rate']}) * {factor:.10g}"}
        for key, each in operations.items()
        if each.get("rate", "").strip()
    }
    grown_document: dict[str, Any] = apply(document, {"api": {"operations": rates}}) if rates else dict(document)
    return grown_document


def breaking_growth(document: Mapping[str, Any], figures: Figures, goals: list[str]) -> Reach:
    """The smallest growth that breaks a goal, without one when none breaks up to a thousand times today's traffic.

    All goals hold today. Where an operation is not computed, nothing of it counts as broken.
    """
    unknown: dict[float, tuple[str, ...]] = {}
    today = model_of(Document.model_validate(document), figures)

    def broken(factor: float) -> tuple[Broken, ...]:
        model = model_of(Document.model_validate(grown(document, factor)), figures)
        if lost := tuple(key for key, flow in model.flows.items() if flow.problem and not today.flows[key].problem):
            unknown[factor] = lost
        meter, found = Meter(model), list[Broken]()
        for key in goals:
            requirement = model.document.scope.measurable_requirements[key]
            result = meter.result(key, requirement)
            if result.verdict == "fail":
                found.append(Broken(key, f"{result.reached}, asked {result.asked}"))
            elif requirement.metric in BY_SHARE:
                operations = [requirement.operation] if requirement.operation else list(model.flows)
                if words := overloaded(today, model, operations):
                    found.append(Broken(key, words))
        return tuple(found)

    holds, breaks = 1.0, 2.0
    while not (found := broken(breaks)):
        holds, breaks = breaks, 2 * breaks
        if holds >= MOST_FACTOR:
            return _reach(None, unknown)
    while breaks / holds > 1 + CLOSE:
        middle = (holds * breaks) ** 0.5
        now = broken(middle)
        holds, breaks, found = (holds, middle, now) if now else (middle, breaks, found)
    return _reach(Growth(holds, breaks, found), unknown)


def _reach(growth: Growth | None, unknown: Mapping[float, tuple[str, ...]]) -> Reach:
    if not unknown or (growth and min(unknown) > growth.holds_at):
        return Reach(growth)
    return Reach(growth, min(unknown), unknown[min(unknown)])
