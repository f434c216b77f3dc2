"""Random small designs, and their cheapest repair by trying every plan.

`python -m tests.designs.analysis.repair.by_enumeration` compares the search with that on 300 of them (`... quick`: with
requirements that take no draws); `... weak` repairs the weak variant of every scenario that the site ships, and says
what it takes or why it cannot be.
"""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from designs.analysis.repair import search
from designs.analysis.repair.levers import Lever, levers_of, patch_of
from designs.analysis.repair.search import Repair
from designs.analysis.report import Analysis, analyse
from designs.document.patches import apply
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import weak_of
from tests.designs.analysis.build import figures, raw

SEEDS = 300
HIGHEST = 4
MOST_PLANS = 200
SCENARIOS = Path(__file__).resolve().parents[4] / "fixtures" / "scenarios"
TARGETS = {
    "availability": (">=", ["99%", "99.9%", "99.95%", "99.99%"]),
    "throughput": (">=", ["150/s", "300/s", "600/s"]),
    "spare_utilisation": ("<=", ["60%", "90%"]),
    "traffic_growth": (">=", ["1.5", "2.5"]),
    "latency_mean": ("<=", ["8 ms", "15 ms", "40 ms"]),
    "latency_p99": ("<=", ["30 ms", "80 ms"]),
    "no_single_point": ("<=", [""]),
    "zone_loss": ("<=", [""]),
    "error_rate": ("<=", ["0.1%", "1%"]),
    "cost_per_month": ("<=", ["$400", "$2000"]),
    "recovery_time": ("<=", ["1 min"]),
    "durability": (">=", ["99.9%", "99.9999%"]),
}


# Those that take no draws, so that the suite can try many plans.
QUICK = {key: each for key, each in TARGETS.items() if not key.startswith("latency")}


def system(seed: int, targets: dict[str, tuple[str, list[str]]] = TARGETS) -> dict[str, Any]:
    """A line of one or two servers before a store, with one to three requirements that must hold."""
    random = Random(seed)
    parts: dict[str, Any] = {"app": "client"}
    rate = random.choice([100, 200])
    names = ["api", "auth"][: random.choice([1, 1, 2])]
    for name in names:
        parts[name] = {
            "kind": "service", "capacity": f"{random.choice([60, 130, 260])}/s", "availability": "99.5%",
            "latency": f"{random.choice([2, 5])} ms", "recovery_time": "10 min", "balancing": "one_queue",
            "cost": random.choice(["$50", "$120", ""]), "instances": random.choice([1, 1, 2]),
        }  # fmt: skip
    parts["db"] = {
        "kind": random.choice(["sql", "wide_column"]), "stores": {"thing": True}, "availability": "99.8%",
        "capacity": f"{random.choice([70, 150, 400])}/s", "latency": f"{random.choice([3, 6])} ms",
        "cost": random.choice(["$200", "$500"]), "recovery_time": "1h", "failover_time": "30 s",
        "replication": random.choice(["", "asynchronous", "quorum"]), "reads_from": random.choice(["any", "leader"]),
        "copies": random.choice([1, 1, 2]),
    }  # fmt: skip
    zones: dict[str, Any] = {}
    if random.random() < 0.3:
        zones = {"a": {"kind": "zone", "label": "A", "availability": "99.95%"}, "b": {"kind": "zone", "label": "B"}}
        zones["b"]["availability"] = "99.95%"
        for each in (*names, "db"):
            parts[each]["zone"] = "a"
    metrics = random.sample(list(targets), random.choice([1, 2, 2, 3]))
    requirements = {}
    for order, metric in enumerate(metrics):
        comparison, quantities = targets[metric]
        requirements[metric] = {
            "metric": metric, "comparison": comparison, "quantity": random.choice(quantities), "order": order,
            "operation": "read" if random.random() < 0.5 and metric in ("availability", "latency_p99") else "",
        }  # fmt: skip
    operations = {"read": {"method": "GET", "reads": {"thing": True}, "rate": f"{rate}/s", "order": 0}}
    if random.random() < 0.5:
        operations["write"] = {"method": "POST", "writes": {"thing": True}, "rate": f"{rate / 4}/s", "order": 1}
    line = ["app", *names, "db"]
    arrows = ", ".join(f"{one} -> {other}" for one, other in itertools.pairwise(line))
    return raw(parts, arrows, operations=operations, zones=zones, requirements=requirements)


