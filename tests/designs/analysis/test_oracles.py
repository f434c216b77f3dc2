"""Two hundred random designs with shards, copies, zones and circles against oracles that know nothing of the model.

Availability is the sum over every state of zones, shared causes and servers; loads are counted server by server; waits
come from an event simulation of the textbook kind.
"""

from __future__ import annotations

import heapq
import math
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

from designs.analysis.burden import burden_of
from designs.analysis.capacities import Known
from designs.analysis.load import ComponentLoad
from designs.analysis.waiting import waiting_of
from tests.designs.analysis.build import model, store

SEEDS = range(200)


def random_design(random: Random) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """A client, servers in up to two boxes behind a balancer, and one or two stores; zones of their own."""
    pick = random.choice
    zones = {f"z{n}": {"kind": "zone", "availability": pick(["90%", "95%", "99%"])} for n in range(pick([0, 2, 3]))}

    def spread(count: int) -> dict[str, Any]:
        if not zones or random.random() < 0.3:
            return {}
        return {"zones": dict.fromkeys(random.sample(list(zones), min(count, len(zones))), True)}

    def servers(kind: str) -> dict[str, Any]:
        count = pick([1, 1, 2, 3])
        return {
            "kind": kind, "instances": count, "availability": pick(["80%", "90%", "99%"]),
            "capacity": pick(["40/s", "60/s", "1k/s"]),
            "common_cause": pick(["0%", "10%", "50%"]), **spread(count),
        }  # fmt: skip

    def copies(entity: str) -> dict[str, Any]:
        count = pick([1, 2, 3])
        return {
            "kind": "wide_column", "stores": {entity: True}, "copies": count, "shards": pick([1, 2, 4]),
            "availability": pick(["80%", "90%", "99%"]), "capacity": "1k/s", "common_cause": pick(["0%", "20%"]),
            "replication": "quorum", "reads_from": "quorum", "hottest_shard": pick(["", "60%"]), **spread(count),
        }  # fmt: skip

    parts: dict[str, Any] = {"app": "client", "lb": {**servers("load_balancer"), "capacity": "10k/s"}}
    arrows = ["app -> lb"]
    backends = ["web1", "web2"] if random.random() < 0.5 else ["web1"]
    stores = ["one", "two"] if random.random() < 0.4 else ["one"]
    for each in backends:
        parts[each] = {**servers("service"), "common_cause": "0%"} if len(backends) > 1 else servers("service")
        arrows.append(f"lb -> {each}")
        arrows += [f"{each} -> {each_store}" for each_store in stores]
    parts |= {each: copies(each) for each in stores}
    circle = random.random() < 0.3
    if circle:
        parts["auth"] = {"kind": "service", "availability": "95%", "capacity": "1k/s"}
        arrows += ["web1 -> auth", "auth -> web1"]
    hops: list[Any] = [arrow.replace(" -> ", "_") for arrow in arrows]
    hops = [{"connection": hop, "split": "20%"} if hop == "auth_web1" else hop for hop in hops]
    operations = {"read": {"method": "GET", "reads": dict.fromkeys(stores, True), "rate": "100/s"}}
    return parts, ", ".join(arrows), {"operations": operations, "flows": {"read": hops}, "zones": zones}


def standing_needed(found: Any, key: str) -> int:
    """By hand: a majority of copies, or as many instances as the peak needs."""
    component = found.graph.components[key]
    if component.kind == "wide_column":
        return component.copies // 2 + 1
    capacity = {"40/s": 40, "60/s": 60, "1k/s": 1000, "10k/s": 10_000}[component.capacity]
    return max(1, min(component.instances, math.ceil(found.loads.components[key].peak / capacity - 1e-9)))


def enumerated(found: Any) -> float:
    """The share of time in which every request works, by every state of everything that can fail."""
    graph = found.graph
    keys = [key for key, each in graph.components.items() if each.kind != "client"]
    zones = list(graph.zones)
    chance_of_zone = [float(graph.zones[zone].availability.rstrip("%")) / 100 for zone in zones]
    table = []
    for key in keys:
        component = graph.components[key]
        count = component.copies if component.kind == "wide_column" else component.instances
        one = float(component.availability.rstrip("%")) / 100
        common = (float(component.common_cause.rstrip("%") or 0) / 100 if component.common_cause else 0.1) * (1 - one)
        own = ((1 - one) - common) / (1 - common)
        places = sorted(component.zones, key=list(component.zones).index) if component.zones else []
        at = [places[number % len(places)] if places else "" for number in range(count)]
        table.append(
            (key, count, standing_needed(found, key), common if count > 1 else 0.0, own if count > 1 else 1 - one, at)
        )
    total = 0.0
    for up_zones in product((True, False), repeat=len(zones)):
        weight = math.prod(chance if up else 1 - chance for up, chance in zip(up_zones, chance_of_zone, strict=True))
        standing = {zone for zone, up in zip(zones, up_zones, strict=True) if up} | {""}
        chances = {}
        for key, _, needed, common, own, at in table:
            left = sum(place in standing for place in at)
            ways = [
                math.prod(1 - own if up else own for up in states)
                for states in product((True, False), repeat=left)
                if sum(states) >= needed
            ]
            chances[key] = (1 - common) * sum(ways)
        total += weight * works_by_states(found, chances)
    return total


