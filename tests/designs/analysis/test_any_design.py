"""Any design whatever gives an analysis: drafts are unfinished, contradictory and full of half-typed quantities."""

from __future__ import annotations

import json
import typing
from random import Random
from typing import Any

import pytest

from designs.analysis.drill import drill, targets_of
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.markdown import as_markdown
from designs.analysis.plans import Loss
from designs.analysis.published import published
from designs.analysis.report import after, analyse
from designs.analysis.simulation import simulate
from designs.document.kinds import KINDS
from designs.document.scope import Metric
from tests.designs.analysis.build import figures

ROLES = ["", "partition", "primary", "index"]


def some(random: Random, most: int, prefix: str, make) -> dict[str, Any]:
    return {f"{prefix}{number}": make(number) for number in range(random.randint(0, most))}


def a_set(random: Random, ids, chance: float) -> dict[str, bool]:
    return {each: True for each in ids if random.random() < chance}


def draft(random: Random) -> dict[str, Any]:
    pick = random.choice

    def field(_) -> dict[str, Any]:
        kind = pick(["", "uuid", "date", "bytes", "text"])
        return {"type": kind, "size": pick(["", "5 MB", "10 B", "zz"]), "key": pick(ROLES)}

    def entity(number: int) -> dict[str, Any]:
        rows, kept = pick(["", "1M", "x", "0"]), pick(["", "1 year", "soon"])
        return {"name": f"E{number}", "rows_per_day": rows, "retention": kept, "fields": some(random, 3, "f", field)}

    entities = some(random, 3, "e", entity)

    def component(number: int) -> dict[str, Any]:
        return {
            "kind": "client" if number == 0 and random.random() < 0.8 else pick([kind.slug for kind in KINDS]),
            "instances": pick([1, 1, 2, 5]),
            "capacity": pick(["", "100/s", "0/s", "abc", "1k/s"]),
            "latency": pick(["", "5 ms", "1..9 ms", "0 ms", "-1 s"]),
            "availability": pick(["", "99%", "0%", "100%", "150%"]),
            "cost": pick(["", "$5"]),
            "cache_hit_ratio": pick(["", "80%", "100%", "0%"]),
            "stateful": random.random() < 0.3,
            "stores": a_set(random, entities, 0.3),
            "zone": pick(["", "z1", "z2"]),
        }

    components = some(random, 9, "c", component)

    def connection(_) -> dict[str, Any]:
        ends = {"source": pick(list(components)), "target": pick(list(components))}
        kind = pick(["sync", "sync", "async", "replication"])
        latency = pick(["", "1 ms", "1..20 ms"])
        return {
            **ends,
            "kind": kind,
            "retries": pick([0, 0, 3]),
            "latency": latency,
            "synchronous": pick([True, False]),
        }

    connections = some(random, 14, "k", connection) if components else {}

    def operation(number: int) -> dict[str, Any]:
        used = {"reads": a_set(random, entities, 0.4), "writes": a_set(random, entities, 0.3)}
        rate = pick(["", "10/s", "1M/day", "0/s", "users*1/day", "5"])
        return {
            **used,
            "method": pick(["", "GET", "POST"]),
            "rate": rate,
            "response": pick(["", "E0"]),
            "order": number,
        }

    operations = some(random, 4, "o", operation)

    def hop(number: int) -> dict[str, Any]:
        share, calls = pick(["", "20%", "100%"]), pick(["", "3", "0", "0.5", "40"])
        return {"connection": pick(list(connections)), "split": share, "multiplier": calls, "order": number}

    def a_flow(_) -> dict[str, Any]:
        return {"operation": pick(list(operations)), "hops": some(random, 5, "h", hop)}

    def requirement(metric: str) -> dict[str, Any]:
        quantity = pick(["", "1 s", "99%", "1k/s", "$5", "1 GB", "1 GB/s"])
        operation = pick(["", *operations])
        return {"metric": metric, "comparison": pick(["<=", ">="]), "quantity": quantity, "operation": operation}

    rows = {"users": {"formula": pick(["1M", "1M..5M"])}, "peak_factor": {"formula": pick(["3", "0", "2..4"])}}
    zones = {"z1": {"kind": "zone", "parent": "z2"}, "z2": {"kind": "region"}}
    return {
        "format": 2,
        "scope": {
            "measurable_requirements": {f"r{n}": requirement(each) for n, each in enumerate(typing.get_args(Metric))}
        },
        "estimate": {"rows": rows},
        "data_model": {"entities": entities},
        "api": {"operations": operations},
        "diagram": {"components": components, "connections": connections, "zones": zones},
        "flows": some(random, 3, "w", a_flow) if operations and connections else {},
    }


@pytest.mark.parametrize("seed", range(60))
def test_any_draft_is_analysed_drilled_and_simulated_or_refused_in_words(seed):
    random = Random(seed)
    document = draft(random)

    analysis = analyse(document, figures())

    json.dumps(published(analysis), allow_nan=False)
    assert as_markdown(analysis)
    for finding in analysis.findings:
        for remedy in finding.remedies:
            if remedy.patch is not None:
                assert after(document, remedy.patch, figures()).findings is not None
    for target in targets_of(analysis.model):
        assert drill(analysis.model, target).target == target
    components = list(document["diagram"]["components"])
    losses = [Loss(random.choice(components), 1)] if components else []
    refusal = "."
    try:
        simulate(analysis.model, shape="spike", visits=500, losses=losses)
    except NotSimulatedError as error:
        refusal = str(error)
    assert refusal.endswith(".")
