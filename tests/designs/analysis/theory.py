"""The table of docs/analysis.md in which simulations stand beside closed forms, simpy and ciw.

    .venv/bin/python -m tests.designs.analysis.theory          # the closed forms, and 50 random designs in each
    .venv/bin/python -m tests.designs.analysis.theory forms    # the closed forms alone
    .venv/bin/python -m tests.designs.analysis.theory ciw      # 50 random designs in ciw alone

Each closed form is worked out here and nowhere else: what it is compared with is what the site simulates.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import ciw
import numpy as np
import simpy

from designs.analysis.model import Model
from designs.analysis.outcomes import Simulation
from designs.analysis.simulation import simulate
from designs.analysis.warming import warming
from tests.designs.analysis.build import READ, model, store, two_stations

DESIGNS = 50
REQUESTS = 20_000


@dataclass(frozen=True)
class Row:
    """One comparison: what is measured, by which theory, and both values."""

    what: str
    theory: str
    expected: float
    measured: float

    @property
    def off(self) -> float:
        return abs(self.measured - self.expected) / abs(self.expected)

    def line(self) -> str:
        return f"| {self.what} | {self.theory} | {self.expected:.4g} | {self.measured:.4g} | {self.off:.1%} |"


def one(rate: float, servers: int = 1, **fields: Any) -> Model:
    """A service of 100/s for each server, without a network before it."""
    box = {"kind": "service", "capacity": "100/s", "latency": "10 ms", "instances": servers, "balancing": "one_queue"}
    return model(
        {"app": "client", "api": {**box, **fields}}, "app -> api",
        operations={"read": {"method": "GET", "rate": f"{rate:g}/s"}}, flows={"read": ["app_api"]},
        connections={"app_api": {"latency": "0 ms"}},
    )  # fmt: skip


def wait_of(found: Simulation, name: str = "api") -> float:
    return next(each.mean_wait_s for each in found.stations if each.component == name)


def erlang_c_by_sum(offered: float, servers: int) -> float:
    """The chance to wait, from the sum over all states."""
    busy = offered**servers / math.factorial(servers) / (1 - offered / servers)
    return busy / (sum(offered**k / math.factorial(k) for k in range(servers)) + busy)


def refused_by_states(rate: float, service: float, servers: int, room: int) -> float:
    chances = [1.0]
    for inside in range(1, servers + room + 1):
        chances.append(chances[-1] * rate / (min(inside, servers) * service))
    return chances[-1] / sum(chances)


def closed_forms(visits: int = 400_000) -> Iterator[Row]:
    for servers, rate in ((1, 70.0), (4, 320.0), (20, 1_800.0)):
        wait = erlang_c_by_sum(rate / 100, servers) / (servers * 100 - rate)
        yield Row(
            f"M/M/{servers} at {rate / servers:.0f} %: mean wait",
            "Erlang C",
            wait,
            wait_of(simulate(one(rate, servers), visits=visits)),
        )
    for spread, name in (
        (0.0, "M/D/1"),
        (0.5, "M/G/1, deviation half of the mean"),
        (2.0, "M/G/1, deviation twice the mean"),
    ):
        wait = 0.7 * 0.01 / 0.3 * (1 + spread**2) / 2
        found = simulate(one(70.0, variation=f"{spread:g}"), visits=2 * visits)
        yield Row(f"{name} at 70 %: mean wait", "Pollaczek and Khinchine", wait, wait_of(found))
    for rate, servers, room in ((150.0, 1, 5), (390.0, 4, 20)):
        # Close to the capacity a run needs many busy periods to tell the share.
        found = simulate(one(rate, servers, queue_limit=f"{room / servers:g}"), visits=5 * visits)
        yield Row(
            f"M/M/{servers}/{servers + room} at {rate / servers:.0f} %: refused", "birth and death",
            refused_by_states(rate, 100, servers, room), found.failed["read"] / found.requests,
        )  # fmt: skip
    yield retrials()
    yield from lru(visits)
    found = simulate(one(150.0, rate_limit="100/s", rate_burst="1", capacity="100k/s", latency="0 ms"), visits=visits)
    yield Row("token bucket of one: refused", "dead time, 1 - 1/(1 + 1.5)", 0.6, found.failed["read"] / found.requests)
    for room in (0, 3):
        yield blocked(room)


def retrials() -> Row:
    """No room to wait, retries after long pauses: they come like new ones, so a share rho of all tries is refused."""
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "10k/s", "latency": "0 ms"},
        "db": store(capacity="100/s", latency="10 ms", queue_limit="0"),
    }
    near = {"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms", "retries": 20, "backoff": "1 s"}}
    found = simulate(
        model(parts, "app -> api, api -> db", operations={"read": {**READ, "rate": "40/s"}}, connections=near),
        duration_s=4_000, visits=2_000_000,
    )  # fmt: skip
    tries = 1 + found.retried["api_db"] / found.requests
    return Row(
        "retrial queue with slow retries at 40 %: tries", "1/(1 - rho) in the limit of slow retries", 1 / 0.6, tries
    )


def lru(visits: int) -> Iterator[Row]:
    """A cache as a dictionary that is asked for real keys, beside Che's approximation."""
    asked, held, skew, reads = 10_000, 1_000, 0.8, visits // 2
    chances = np.arange(1, asked + 1, dtype=float) ** -skew
    keys = np.random.default_rng(5).choice(asked, size=reads, p=chances / chances.sum()).tolist()
    kept, hits = dict[int, None](), np.zeros(reads, dtype=bool)
    for number, key in enumerate(keys):
        if key in kept:
            hits[number] = True
            del kept[key]
        elif len(kept) >= held:
            del kept[next(iter(kept))]
        kept[key] = None
    found = warming(asked, held, skew)
    yield Row(
        "LRU of 1,000 of 10,000 entries, Zipf 0.8: hits",
        "a real LRU",
        float(hits[reads // 2 :].mean()),
        found.hit_ratio,
    )
    filling = float(np.mean([found.after(each) for each in range(1_000)]))
    yield Row("the same, first 1,000 reads after it was empty", "a real LRU, ten times", filled(chances, held), filling)


def filled(chances: np.ndarray, held: int) -> float:
    """The share of hits among a thousand reads of an empty cache that nothing leaves yet, over ten runs."""
    random, found = np.random.default_rng(6), list[float]()
    for _ in range(10):
        keys = random.choice(len(chances), size=1_000, p=chances / chances.sum())
        found.append(1 - len(set(keys.tolist())) / 1_000)
    assert held >= 1_000
    return float(np.mean(found))


def blocked(room: int) -> Row:
    """Two stations of the same speed with room between them, the first never idle: mu (B + 2)/(B + 3)."""
    found = simulate(two_stations(room), duration_s=600, visits=10**6)
    rate = next(each.rate for each in found.stations if each.component == "second")
    return Row(
        f"two stations, room for {room} between, back-pressure: served a second", "blocking after service",
        100 * (room + 2) / (room + 3), rate,
    )  # fmt: skip


# Random designs in simpy


@dataclass(frozen=True)
class Station:
    servers: int
    service_s: float
    timeout_s: float
    retries: int
    error_rate: float


@dataclass(frozen=True)
class Line:
    """A service that calls stations one after another, as often as it takes and at most so often."""

    rate: float
    stations: tuple[Station, ...]

    def design(self) -> Model:
        parts: dict[str, Any] = {"app": "client", "api": {"kind": "service", "latency": "0 s", "capacity": "100k/s"}}
        near: dict[str, Any] = {"app_api": {"latency": "0 ms"}}
        for number, each in enumerate(self.stations):
            parts[f"s{number}"] = {
                "kind": "service", "capacity": f"{1 / each.service_s:.10g}/s",
                "latency": f"{each.service_s * 1e3:.10g} ms",
                "instances": each.servers, "balancing": "one_queue", "error_rate": f"{each.error_rate:.4%}",
            }  # fmt: skip
            near[f"api_s{number}"] = {"latency": "0 ms", "retries": each.retries, "relation": "all"}
            if each.timeout_s < math.inf:
                near[f"api_s{number}"]["timeout"] = f"{each.timeout_s * 1e3:.10g} ms"
        arrows = ", ".join(["app -> api", *(f"api -> s{number}" for number in range(len(self.stations)))])
        flows = {"read": ["app_api", *(f"api_s{number}" for number in range(len(self.stations)))]}
        operations = {"read": {"method": "GET", "rate": f"{self.rate:.10g}/s"}}
        return model(parts, arrows, operations=operations, connections=near, flows=flows)


def random_line(seed: int) -> Line:
    """Busy up to 70 %, and never so that all retries together would fill a station: chance would decide then."""
    random = Random(seed)
    rate, stations = random.uniform(20, 200), list[Station]()
    for _ in range(random.randint(1, 4)):
        servers, retries = random.choice((1, 2, 4, 8)), random.randint(0, 2)
        used = random.uniform(0.1, 0.7 if not retries else 0.9 / (1 + retries))
        service_s = used * servers / rate
        patience = random.uniform(3, 8) * service_s
        stations.append(Station(servers, service_s, patience, retries, random.choice((0.0, 0.01, 0.05))))
    return Line(rate, tuple(stations))


@dataclass(frozen=True)
class Measured:
    """Mean seconds of requests that were answered, the share that failed, and calls for each request."""

    mean_s: float
    failed: float
    calls: float


def in_simpy(line: Line, seed: int, requests: int = REQUESTS) -> Measured:
    random, env = Random(seed), simpy.Environment()
    stations = [simpy.Resource(env, capacity=each.servers) for each in line.stations]
    took, failed, calls = list[float](), [0], [0]

    def work(number: int, answer: Any) -> Any:
        with stations[number].request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / line.stations[number].service_s))
        answer.succeed(random.random() >= line.stations[number].error_rate)

    def request() -> Any:
        begun = env.now
        for number, each in enumerate(line.stations):
            for _ in range(1 + each.retries):
                calls[0] += 1
                answer = env.event()
                env.process(work(number, answer))
                yield answer | env.timeout(each.timeout_s)
                if answer.triggered and answer.value:
                    break
            else:
                failed[0] += 1
                return
        took.append(env.now - begun)

    def arrive() -> Any:
        for _ in range(requests):
            yield env.timeout(random.expovariate(line.rate))
            env.process(request())

    env.process(arrive())
    env.run()
    return Measured(sum(took) / len(took), failed[0] / requests, calls[0] / requests)


