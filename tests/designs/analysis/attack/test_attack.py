"""The smallest attack: against every subset of servers and zones, and against sums by hand."""

from __future__ import annotations

import itertools
import math
from random import Random

import pytest

from designs.analysis.attack.losses import smallest_losses
from designs.analysis.attack.told import attack, growth_words, published
from designs.analysis.attack.traffic import grown
from designs.analysis.report import analyse
from tests.designs.analysis.build import figures, raw

ZONES = ["a", "b", "c"]


def system(seed: int) -> tuple[dict, dict[str, tuple[int, int, list[str]]]]:
    """A line of servers before a store in zones, with the servers of each, how many it needs, and where they are."""
    random = Random(seed)
    spread = random.sample(ZONES, random.choice([1, 2, 3]))
    parts: dict = {"app": "client"}
    known = {}
    for name in ["api", "auth"][: random.choice([1, 2])]:
        count, capacity = random.choice([1, 2, 3, 4, 5]), random.choice([40, 60, 120])
        zones = spread if random.random() < 0.8 else spread[:1]
        parts[name] = {
            "kind": "service", "instances": count, "capacity": f"{capacity}/s", "latency": "1 ms",
            "availability": "99.99%", "common_cause": "0%", "zones": dict.fromkeys(zones, True),
        }  # fmt: skip
        known[name] = count, math.ceil(100 / capacity), zones
    copies = random.choice([1, 3, 5])
    zones = spread if random.random() < 0.8 else spread[:1]
    parts["db"] = {
        "kind": "wide_column", "stores": {"thing": True}, "copies": copies, "capacity": "10k/s", "latency": "1 ms",
        "replication": "quorum", "reads_from": "quorum", "availability": "99.99%", "common_cause": "0%",
        "zones": dict.fromkeys(zones, True), "failover_time": "0 s",
    }  # fmt: skip
    known["db"] = copies, copies // 2 + 1, zones
    line = ["app", *[each for each in known if each != "db"], "db"]
    document = raw(
        parts,
        ", ".join(f"{one} -> {other}" for one, other in itertools.pairwise(line)),
        zones={key: {"kind": "zone", "label": key, "availability": "99.999%"} for key in ZONES},
        operations={"read": {"method": "GET", "reads": {"thing": True}, "rate": "100/s"}},
        requirements={"up": {"metric": "availability", "comparison": ">=", "quantity": "50%"}},
    )
    return document, known


def by_enumeration(known: dict[str, tuple[int, int, list[str]]]) -> int | None:
    """The fewest servers and zones without which too few servers of something are left: every subset, by counting."""
    servers = [(name, number) for name, (count, _, _) in known.items() for number in range(count)]
    places = {(name, number): known[name][2][number % len(known[name][2])] for name, number in servers}
    things = [*servers, *sorted(set(places.values()))]
    for size in range(1, 4):
        for lost in itertools.combinations(things, size):
            left = [each for each in servers if each not in lost and places[each] not in lost]
            if any(sum(name == each for each, _ in left) < needed for name, (_, needed, _) in known.items()):
                return size
    return None


def test_the_smallest_losses_are_as_few_as_by_enumeration_on_random_designs():
    compared = 0
    for seed in range(120):
        document, known = system(seed)
        if any(count < needed for count, needed, _ in known.values()):
            continue
        analysis = analyse(document, figures())
        found = smallest_losses(analysis.model, ["up"])
        expected = by_enumeration(known)
        if expected is not None:
            compared += 1
            assert found.smallest[0].size == expected, seed

    assert compared > 60


def three_of(**requirement):
    """Three servers of 50/s before a store of one, for 100 requests/s: two are needed."""
    return raw(
        {
            "app": "client",
            "api": {"kind": "service", "instances": 3, "capacity": "50/s", "latency": "2 ms", "availability": "99.9%"},
            "db": {"kind": "sql", "stores": {"thing": True}, "copies": 3, "replication": "quorum", "capacity": "1k/s",
                   "latency": "1 ms", "availability": "99.9%", "reads_from": "any"},
        },
        "app -> api, api -> db",
        operations={"read": {"method": "GET", "reads": {"thing": True}, "rate": "80/s"}},
        requirements={"r": requirement},
    )  # fmt: skip


def test_two_of_three_servers_are_lost_when_two_are_needed():
    found = attack(three_of(metric="availability", comparison=">=", quantity="99%"), figures())

    assert found.losses.smallest[0].size == 2
    assert {blow.at for each in found.losses.smallest for blow in each.blows} >= {"api"}


def test_traffic_breaks_a_throughput_at_the_factor_that_division_gives():
    """By hand: after the loss of one of three, two servers of 50/s bear 100/s, which is 1.25 times 80/s."""
    found = attack(three_of(metric="spare_utilisation", comparison="<=", quantity="100%"), figures())

    assert found.growth.holds_at <= 1.25 <= found.growth.breaks_at
    assert found.growth.breaks_at / found.growth.holds_at < 1.01


def test_a_factor_of_traffic_is_a_factor_of_each_rate():
    """Rates that are formulas keep their formula, in brackets, so that sums grow as a whole."""
    document = three_of()
    document["api"]["operations"]["read"]["rate"] = "50/s + 30/s"

    assert analyse(grown(document, 2.0), figures()).model.loads.rates["read"].average == pytest.approx(160)


def test_what_fails_already_needs_no_attack():
    found = attack(three_of(metric="availability", comparison=">=", quantity="99.9999999%"), figures())

    assert [each.requirement for each in found.failing] == ["r"]
    assert found.losses.smallest == ()
    assert found.growth is None


def test_losing_fewer_servers_than_all_that_are_spare_can_be_too_slow():
    """A mean of 30 ms stands with three servers at 53 %, and not with two at 80 % of exponential service."""
    document = three_of(metric="latency_mean", comparison="<=", quantity="40 ms")
    document["diagram"]["components"]["api"] |= {"latency": "20 ms", "balancing": "one_queue"}
    found = attack(document, figures())

    assert found.losses.smallest[0].size == 1
    assert "asked at most 40 ms" in found.losses.smallest[0].broken[0].words


def test_it_is_plain_json_with_words():
    document = three_of(metric="availability", comparison=">=", quantity="99%")
    analysis = analyse(document, figures())
    found = attack(document, figures(), analysis=analysis)

    whole = published(found, analysis.model)
    assert whole["losses"]["smallest"][0]["words"] == "2 of the 3 servers of api"
    assert whole["traffic"]["breaks_at"] > 1
    assert growth_words(analysis.model, found).startswith("At 1.")


def test_of_many_components_fewer_stand_together_in_a_set():
    """Eighty services of two servers: triples are too many to try, and none is smaller than the pair that is found."""
    parts = {"app": "client"} | {
        f"s{number}": {
            "kind": "service",
            "instances": 2,
            "capacity": "1k/s",
            "latency": "1 ms",
            "availability": "99.9%",
        }
        for number in range(80)
    }
    document = raw(
        parts,
        ", ".join(f"{one} -> {other}" for one, other in itertools.pairwise(parts)),
        operations={"read": {"method": "GET", "rate": "10/s"}},
        flows={"read": [f"{one}_{other}" for one, other in itertools.pairwise(parts)]},
        requirements={"up": {"metric": "availability", "comparison": ">=", "quantity": "50%"}},
    )
    found = smallest_losses(analyse(document, figures()).model, ["up"])

    assert found.smallest[0].size == 2
    assert found.is_whole
