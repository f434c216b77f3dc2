"""The small design and the calculation on the home page, computed by the same engines as everybody's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.shipped import all_figures
from calculators.engine.solve import WorkedStep, solve
from calculators.engine.wording import number_text
from designs.analysis.report import Analysis, analyse

CALCULATOR = "capacity"
STEPS_SHOWN = ("write_rate", "peak_requests", "servers")
DOCUMENT: Mapping[str, Any] = {
    "format": 1,
    "meta": {"title": "A feed of short posts"},
    "estimate": {
        "rows": {
            "users": {"order": 0, "label": "daily users", "formula": "20M/day"},
            "reads": {"order": 1, "label": "reads each", "formula": "30"},
            "peak_factor": {"order": 2, "label": "peak over average", "formula": "3"},
        }
    },
    "data_model": {"entities": {"post": {"name": "post"}}},
    "api": {
        "operations": {"feed": {"method": "GET", "path": "/feed", "reads": {"post": True}, "rate": "users * reads"}}
    },
    "diagram": {
        "components": {
            "client": {"order": 0, "kind": "client", "label": "Clients"},
            "balancer": {"order": 1, "kind": "load_balancer", "label": "Load balancer"},
            "web": {"order": 2, "kind": "web_server", "label": "Web servers", "instances": 24},
            "cache": {"order": 3, "kind": "cache", "label": "Cache", "cache_hit_ratio": "80%"},
            "database": {"order": 4, "kind": "sql", "label": "Database", "stores": {"post": True}},
        },
        "connections": {
            "enter": {"order": 0, "source": "client", "target": "balancer"},
            "serve": {"order": 1, "source": "balancer", "target": "web"},
            "look": {"order": 2, "source": "web", "target": "cache"},
            "query": {"order": 3, "source": "web", "target": "database"},
        },
    },
    "flows": {
        "feed": {
            "operation": "feed",
            "hops": {
                "h0": {"order": 0, "connection": "enter"},
                "h1": {"order": 1, "connection": "serve"},
                "h2": {"order": 2, "connection": "look"},
                "h3": {"order": 3, "connection": "query"},
            },
        }
    },
}


@dataclass(frozen=True, kw_only=True)
class Box:
    """A component of the picture: what it gets at the peak and how full that makes it."""

    label: str
    note: str
    rate: str
    busy_percent: int
    is_first_to_break: bool


@dataclass(frozen=True, kw_only=True)
class Showcase:
    """What the home page shows of one design and of one calculator."""

    rate: str
    boxes: Mapping[str, Box]
    first_label: str
    first_times: str
    finding: str
    finding_topic: str
    steps: tuple[WorkedStep, ...]


@cache
def showcase() -> Showcase:
    """Computed once in each process: neither the design nor the figures change while it runs."""
    analysis = analyse(DOCUMENT, all_figures())
    first = analysis.breaks_first[0]
    cold = next(finding for finding in analysis.findings if finding.rule == "cold-cache")
    steps = {step.name: step for step in solve(CATALOGUE[CALCULATOR]).steps}
    peak = analysis.model.loads.rates["feed"].peak
    return Showcase(
        rate=_short(peak or 0.0),
        boxes=_boxes(analysis, first.component),
        first_label=analysis.document.diagram.components[first.component].label,
        first_times=number_text(first.times, digits=2),
        finding=cold.title,
        finding_topic=cold.topic,
        steps=tuple(steps[name] for name in STEPS_SHOWN),
    )


def _boxes(analysis: Analysis, first: str) -> dict[str, Box]:
    components = analysis.document.diagram.components
    return {
        key: Box(
            label=components[key].label,
            note=_note(components[key].cache_hit_ratio, load.replicas),
            rate=_short(load.peak),
            busy_percent=round(100 * load.utilisation),
            is_first_to_break=key == first,
        )
        for key, load in analysis.model.loads.components.items()
        if load.utilisation is not None
    }


def _note(hit_ratio: str, servers: int) -> str:
    if hit_ratio:
        return f"{hit_ratio} hits"
    return f"× {servers}" if servers > 1 else ""


def _short(rate: float) -> str:
    return f"{rate / 1000:,.1f}k/s" if rate >= 1000 else f"{rate:,.0f}/s"
