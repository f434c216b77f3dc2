"""Budgets 11, 12 and 16: the whole analysis of a design, how it grows, and the simulation against simpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx

from benchmarks.table import Row, best_of_both
from calculators.engine.figures import Figures, load_figures
from designs.analysis.report import Analysis, analyse
from designs.document.checks import read
from designs.document.schema import Document

FIGURES = Path(__file__).resolve().parent.parent / "fixtures" / "figures.yaml"


CELL = ("service", "service", "cache", "sql", "queue", "worker")
EDGE = (("app", "client"), ("dns", "dns"), ("edge", "load_balancer"), ("gate", "api_gateway"))


def company(components: int, operations: int) -> dict[str, Any]:
    """A gateway before cells of six: a service, one behind it, its cache and store, and a queue with its worker.

    Each service also asks one of another cell. An operation runs through the edge and two cells: about a dozen boxes.
    """
    boxes = {key: {"kind": kind, "label": key, "replicas": 2, **SIZED} for key, kind in EDGE}
    arrows = [("app", "edge", "sync"), ("edge", "gate", "sync")]
    cells = (components - len(EDGE)) // len(CELL)
    for cell in range(cells):
        front, back, cache, store, queue, worker = (f"{kind}{cell}x{n}" for n, kind in enumerate(CELL))
        for key, kind in zip((front, back, cache, store, queue, worker), CELL, strict=True):
            boxes[key] = {"kind": kind, "label": key, "replicas": 1 + cell % 3, **SIZED}
        boxes[store]["stores"] = {f"e{cell}": True}
        boxes[cache]["cache_hit_ratio"] = "80%"
        other = f"service{(cell * 7 + 3) % cells}x1"
        arrows += [("gate", front, "sync"), (front, back, "sync"), (back, cache, "sync"), (back, store, "sync")]
        arrows += [(back, queue, "async"), (queue, worker, "sync"), (worker, store, "sync"), (front, other, "sync")]
    made, flows = {}, {}
    connections = {
        f"c{n}": {"source": a, "target": b, "kind": kind, "order": n} for n, (a, b, kind) in enumerate(arrows)
    }
    by_ends = {(a, b): f"c{n}" for n, (a, b, _) in enumerate(arrows)}
    for n in range(operations):
        cell = n * cells // operations
        front, back, cache, store, queue, worker = (f"{kind}{cell}x{k}" for k, kind in enumerate(CELL))
        far = (cell * 7 + 3) % cells
        path = [("app", "edge"), ("edge", "gate"), ("gate", front), (front, back), (front, f"service{far}x1")]
        path += [(f"service{far}x1", f"cache{far}x2"), (f"service{far}x1", f"sql{far}x3")]
        path += [(back, cache), (back, store)] if n % 3 else [(back, queue), (queue, worker), (worker, store)]
        entity = {f"e{cell}": True}
        made[f"o{n}"] = {"name": f"operation {n}", "rate": f"{n + 1}/s", "order": n} | (
            {"reads": entity, "method": "GET"} if n % 3 else {"writes": entity, "method": "POST"}
        )
        hops = {f"h{k}": {"connection": by_ends[ends], "order": k} for k, ends in enumerate(path)}
        if n % 2:  # the others are left to be proposed
            flows[f"f{n}"] = {"operation": f"o{n}", "hops": hops}
    return {
        "format": 1,
        "scope": {"measurable_requirements": REQUIREMENTS},
        "estimate": {"rows": {"peak_factor": {"formula": "3"}}},
        "data_model": {"entities": {f"e{cell}": ENTITY for cell in range(cells)}},
        "api": {"operations": made},
        "diagram": {"components": boxes, "connections": connections},
        "flows": flows,
    }


SIZED = {"capacity": "5k/s", "latency": "2 ms", "availability": "99.9%"}
ENTITY = {
    "rows_per_day": "1 million",
    "retention": "1 year",
    "fields": {"id": {"type": "bigint", "key": "primary"}, "text": {"type": "text", "size": "200 B"}},
}
REQUIREMENTS = {
    "up": {"metric": "availability", "comparison": ">=", "quantity": "99.9%"},
    "fast": {"metric": "latency_p99", "quantity": "200 ms"},
}


def whole(document: Document, figures: Figures) -> Analysis:
    """Everything that the page shows: requirements, findings, loads, cuts, availabilities, what breaks first."""
    analysis = analyse(document, figures)
    _ = (analysis.requirements, analysis.findings, analysis.breaks_first, analysis.doubts, analysis.missing)
    return analysis


def articulation(document: Document) -> Callable[[], object]:
    graph = nx.Graph((each.source, each.target) for each in document.diagram.connections.values())
    return lambda: list(nx.articulation_points(graph))


def run() -> list[Row]:
    figures = load_figures(FIGURES)
    rows = []
    document = read(company(300, 30))
    ours, yardstick = best_of_both(lambda: whole(document, figures), articulation(document))
    rows.append(
        Row(
            number=11,
            name="analysis of 300 components and 30 flows",
            ours=ours * 1e3,
            yardstick=yardstick * 1e3,
            unit="ms",
            budget=40,
        )
    )
    return rows