def short_levers(document: dict[str, Any], *, highest: int = HIGHEST) -> tuple[Lever, ...]:
    """The same levers with so few levels that all plans can be tried."""
    found = levers_of(analyse(document, figures()).model, document)
    return tuple(replace(each, highest=min(each.highest, highest)) for each in found)


def searched(document: dict[str, Any], levers: tuple[Lever, ...]) -> Repair:
    return search.search(document, figures(), levers)


def enumerated(document: dict[str, Any], levers: tuple[Lever, ...], goals: set[str]) -> tuple[float, int, int] | None:
    """Dollars a month, changes and their sizes of the cheapest plan that keeps the goals, each plan analysed whole.

    Nothing of the search is used: prices are differences of the cost that the analysis states.
    """
    best: tuple[float, int, int] | None = None
    as_it_is = analyse(document, figures())
    before = {each.requirement: each.verdict for each in as_it_is.requirements}
    for plan in itertools.product(*(range(lever.highest + 1) for lever in levers)):
        after = analyse(apply(document, patch_of(levers, plan)), figures())
        price = round(_cost(after) - _cost(as_it_is), 4)
        order = price, sum(map(bool, plan)), sum(plan)
        if best is not None and order >= best:
            continue
        verdicts = {each.requirement: each.verdict for each in after.requirements}
        if all(verdicts[key] == "pass" or verdicts[key] == before[key] == "cannot tell" for key in goals):
            best = order
    return best


def _cost(of: Analysis) -> float:
    return of.meter.measure("cost_per_month", "", "<=").value or 0.0


def differs(
    seed: int,
    *,
    most_plans: int = MOST_PLANS,
    highest: int = HIGHEST,
    targets: dict[str, tuple[str, list[str]]] = TARGETS,
) -> str | None:
    """How the search differs from enumeration, or an empty string; None where there is nothing to compare."""
    document = system(seed, targets)
    levers = short_levers(document, highest=highest)
    plans = 1
    for lever in levers:
        plans *= lever.highest + 1
    if plans > most_plans:
        return None
    found = searched(document, levers)
    if not found.failing:
        return None
    if not found.is_proven:
        return "the search stopped at its bound"
    dropped = {each.requirement for each in found.unmendable}
    goals = set(document["scope"]["measurable_requirements"]) - dropped
    if dropped and enumerated(document, levers, goals | dropped) is not None:
        return f"{sorted(dropped)} can be mended"
    if not any(each.requirement in goals for each in found.failing):
        return ""
    expected = enumerated(document, levers, goals)
    price = found.cheapest.price if found.cheapest else None
    got = None if price is None else (round(price.usd, 4), price.changes, price.steps)
    return "" if got == expected else f"search {got}, enumeration {expected}"


def compare_all(targets: dict[str, tuple[str, list[str]]]) -> None:
    compared, wrong, seed, begun = 0, 0, 0, time.process_time()
    while compared < SEEDS:
        words = differs(seed, targets=targets)
        if words is not None:
            compared += 1
            if words:
                wrong += 1
                sys.stdout.write(f"{seed}: {words}\n")
        seed += 1
    took = time.process_time() - begun
    sys.stdout.write(f"{compared - wrong} of {compared} as by enumeration ({seed} designs made, {took:.0f} s of CPU)\n")


def weak_variant(slug: str) -> dict[str, Any]:
    path = SCENARIOS / f"{slug}.yaml"
    document = weak_of(read_scenario(path.read_bytes(), file=path.name).scenario)
    assert document is not None
    return document


def weak_variants() -> None:
    for path in sorted(SCENARIOS.glob("*.yaml")):
        document, begun = weak_variant(path.stem), time.process_time()
        found = search.repair(document, figures())
        took = time.process_time() - begun
        bound = "proven" if found.is_proven else "stopped at the bound"
        sys.stdout.write(f"\n{path.stem}: {len(found.failing)} fail; {found.trials} plans, {took:.1f} s, {bound}\n")
        for name, each in (("cheapest", found.cheapest), ("next best", found.next_best)):
            if each is not None:
                words = "; ".join(step.words for step in each.steps)
                unpriced = f" and {each.price.unpriced} without a price" if each.price.unpriced else ""
                sys.stdout.write(f"  {name}: +${each.price.usd:,.0f}{unpriced}: {words}\n")
        for lost in found.unmendable:
            sys.stdout.write(f"  not {lost.requirement}: {lost.best.reached}, asked {lost.best.asked}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["weak"]:
        weak_variants()
    else:
        compare_all(QUICK if sys.argv[1:] == ["quick"] else TARGETS)
