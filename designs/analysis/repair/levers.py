"""Remedies with levels: what a repair may change, how far, and the merge patch of each level.

Level 0 is the design as it is. A remedy only adds: servers, copies, shards, zones, a cache, a limit of retries. A
change that somebody can only promise, not build (a faster service, a higher availability of one server), is no remedy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from designs.analysis import values
from designs.analysis.costs import price_of_data_on_a_copy, price_of_server
from designs.analysis.findings import free_id
from designs.analysis.graph import SERVERS, STORES
from designs.analysis.model import Model, plain_model
from designs.analysis.requirements import Meter
from designs.analysis.rules.case import Case, merged
from designs.analysis.rules.remedies import ASSUMED_HITS, ASSUMED_LATENCY, cache_patch
from designs.document.diagram import Component, Zone
from designs.document.patches import apply
from designs.document.schema import Document
from designs.document.servers import servers

LeverKind = Literal["instances", "shards", "copies", "zones", "reads", "confirm", "balancing", "cache", "retries"]
Patch = Mapping[str, Any]
# Managed services and services paid by the call have no servers to add.
NOT_OURS = frozenset({"client", "third_party", "dns", "cdn", "object_store", "data_lake"})
ROOM = 16  # multiple of what the peak needs, or of what exists, up to which a repair looks
MOST_COUNT = 100_000
MORE_COPIES = 3
MOST_ZONES = 3
SPREAD_BADLY = frozenset({"", "round_robin", "random"})


@dataclass(frozen=True)
class Lever:
    """`highest` is the last level; `patch_at` and `words_at` tell what a level above 0 does.

    `is_count` levels are numbers of equal servers, of which more is never worse except in price. `assumes` is a figure
    that the lever assumes.
    """

    kind: LeverKind
    at: str
    highest: int
    is_count: bool
    patch_at: Callable[[int], Patch]
    words_at: Callable[[int], str]
    topic: str
    assumes: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.at}"


Plan = tuple[int, ...]


def patch_of(levers: tuple[Lever, ...], plan: Plan) -> dict[str, Any]:
    """All levels above 0 as one merge patch."""
    return merged(*(lever.patch_at(level) for lever, level in zip(levers, plan, strict=True) if level))


def levers_of(model: Model, document: Mapping[str, Any], *, with_assumed: bool = True) -> tuple[Lever, ...]:
    """Every remedy that fits the drawing. Those that depend on an assumed figure can be left out."""
    found = [
        *(lever for key in model.graph.components for lever in _of_component(model, key)),
        *_zones(model),
        *_retries(model),
    ]
    if with_assumed:
        found += _caches(model, document)
    return tuple(found)


def _of_component(model: Model, key: str) -> Iterator[Lever]:
    component = model.graph.components[key]
    if component.kind in NOT_OURS or model.is_bought(key):
        return
    if component.kind in STORES:
        yield from _of_store(model, key, component)
        return
    yield _instances(model, key, component)
    if component.kind in SERVERS and component.balancing in SPREAD_BADLY:
        name = model.graph.name(key)
        yield _switch(
            "balancing",
            key,
            {"balancing": "least_connections"},
            f"Send each request to the instance of {name} with the fewest",
            "load-balancing",
        )


def _instances(model: Model, key: str, component: Component) -> Lever:
    name, present = model.graph.name(key), component.instances

    def patch(level: int) -> Patch:
        return _changed(key, instances=present + level)

    return Lever(
        "instances",
        key,
        min(MOST_COUNT, ROOM * max(present, _needed(model, key)) + ROOM) - present,
        is_count=True,
        patch_at=patch,
        words_at=lambda level: f"{present + level} instances of {name} instead of {present}",
        topic="load-balancing",
    )


def _of_store(model: Model, key: str, component: Component) -> Iterator[Lever]:
    name = model.graph.name(key)
    needed = _needed(model, key)
    wanted = min(MOST_COUNT, 2 * component.shards * needed + 2)
    if needed > 1:
        yield Lever(
            "shards",
            key,
            wanted - component.shards,
            is_count=False,
            patch_at=lambda level: _changed(key, shards=component.shards + level),
            words_at=lambda level: f"{component.shards + level} shards of {name} instead of {component.shards}",
            topic="sharding",
        )
    more = _more_copies(component)
    if key not in model.graph.replica_group:
        yield Lever(
            "copies",
            key,
            len(more),
            is_count=False,
            patch_at=lambda level: _changed(key, **more[level - 1]),
            words_at=lambda level: _copies_words(component, name, more[level - 1]),
            topic="replication",
        )
    if component.reads_from != "any":
        words = f"Let any copy of {name} answer reads, which may then be stale"
        yield _switch("reads", key, {"reads_from": "any"}, words, "replication")
    if component.replication == "asynchronous":
        words = f"Let a majority of the copies of {name} confirm each write"
        yield _switch("confirm", key, {"replication": "quorum"}, words, "replication")


def _more_copies(component: Component) -> list[dict[str, Any]]:
    """The fields for more copies, by level.

    A quorum takes odd numbers: one of 4 tolerates no more losses than one of 3. Where nothing is said of replication,
    two copies that both confirm each write come first.
    """
    present = component.copies
    step = 2 if component.replication in ("", "quorum") else 1
    first = present + step if present % 2 or step == 1 else present + 1
    counts = [first + step * number for number in range(MORE_COPIES)]
    if component.replication:
        return [{"copies": count} for count in counts]
    pair = [{"copies": 2, "replication": "synchronous"}] if present < 2 else []
    return [*pair, *({"copies": count, "replication": "quorum"} for count in counts)]


def _copies_words(component: Component, name: str, fields: Mapping[str, Any]) -> str:
    of = f"{'each shard of ' if component.shards > 1 else ''}{name}"
    words = f"{fields['copies']} copies of {of} instead of {component.copies}"
    match fields.get("replication"):
        case "synchronous":
            return f"{words}, which both confirm each write"
        case "quorum":
            return f"{words}, with a majority confirming each write"
        case _:
            return words


def _needed(model: Model, key: str) -> int:
    """Servers, or shards (as a multiple of today's), that the peak of the busiest one needs, including required
    growth.
    """
    load = model.loads.components[key]
    used = load.utilisation or 0.0
    asked = [
        values.count(each.quantity) or 1.0
        for each in model.document.scope.measurable_requirements.values()
        if each.metric == "traffic_growth"
    ]
    many = used * max(1.0, *asked) if asked else used
    if model.graph.components[key].kind not in STORES:
        many *= load.replicas
    return max(1, math.ceil(many)) if math.isfinite(many) else 1


def _zones(model: Model) -> list[Lever]:
    """Two and three zones for components that are in one; zones that are not drawn yet are added."""
    zones = {key: each for key, each in model.graph.zones.items() if each.kind == "zone"}
    drawn: dict[str, Zone] = dict(model.document.diagram.zones)
    made: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
    found = []
    for key, component in model.graph.components.items():
        if component.kind in NOT_OURS or model.is_bought(key) or component.zones or component.zone not in zones:
            continue
        own = component.zone
        others = [other for other in zones if other != own and zones[other].parent == zones[own].parent]
        levels: list[Patch] = []
        for count in range(2, MOST_ZONES + 1):
            patch: dict[str, Any] = _changed(key, zones=dict.fromkeys([own, *others[: count - 1]], True))
            new = {}
            for number in range(len(others) + 1, count):
                place = zones[own].parent or own, number
                if place not in made:
                    made[place] = _another(zones[own], drawn, number)
                    drawn[made[place][0]] = zones[own]
                zone, box = made[place]
                new[zone] = box
                patch["diagram"]["components"][key]["zones"][zone] = True
            if new:
                patch["diagram"]["zones"] = new
            levels.append(patch)
        name = model.graph.name(key)
        found.append(
            Lever(
                "zones",
                key,
                len(levels),
                is_count=False,
                patch_at=partial(_level, levels),
                words_at=partial(_zone_words, name),
                topic="node-failures",
            )
        )
    return found


def _level(levels: list[Patch], level: int) -> Patch:
    return levels[level - 1]


def _zone_words(name: str, level: int) -> str:
    return f"{name} in {level + 1} zones instead of one"


def _another(like: Zone, drawn: Mapping[str, Zone], number: int) -> tuple[str, dict[str, Any]]:
    """A zone beside another one with the same availability."""
    box: dict[str, Any] = {
        "kind": "zone",
        "label": f"{like.label or 'Zone'} {number + 1}",
        "x": like.x + (like.width + 40) * number,
        "y": like.y,
        "width": like.width,
        "height": like.height,
        "order": max((each.order for each in drawn.values()), default=0.0) + 1,
    }
    box |= {field: getattr(like, field) for field in ("parent", "availability") if getattr(like, field)}
    return free_id(drawn, "z"), box


def _retries(model: Model) -> Iterator[Lever]:
    for key, connection in model.graph.connections.items():
        if connection.retries > 0 and not connection.retry_budget.strip():
            name = model.graph.name(key)
            levels: list[Patch] = [
                {"diagram": {"connections": {key: {"retry_budget": "10%"}}}},
                {"diagram": {"connections": {key: {"retries": 0}}}},
            ]
            words = [f"At most 10 % of the calls of {name} are retries", f"No retries of {name}"]
            yield Lever(
                "retries",
                key,
                len(levels),
                is_count=False,
                patch_at=partial(_level, levels),
                words_at=partial(_said, words),
                topic="failover",
            )


def _said(words: list[str], level: int) -> str:
    return words[level - 1]


def _caches(model: Model, document: Mapping[str, Any]) -> list[Lever]:
    """A cache before each store that has reads. Each patch is made on top of the others, so that their ids differ."""
    case, drawn, found = Case(model, Meter(model)), document, list[Lever]()
    for key, component in model.graph.components.items():
        if component.kind not in STORES or component.kind in NOT_OURS or model.loads.components[key].reads <= 0:
            continue
        patch = cache_patch(case, key)
        if patch is None:
            continue
        drawn = apply(drawn, patch)
        case = Case(plain_model(Document.model_validate(drawn), model.figures), case.meter)
        words = f"A cache of two servers before the reads of {model.graph.name(key)}"
        assumes = f"{ASSUMED_HITS} of the reads hit it, in {ASSUMED_LATENCY}"
        found.append(
            Lever(
                "cache",
                key,
                1,
                is_count=False,
                patch_at=partial(_level, [patch]),
                words_at=partial(_said, [words]),
                topic="caching-basics",
                assumes=assumes,
            )
        )
    return found


def _switch(kind: LeverKind, key: str, fields: Mapping[str, Any], words: str, topic: str) -> Lever:
    return Lever(
        kind,
        key,
        1,
        is_count=False,
        patch_at=partial(_level, [_changed(key, **fields)]),
        words_at=partial(_said, [words]),
        topic=topic,
    )


def _changed(key: str, **fields: Any) -> dict[str, Any]:
    return {"diagram": {"components": {key: dict(fields)}}}


@dataclass(frozen=True)
class Price:
    """Of a plan, a month, in USD.

    Plans are ordered by the fewest changes of unknown price, then by the least money, then by the fewest changes, then
    by the smallest changes.
    """

    unpriced: int
    usd: float
    changes: int
    steps: int

    @property
    def order(self) -> tuple[int, float, int, int]:
        return self.unpriced, round(self.usd, 6), self.changes, self.steps


@dataclass(frozen=True)
class Prices:
    """The additional cost of plans over the design as it is, by the same list and typed prices as the cost requirement.

    A server costs the same whatever it does, so that a plan's price is a sum over components; for a store it is the
    product of its shards and copies, plus the data on each copy.
    """

    levers: tuple[Lever, ...]
    components: Mapping[str, Component]
    servers: Mapping[str, float | None]
    copies: Mapping[str, float]
    fixed: Mapping[str, float | None]

    def of(self, plan: Plan) -> Price:
        unpriced, usd, changes, steps = 0, 0.0, 0, 0
        counts: dict[str, dict[str, int]] = {}
        for lever, level in zip(self.levers, plan, strict=True):
            if not level:
                continue
            changes, steps = changes + 1, steps + level
            if lever.kind in ("instances", "shards", "copies"):
                field = lever.patch_at(level)["diagram"]["components"][lever.at][lever.kind]
                counts.setdefault(lever.at, {})[lever.kind] = field
                if self.servers[lever.at] is None:
                    unpriced += 1
            elif lever.key in self.fixed:
                price = self.fixed[lever.key]
                unpriced, usd = unpriced + (price is None), usd + (price or 0.0)
        for key, fields in counts.items():
            component = self.components[key]
            after = component.model_copy(update=fields)
            usd += (self.servers[key] or 0.0) * (servers(after) - servers(component))
            usd += self.copies[key] * (after.copies - component.copies)
        return Price(unpriced, usd, changes, steps)


def prices_of(model: Model, levers: tuple[Lever, ...], document: Mapping[str, Any]) -> Prices:
    components = model.graph.components
    counted = {lever.at for lever in levers if lever.kind in ("instances", "shards", "copies")}
    fixed: dict[str, float | None] = {}
    for lever in levers:
        if lever.kind == "cache":
            new = plain_model(Document.model_validate(apply(document, lever.patch_at(1))), model.figures)
            added = [key for key in new.graph.components if key not in components]
            each = [price_of_server(new, key) for key in added]
            fixed[lever.key] = (
                None
                if any(price is None for price in each)
                else sum(
                    (price or 0.0) * servers(new.graph.components[key]) for key, price in zip(added, each, strict=True)
                )
            )
    return Prices(
        levers,
        components,
        {key: price_of_server(model, key) for key in counted},
        {key: price_of_data_on_a_copy(model, key) for key in counted},
        fixed,
    )
