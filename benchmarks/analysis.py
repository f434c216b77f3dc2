"""Budgets 11, 12 and 16: the whole analysis of a design, how it grows, and the simulation against simpy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import networkx as nx
import simpy

from benchmarks.table import Row, best_of_both, best_seconds
from calculators.engine.figures import Figures
from calculators.engine.shipped import all_figures
from designs.analysis.model import Model
from designs.analysis.report import Analysis, analyse
from designs.analysis.settling import model_of
from designs.analysis.simulation import simulate
from designs.document.checks import read
from designs.document.diagram import Component, Connection, Diagram
from designs.document.schema import Document

CELL = ("service", "service", "cache", "sql", "queue", "worker")
EDGE = (("app", "client"), ("dns", "dns"), ("edge", "load_balancer"), ("gate", "api_gateway"))


def company(components: int, operations: int) -> dict[str, Any]:
    """A gateway in front of groups of six: two services in a chain, the cache and store of the second, and a queue with
    its worker.

    Each service and worker also calls a service of another group, which makes 450 arrows among 300 components. An
    operation runs through the edge and two groups: about a dozen boxes.
    """
    boxes = {key: {"kind": kind, "label": key, "instances": 2, **SIZED} for key, kind in EDGE}
    arrows = [("app", "edge", "sync"), ("edge", "gate", "sync")]
    cells = (components - len(EDGE)) // len(CELL)
    for cell in range(cells):
        front, back, cache, store, queue, worker = (f"{kind}{cell}x{n}" for n, kind in enumerate(CELL))
        for key, kind in zip((front, back, cache, store, queue, worker), CELL, strict=True):
            boxes[key] = {"kind": kind, "label": key, "instances": 1 + cell % 3, **SIZED}
        boxes[store]["stores"] = {f"e{cell}": True}
        boxes[cache]["cache_hit_ratio"] = "80%"
        other = f"service{(cell * 7 + 3) % cells}x1"
        arrows += [("gate", front, "sync"), (front, back, "sync"), (back, cache, "sync"), (back, store, "sync")]
        arrows += [(back, queue, "async"), (queue, worker, "sync"), (worker, store, "sync"), (front, other, "sync")]
        arrows += [(worker, other, "sync")]
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
        if n % 2:  # the other flows are proposed by the analysis
            flows[f"f{n}"] = {"operation": f"o{n}", "hops": hops}
    return {
        "format": 2,
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


def typed(document: dict[str, Any]) -> Document:
    """Also for more components than a design may have, because growth shows only at that size."""
    diagram = document.pop("diagram")
    parts = {
        "components": {key: Component(**each) for key, each in diagram["components"].items()},
        "connections": {key: Connection(**each) for key, each in diagram["connections"].items()},
        "zones": {},
    }
    return Document.model_validate(document).model_copy(update={"diagram": Diagram.model_construct(**parts)})


def whole(document: Document, figures: Figures) -> Analysis:
    """Everything that the page shows: requirements, findings, loads, cuts, availabilities, what saturates first."""
    analysis = analyse(document, figures)
    _ = (analysis.requirements, analysis.findings, analysis.breaks_first, analysis.doubts, analysis.missing)
    return analysis


def articulation(document: Document) -> Callable[[], object]:
    graph = nx.Graph((each.source, each.target) for each in document.diagram.connections.values())
    return lambda: list(nx.articulation_points(graph))


STATIONS = 3
SERVERS, SERVICE_S, RATE = 4, 0.01, 320.0  # 80 % of the capacity of four servers with 10 ms for each request


def row_of_stations() -> Document:
    """Three M/M/4 stations in a row."""
    sized = {"capacity": f"{SERVERS / SERVICE_S:g}/s", "latency": f"{SERVICE_S * 1e3:g} ms"}
    names = [f"s{n}" for n in range(STATIONS)]
    boxes: dict[str, Any] = {"app": {"kind": "client"}}
    boxes |= {name: {"kind": "service", "order": n + 1, **sized} for n, name in enumerate(names)}
    ends = list(pairwise(boxes))
    links = {f"c{n}": {"source": a, "target": b, "latency": "0 s", "order": n} for n, (a, b) in enumerate(ends)}
    hops = {f"h{n}": {"connection": key, "order": n} for n, key in enumerate(links)}
    return read(
        {
            "format": 2,
            "api": {"operations": {"o": {"rate": f"{RATE:g}/s"}}},
            "diagram": {"components": boxes, "connections": links},
            "flows": {"f": {"operation": "o", "hops": hops}},
        }
    )


def ours_per_second(model: Model, requests: int) -> float:
    """Events (an arrival at a station, or a departure) a second of CPU, draws and results included."""
    begun = time.process_time()
    found = simulate(model, visits=requests * (STATIONS + 1))
    spent = time.process_time() - begun
    expected = [each.expected_wait_s for each in found.stations]
    for station, wait in zip(found.stations, expected, strict=True):
        assert wait is not None
        assert abs(station.mean_wait_s - wait) < 0.15 * wait, (station.mean_wait_s, wait)
    return 2 * STATIONS * found.requests / spent


def simpy_per_second(requests: int) -> float:
    rng = random.Random(5)
    env = simpy.Environment()
    stations = [simpy.Resource(env, capacity=SERVERS) for _ in range(STATIONS)]

    def request() -> Any:
        for station in stations:
            with station.request() as turn:
                yield turn
                yield env.timeout(rng.expovariate(1 / SERVICE_S))

    def arrive() -> Any:
        for _ in range(requests):
            yield env.timeout(rng.expovariate(RATE))
            env.process(request())

    env.process(arrive())
    begun = time.process_time()
    env.run()
    return 2 * STATIONS * requests / (time.process_time() - begun)


TIMEOUT_S, RETRIES, WIRE_S = 0.04, 2, 0.0005
THREADS = 40  # rarely all held: a request needs four on average


def row_with_time_outs(threads: int | None = None) -> Document:
    """The same three stations, called one by one by a service that waits for 40 ms and retries twice.

    Where it has so many threads, all events are followed in their order; without a limit, station after station.
    """
    sized = {"capacity": f"{SERVERS / SERVICE_S:g}/s", "latency": f"{SERVICE_S * 1e3:g} ms"}
    held = {"concurrency": f"{threads}"} if threads else {}
    boxes: dict[str, Any] = {"app": {"kind": "client"}, "api": {"kind": "service", "latency": "0 s", **held}}
    boxes |= {f"s{n}": {"kind": "service", "order": n + 1, **sized} for n in range(STATIONS)}
    wire = {"latency": f"{WIRE_S * 1e3:g} ms"}
    links = {"c": {"source": "app", "target": "api", **wire}}
    links |= {
        f"c{n}": {
            "source": "api", "target": f"s{n}", "order": n + 1, "retries": RETRIES,
            "timeout": f"{TIMEOUT_S * 1e3:g} ms",
            "relation": "all", **wire,
        }
        for n in range(STATIONS)
    }  # fmt: skip
    hops = {f"h{n}": {"connection": key, "order": n} for n, key in enumerate(links)}
    return read(
        {
            "format": 2,
            "api": {"operations": {"o": {"rate": f"{TIMED_RATE:g}/s"}}},
            "diagram": {"components": boxes, "connections": links},
            "flows": {"f": {"operation": "o", "hops": hops}},
        }
    )


TIMED_RATE = 120.0  # 30 % of the capacity: even three tries of each call leave room, so there is one stable state


def ours_timed_per_second(model: Model, requests: int) -> tuple[float, float]:
    """Calls a second of CPU, and calls for each request."""
    begun = time.process_time()
    found = simulate(model, visits=requests * (STATIONS + 2))
    spent = time.process_time() - begun
    calls = STATIONS * found.requests + sum(found.retried.values())
    return calls / spent, calls / found.requests


def simpy_timed_per_second(requests: int, threads: int | None = None) -> tuple[float, float]:
    rng, env = random.Random(5), simpy.Environment()
    thread = simpy.Resource(env, capacity=threads) if threads else None
    stations = [simpy.Resource(env, capacity=SERVERS) for _ in range(STATIONS)]
    calls = [0]

    def work(station: Any, answer: Any) -> Any:
        yield env.timeout(WIRE_S)
        with station.request() as turn:
            yield turn
            yield env.timeout(rng.expovariate(1 / SERVICE_S))
        answer.succeed()

    def request() -> Any:
        if thread is not None:
            with thread.request() as turn:
                yield turn
                yield from calling()
        else:
            yield from calling()

    def calling() -> Any:
        for station in stations:
            for _ in range(1 + RETRIES):
                calls[0] += 1
                answer = env.event()
                env.process(work(station, answer))
                yield answer | env.timeout(TIMEOUT_S)
                if answer.triggered:
                    break
            else:
                return

    def arrive() -> Any:
        for _ in range(requests):
            yield env.timeout(rng.expovariate(TIMED_RATE))
            env.process(request())

    env.process(arrive())
    begun = time.process_time()
    env.run()
    return calls[0] / (time.process_time() - begun), calls[0] / requests


def run() -> list[Row]:
    figures = all_figures()
    document = read(company(300, 30))
    ours, yardstick = best_of_both(lambda: whole(document, figures), articulation(document), rounds=60)
    rows = [
        Row(
            number=11,
            name="analysis of 300 components and 30 flows",
            ours=ours * 1e3,
            yardstick=yardstick * 1e3,
            unit="ms",
            budget=80,
        )
    ]
    sizes = (30, 300, 3_000)
    seconds = {
        size: best_seconds(partial(whole, typed(company(size, size // 10)), figures), rounds=max(5, 3_000 // size))
        for size in sizes
    }
    for small, large in pairwise(sizes):
        rows.append(
            Row(
                number=12,
                name=f"analysis, {small} to {large:,} components, a flow for each ten",
                ours=seconds[large] * 1e3,
                yardstick=seconds[small] * 1e3,
                unit="ms",
                budget=(large / small) ** 1.2,
            )
        )
    model = model_of(row_of_stations(), figures)
    rates = [(ours_per_second(model, 100_000), simpy_per_second(10_000)) for _ in range(5)]
    rows.append(
        Row(
            number=16,
            name="simulation, three M/M/4 stations in a row, against simpy",
            ours=max(first for first, _ in rates) / 1e6,
            yardstick=max(second for _, second in rates) / 1e6,
            unit="M",
            budget=20,
            is_rate=True,
        )
    )
    for threads, words in ((None, ""), (THREADS, f" of a caller with {THREADS} threads")):
        timed = model_of(row_with_time_outs(threads), figures)
        both = [(ours_timed_per_second(timed, 100_000), simpy_timed_per_second(5_000, threads)) for _ in range(5)]
        for (_, ours_tries), (_, their_tries) in both:
            assert abs(ours_tries - their_tries) < 0.03 * their_tries, (ours_tries, their_tries)
        rows.append(
            Row(
                number=16,
                name=f"simulation with timeouts and retries{words}, calls a second against simpy",
                ours=max(first for (first, _), _ in both) / 1e6,
                yardstick=max(second for _, (second, _) in both) / 1e6,
                unit="M",
                budget=10,
                is_rate=True,
            )
        )
    return rows