def simulated(line: Line, seed: int, requests: int = 3 * REQUESTS) -> Measured:
    found = simulate(line.design(), duration_s=requests / line.rate, visits=10**7, seed=seed)
    failed = found.failed.get("read", 0) / found.requests
    calls = sum(each.rate for each in found.stations if each.component != "api") * found.duration_s * 0.9
    return Measured(found.operations["read"].mean, failed, calls / (0.9 * found.requests))


def patient(line: Line) -> Line:
    """The same stations, where nobody gives up and nothing fails: ciw has no caller that tries again."""
    return replace(
        line,
        stations=tuple(replace(each, timeout_s=math.inf, retries=0, error_rate=0.0) for each in line.stations),
    )


def in_ciw(line: Line, seed: int, requests: int = REQUESTS) -> Measured:
    """Without requests that arrive in the first tenth of the time."""
    count = len(line.stations)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(line.rate), *[None] * (count - 1)],
        service_distributions=[ciw.dists.Exponential(1 / each.service_s) for each in line.stations],
        number_of_servers=[each.servers for each in line.stations],
        routing=[[float(to == at + 1) for to in range(count)] for at in range(count)],
    )
    ciw.seed(seed)
    run = ciw.Simulation(network)
    run.simulate_until_max_time(requests / line.rate)
    begun, ended = dict[int, float](), dict[int, list[float]]()
    for record in run.get_all_records():
        begun[record.id_number] = min(begun.get(record.id_number, math.inf), record.arrival_date)
        ended.setdefault(record.id_number, []).append(record.exit_date)
    warm = 0.1 * requests / line.rate
    took = [max(ends) - begun[key] for key, ends in ended.items() if len(ends) == count and begun[key] > warm]
    return Measured(sum(took) / len(took), 0.0, float(count))


