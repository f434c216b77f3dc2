"""Random systems with shards, copies, caches, fan-out, calls at once, queues and circles, and what is true of them.

`python -m tests.designs.analysis.random_systems` holds the analysis to 200 of them and prints a table. The oracles know
nothing of the model: loads are counted by hand from the numbers that a system was made of, availability is the sum over
all states (test_oracles.py), and percentiles come from an event simulation of our own, of simpy, or of ciw.
"""

from __future__ import annotations

import heapq
import itertools
import math
import sys
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import ciw
import numpy as np
import simpy

from designs.analysis.latency import latency
from designs.analysis.model import Model
from designs.analysis.times import times_of
from tests.designs.analysis.build import model

REQUESTS = 25_000
LONGER = 6  # times as many requests, where a simulation is outside its error
WITHIN = 0.05
SEEDS = 200


@dataclass
class Box:
    """Servers of one queue (or `lanes` of them, each with its own), each exponential around `service_s`.

    `share` is how often a call of the operation before goes on to it, `at_once` how many calls are made in one moment.
    """

    name: str
    servers: int
    service_s: float
    share: float = 1.0
    at_once: int = 1
    lanes: int = 1
    parallel: bool = False
    asked: int = 1
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class System:
    """A line from a client to a service, and what that service calls, in order; `later` is behind a queue."""

    rate: float
    front: list[Box]
    calls: list[Box]
    later: list[Box]
    has_circle: bool
    document: dict[str, Any] = field(default_factory=dict)

    def visits(self, box: Box) -> float:
        """By hand; in a circle each fifth request of the service comes back: 1 + 0.2 + 0.04 + ..."""
        returning = 1 / (1 - 0.2) if self.has_circle and box is not self.front[0] else 1.0
        return returning * box.share * box.at_once


def system(seed: int) -> System:
    random = Random(seed)
    rate = random.choice([20.0, 50.0, 80.0])
    has_circle = random.random() < 0.15
    grows = 1 / (1 - 0.2) if has_circle else 1.0

    def sized(name: str, each_s: float, share: float, *, busy: float = 0.0, **more: Any) -> Box:
        """A box of one queue that is busy to about this share."""
        service = random.choice([0.002, 0.005, 0.012, 0.03])
        busy = busy or random.uniform(0.2, 0.7)
        return Box(name, max(1, math.ceil(each_s * service / busy)), service, share, **more)

    front = [sized("lb", rate, 1.0), sized("api", rate * grows, 1.0)]
    calls, later = list[Box](), list[Box]()
    missed = 1.0
    if random.random() < 0.5 and not has_circle:
        hits = random.choice([0.5, 0.8, 0.95])
        calls.append(sized("cache", rate * grows, 1.0, fields={"kind": "cache", "cache_hit_ratio": f"{hits:.0%}"}))
        missed = 1 - hits
    calls.append(_store(random, rate * grows * missed, missed))
    if random.random() < 0.35:
        many = random.choice([3, 8, 20])
        calls.append(sized("leaf", rate * grows * many, 1.0, at_once=many, busy=random.uniform(0.2, 0.6)))
    if random.random() < 0.35:
        calls += [sized(f"side{n}", rate * grows, 1.0, parallel=True) for n in range(random.choice([2, 3]))]
    if random.random() < 0.4:
        later.append(sized("worker", rate * grows, 1.0))
    found = System(rate, front, calls, later, has_circle)
    found.document = _drawn(found)
    return found


def _store(random: Random, rate: float, share: float) -> Box:
    """Even shards; reads go to the leader or to any copy, so each lane gets its part of them."""
    shards, copies = random.choice([1, 2, 4]), random.choice([1, 1, 3])
    readers = random.choice(["leader", "any"]) if copies > 1 else "any"
    lanes = shards * (copies if readers == "any" else 1)
    service, busy = random.choice([0.004, 0.01]), random.uniform(0.2, 0.6)
    servers = max(1, math.ceil(rate / lanes * service / busy))
    fields = {
        "kind": "wide_column", "stores": {"thing": True}, "shards": shards, "copies": copies, "reads_from": readers,
        "hottest_shard": f"{100 / shards}%" if shards > 1 else "", "replication": "asynchronous" if copies > 1 else "",
    }  # fmt: skip
    return Box("db", servers, service, share, lanes=lanes, fields=fields)