def works_by_states(found: Any, chances: dict[str, float]) -> float:
    graph = found.graph
    backends = [key for key in ("web1", "web2") if key in graph.components]
    stores = [key for key in ("one", "two") if key in graph.components]
    capacity = {key: found.loads.components[key].total_capacity for key in backends}
    peak = sum(found.loads.components[key].peak for key in backends)
    smallest, enough, total = sorted(capacity.values()), len(backends), 0.0
    for number, each in enumerate(smallest, start=1):
        total += each
        if total >= peak * (1 - 1e-9):
            enough = number
            break
    result = 0.0
    keys = [*backends, *(["auth"] if "auth" in graph.components else [])]
    for states in product((True, False), repeat=len(keys)):
        up = dict(zip(keys, states, strict=True))
        weight = math.prod(chances[key] if up[key] else 1 - chances[key] for key in keys)
        able = [key for key in backends if up[key] and (key != "web1" or up.get("auth", True))]
        result += weight * (len(able) >= (enough if len(backends) > 1 else 1))
    return chances["lb"] * math.prod(chances[key] for key in stores) * result


@pytest.mark.parametrize("seed", SEEDS)
def test_availability_is_the_sum_over_all_states(seed):
    parts, arrows, sections = random_design(Random(seed))
    found = model(parts, arrows, **sections)
    assert not found.flows["read"].problem, found.flows["read"].problem
    reach = found.reach["read"]

    assert reach.availability is not None
    assert reach.availability.error == 0
    assert reach.availability.value == pytest.approx(enumerated(found), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_busiest_server_is_found_by_counting_each(seed):
    """Writes go to all copies of their shard, reads to those that answer them; the hottest shard takes its share."""
    random = Random(seed)
    shards, copies = random.choice([1, 2, 5]), random.choice([1, 2, 3, 5])
    hottest = random.choice(["", "30%", "70%"]) if shards > 1 else ""
    readers = random.choice(["leader", "any", "followers", "quorum"])
    reads, writes = random.choice([0, 100, 900]), random.choice([0, 50, 400])
    fields = {"shards": shards, "copies": copies, "hottest_shard": hottest, "reads_from": readers, "capacity": "1k/s"}
    found = model(
        {"app": "client", "api": "service", "db": store(**fields, replication="asynchronous")},
        "app -> api, api -> db",
        operations={
            "read": {"method": "GET", "reads": {"thing": True}, "rate": f"{reads}/s"},
            "write": {"method": "POST", "writes": {"thing": True}, "rate": f"{writes}/s"},
        },
    )
    hot = max(float(hottest.rstrip("%")) / 100 if hottest else 0.0, 1 / shards)
    shares = [hot, *([(1 - hot) / (shards - 1)] * (shards - 1) if shards > 1 else [])]
    load = np.zeros((shards, copies))
    for shard, share in enumerate(shares):
        load[shard] += writes * share
        asked = {
            "leader": [0],
            "any": list(range(copies)),
            "followers": list(range(1, copies)) or [0],
            "quorum": list(range(copies)),
        }[readers]
        each = reads * share * (copies // 2 + 1 if readers == "quorum" else 1) / len(asked)
        load[shard, asked] += each

    assert found.loads.components["db"].busiest == pytest.approx(load.max())


def simulated_wait(rate: float, service: np.ndarray, servers: int, seed: int) -> float:
    """Mean wait of a first come, first served queue, event by event."""
    random = np.random.default_rng(seed)
    arrivals = np.cumsum(random.exponential(1 / rate, len(service)))
    free = [0.0] * servers
    waits = []
    for arrival, held in zip(arrivals.tolist(), service.tolist(), strict=True):
        begins = max(arrival, heapq.heappop(free))
        heapq.heappush(free, begins + held)
        waits.append(begins - arrival)
    return float(np.mean(waits[len(waits) // 10 :]))


@pytest.mark.parametrize("variation", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize(("servers", "busy"), [(1, 0.7), (1, 0.5), (4, 0.8)])
def test_waits_follow_the_spread_of_service_times(variation, servers, busy):
    """Pollaczek-Khinchine for one server; for four Allen-Cunneen is an approximation of a few per cent."""
    mean, rate = 0.01, busy * servers / 0.01
    random = np.random.default_rng(5)
    size = 400_000
    service = np.full(size, mean) if variation == 0 else random.gamma(1 / variation**2, mean * variation**2, size)
    component = model({"app": "client", "api": {"kind": "service", "capacity": "100/s"}}, "").graph.components["api"]
    load = ComponentLoad(
        "api", rate, rate, 0.0, burden_of(component), rate, Known(servers / mean, "test"), servers=servers
    )

    found = waiting_of(load, "one_queue", variation).mean_s

    tolerance = 0.05 if servers == 1 else 0.12
    assert found == pytest.approx(simulated_wait(rate, service, servers, 7), rel=tolerance)