def compared_with_ciw(count: int) -> str:
    off = []
    for seed in range(count):
        line = patient(random_line(seed))
        theirs = in_ciw(line, seed).mean_s
        off.append(abs(simulated(line, seed).mean_s - theirs) / theirs)
    words = f"| mean time in ciw, nobody gives up | {np.median(off):.2%} | {max(off):.2%} |"
    return f"| of {count} random designs | median off | most off |\n| --- | --- | --- |\n{words}"


def compared(count: int) -> str:
    """Rows of how far simulations lie from simpy, over random designs."""
    off: dict[str, list[float]] = {"mean time": [], "calls for each request": [], "share that failed": []}
    for seed in range(count):
        line = random_line(seed)
        ours, theirs = simulated(line, seed), in_simpy(line, seed)
        off["mean time"].append(abs(ours.mean_s - theirs.mean_s) / theirs.mean_s)
        off["calls for each request"].append(abs(ours.calls - theirs.calls) / theirs.calls)
        off["share that failed"].append(abs(ours.failed - theirs.failed))
    lines = [f"| of {count} random designs | median off | most off |", "| --- | --- | --- |"]
    lines += [f"| {what} | {np.median(each):.2%} | {max(each):.2%} |" for what, each in off.items()]
    return "\n".join(lines)


def main() -> None:
    asked = sys.argv[1:]
    if asked != ["ciw"]:
        print("| what | theory | says | simulated | off |\n| --- | --- | --- | --- | --- |")
        for row in closed_forms():
            print(row.line(), flush=True)
    if not asked:
        print(f"\n{compared(DESIGNS)}", flush=True)
    if asked != ["forms"]:
        print(f"\n{compared_with_ciw(DESIGNS)}")


if __name__ == "__main__":
    main()