def _drawn(found: System) -> dict[str, Any]:
    parts: dict[str, Any] = {"app": "client"}
    for box in (*found.front, *found.calls, *found.later):
        is_store = box.name == "db"
        count = 1 if is_store else box.servers
        capacity = (box.servers if is_store else 1) / box.service_s
        parts[box.name] = {
            "kind": "worker" if box.name == "worker" else "service", "capacity": f"{capacity}/s",
            "latency": f"{box.service_s * 1e3} ms", "instances": count, "balancing": "" if is_store else "one_queue",
            **box.fields,
        }  # fmt: skip
    parts["lb"]["kind"] = "load_balancer"
    parts["lb"].pop("balancing")
    arrows = ["app -> lb", "lb -> api", *(f"api -> {box.name}" for box in found.calls)]
    hops: list[Any] = ["app_lb", "lb_api"]
    hops += [{"connection": f"api_{box.name}", "multiplier": str(box.at_once)} for box in found.calls]
    if found.later:
        parts["queue"] = {"kind": "queue", "capacity": "100k/s", "latency": "0.1 ms"}
        arrows += ["api ~> queue", "queue -> worker"]
        hops += ["api_queue", "queue_worker"]
    if found.has_circle:
        parts["auth"] = {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms"}
        arrows += ["api -> auth", "auth -> api"]
        hops += ["api_auth", {"connection": "auth_api", "split": "20%"}]
    ends = [arrow.replace(" -> ", "_").replace(" ~> ", "_") for arrow in arrows]
    near: dict[str, Any] = {end: {"latency": "0 ms"} for end in ends}
    for box in found.calls:
        if box.parallel:
            near[f"api_{box.name}"]["relation"] = "parallel"
    operation = {"method": "GET", "reads": {"thing": True}, "rate": f"{found.rate}/s"}
    return {
        "components": parts, "arrows": ", ".join(arrows), "connections": near, "operations": {"read": operation},
        "flows": {"read": hops},
    }  # fmt: skip


def drawn(found: System) -> Model:
    document = dict(found.document)
    return model(document.pop("components"), document.pop("arrows"), **document)


def wrong_loads(found: System, of: Model) -> list[str]:
    """Components whose load is not what the numbers of the system make it."""
    wrong = []
    for box in (*found.front, *found.calls, *found.later):
        load = of.loads.components[box.name]
        expected = found.rate * found.visits(box)
        busy = expected / box.lanes * box.service_s / box.servers
        if not (
            math.isclose(load.peak, expected, rel_tol=1e-6) and math.isclose(load.utilisation or 0, busy, rel_tol=1e-6)
        ):
            wrong.append(f"{box.name}: {load.peak:g} of {expected:g}, {load.utilisation} of {busy:g}")
    return wrong


# Percentiles by three simulations that share nothing but the system


Process = Generator[Any, Any, None]


def plan(found: System, draws: Random) -> Iterator[list[Box]]:
    """What one request visits: steps one after another, the boxes of a step at once."""
    for box in found.front:
        yield [box]
    at_once = [box for box in found.calls if box.parallel]
    for box in found.calls:
        if box.parallel:
            if box is at_once[0]:
                yield at_once
        elif draws.random() < box.share:
            yield [box] * box.at_once


class Events:
    """Our own: a heap of moments at which something is done."""

    def __init__(self, seed: int) -> None:
        self.draws, self.number = Random(seed), itertools.count()
        self.heap: list[tuple[float, int, Callable[[float], None]]] = []
        self.busy: Counter[tuple[str, int]] = Counter()
        self.queues: dict[tuple[str, int], deque[Callable[[float], None]]] = {}
        self.took: list[float] = []

    def at(self, moment: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self.heap, (moment, next(self.number), what))

    def comes(self, box: Box, done: Callable[[float], None], now: float) -> None:
        lane = self.draws.randrange(box.lanes)
        if self.busy[box.name, lane] < box.servers:
            self.busy[box.name, lane] += 1
            self.serves(box, lane, done, now)
        else:
            self.queues.setdefault((box.name, lane), deque()).append(done)

    def serves(self, box: Box, lane: int, done: Callable[[float], None], now: float) -> None:
        def leaves(at: float) -> None:
            waiting = self.queues.get((box.name, lane))
            if waiting:
                self.serves(box, lane, waiting.popleft(), at)
            else:
                self.busy[box.name, lane] -= 1
            done(at)

        self.at(now + self.draws.expovariate(1 / box.service_s), leaves)

    def follows(self, steps: Iterator[list[Box]], begun: float) -> Callable[[float], None]:
        left = 0

        def goes_on(now: float) -> None:
            nonlocal left
            left -= 1
            if left > 0:
                return
            step = next(steps, None)
            if step is None:
                self.took.append(now - begun)
                return
            left = len(step)
            for box in step:
                self.comes(box, goes_on, now)

        return goes_on


def by_events(found: System, seed: int, requests: int = REQUESTS) -> np.ndarray:
    events, now = Events(seed), 0.0
    for _ in range(requests):
        now += events.draws.expovariate(found.rate)
        events.at(now, events.follows(plan(found, events.draws), now))
    while events.heap:
        at, _, what = heapq.heappop(events.heap)
        what(at)
    return np.array(events.took[requests // 10 :])


def by_simpy(found: System, seed: int, requests: int = REQUESTS) -> np.ndarray:
    draws, env, took = Random(seed), simpy.Environment(), list[float]()
    places = {
        (box.name, lane): simpy.Resource(env, capacity=box.servers)
        for box in (*found.front, *found.calls)
        for lane in range(box.lanes)
    }

    def visit(box: Box) -> Process:
        with places[box.name, draws.randrange(box.lanes)].request() as turn:
            yield turn
            yield env.timeout(draws.expovariate(1 / box.service_s))

    def request() -> Process:
        begun = env.now
        for step in plan(found, draws):
            yield simpy.AllOf(env, [env.process(visit(box)) for box in step])
        took.append(env.now - begun)

    def arrive() -> Process:
        for _ in range(requests):
            yield env.timeout(draws.expovariate(found.rate))
            env.process(request())

    env.process(arrive())
    env.run()
    return np.array(took[requests // 10 :])


def suits_ciw(found: System) -> bool:
    """A line of queues, some of which are passed by: ciw knows no calls at once."""
    return not any(box.parallel or box.at_once > 1 or box.lanes > 1 for box in found.calls) and not found.has_circle


def by_ciw(found: System, seed: int, requests: int = REQUESTS) -> np.ndarray:
    boxes = [*found.front, *found.calls]
    routing = [[0.0] * len(boxes) for _ in boxes]
    for at in range(len(boxes)):
        reached = 1.0
        for to in range(at + 1, len(boxes)):
            routing[at][to] = reached * boxes[to].share
            reached *= 1 - boxes[to].share
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(found.rate), *[None] * (len(boxes) - 1)],
        service_distributions=[ciw.dists.Exponential(1 / box.service_s) for box in boxes],
        number_of_servers=[box.servers for box in boxes],
        routing=routing,
    )
    ciw.seed(seed)
    run = ciw.Simulation(network)
    run.simulate_until_max_time(requests / found.rate)
    begun, ended = dict[int, float](), dict[int, float]()
    for record in run.get_all_records():
        key = record.id_number
        begun[key] = min(begun.get(key, math.inf), record.arrival_date)
        ended[key] = max(ended.get(key, 0.0), record.exit_date)
    warm = 0.1 * requests / found.rate
    return np.array([ended[key] - begun[key] for key in begun if begun[key] > warm])


def percentile(took: np.ndarray, quantile: float = 0.99) -> tuple[float, float]:
    """With half of its 95 % interval, from ten parts of the time: requests near each other wait together."""
    parts = [float(np.quantile(part, quantile)) for part in np.array_split(took, 10)]
    return float(np.quantile(took, quantile)), 2.26 * float(np.std(parts, ddof=1)) / math.sqrt(10)


@dataclass(frozen=True)
class Comparison:
    seed: int
    oracle: str
    said_s: float
    error_s: float
    true_s: float
    doubt_s: float
    wrong_loads: tuple[str, ...]

    @property
    def off(self) -> float:
        return self.said_s / self.true_s - 1

    @property
    def is_right(self) -> bool:
        """Within 5 %, or within the error that it states and the oracle's own."""
        return abs(self.off) <= WITHIN or abs(self.said_s - self.true_s) <= self.error_s + self.doubt_s


def compared(seed: int, requests: int = REQUESTS) -> Comparison | None:
    """The 99th percentile beside that of a simulation; None (with loads checked) where a circle has no percentile."""
    found = system(seed)
    of = drawn(found)
    wrong = tuple(wrong_loads(found, of))
    said = latency(of, times_of(of), "read", 0.99, draws=60_000)
    if found.has_circle:
        return (
            None if not wrong and said.value is None else Comparison(seed, "by hand", 0, 0, 1, 0, wrong or ("circle",))
        )
    oracle = by_events
    if seed % 3 == 1:
        oracle = by_ciw if suits_ciw(found) else by_simpy
    true, doubt = percentile(oracle(found, seed, requests))
    return Comparison(seed, oracle.__name__.removeprefix("by_"), said.value or 0.0, said.error, true, doubt, wrong)


def main() -> None:
    found = [compared(seed) for seed in range(SEEDS)]
    told = [each for each in found if each is not None]
    sys.stdout.write("| oracle of p99 | systems | within 5 % | within 5 % or the errors | median off | most off |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- |\n")
    for oracle in ("events", "simpy", "ciw"):
        some = [each for each in told if each.oracle == oracle]
        off = sorted(abs(each.off) for each in some)
        close = sum(each <= WITHIN for each in off)
        right = sum(each.is_right for each in some)
        sys.stdout.write(f"| {oracle} | {len(some)} | {close} | {right} | {off[len(off) // 2]:.1%} | {off[-1]:.1%} |\n")
    wrong = [each for each in told if each.wrong_loads]
    circles = SEEDS - len(told)
    sys.stdout.write(f"\nLoads by hand: {SEEDS - len(wrong)} of {SEEDS} right, {circles} of them circles.\n")
    for each in told:
        if not each.is_right or each.wrong_loads:
            sys.stdout.write(f"{each}\nWith {LONGER} times the requests: {compared(each.seed, LONGER * REQUESTS)}\n")


if __name__ == "__main__":
    main()
