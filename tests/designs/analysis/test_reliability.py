"""Cut sets and availability against exhaustive enumeration of every state (promise of exactness), and by hand."""

from __future__ import annotations

import os
from itertools import combinations, pairwise, product
from math import prod

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.analysis.flow import OperationFlow
from designs.analysis.flows import flows_of
from designs.analysis.graph import Graph, graph_of
from designs.analysis.reliability import availability, cuts_of
from designs.analysis.structure import Structure, structure_of
from tests.designs.analysis.build import READ, WRITE, design, store

# BRUTE_FORCE=1000 tries as many random drawings; the suite tries fewer each time, and other ones.
EXAMPLES = int(os.environ.get("BRUTE_FORCE", "150"))
INNER_KINDS = ["load_balancer", "service", "web_server", "cache", "queue", "sql", "api_gateway", "worker"]


@st.composite
def documents(draw):
    """Up to 12 components behind a client, arrows forward, some stores, replication and zones."""
    count = draw(st.integers(2, 11))
    names = [f"n{number}" for number in range(count)]
    components: dict[str, object] = {"client": "client"}
    for number, name in enumerate(names):
        kind = draw(st.sampled_from(INNER_KINDS)) if number < count - 1 else "sql"
        fields = store(kind) if kind == "sql" else {"kind": kind}
        components[name] = {**fields, "zone": draw(st.sampled_from(["", "", "east", "west", "rack"]))}
    arrows = [f"client -> {names[0]}"]
    everyone = ["client", *names]
    for later in range(1, count):
        for earlier in draw(st.lists(st.integers(0, later), max_size=3, unique=True)):
            sign = "=>" if components[names[later]]["kind"] == "sql" and draw(st.booleans()) else "->"
            source = everyone[earlier]
            if sign == "=>" and (source == "client" or components[source]["kind"] != "sql"):
                sign = "->"
            if f"{source} {sign} {names[later]}" not in arrows:
                arrows.append(f"{source} {sign} {names[later]}")
    arrows = list({tuple(arrow.split()[::2]): arrow for arrow in arrows}.values())
    zones = {"east": {"kind": "zone"}, "west": {"kind": "region"}, "rack": {"kind": "zone", "parent": "west"}}
    drawn = {"all": [arrow.replace(" -> ", "_") for arrow in arrows if "=>" not in arrow]}
    operations = {"all": draw(st.sampled_from([READ, WRITE]))}
    return design(components, ", ".join(arrows), zones=zones, operations=operations, flows=drawn)


def works(
    flow: OperationFlow, graph: Graph, down: set[str], component: str, above: frozenset[str] = frozenset()
) -> bool:
    """The definition, taken literally: itself, and of each group all or any."""
    if component in down or any(zone in down for zone in graph.domains[component]):
        return False
    for group in flow.groups.get(component, ()):
        if group.mode not in ("all", "any"):
            continue
        targets = [hop.target for hop in group.hops if hop.target not in above | {component} and hop.calls > 0]
        reached = [works(flow, graph, down, target, above | {component}) for target in targets]
        if targets and not (any(reached) if group.mode == "any" else all(reached)):
            return False
    return True


def ways(document) -> tuple[OperationFlow, Graph, Structure]:
    graph = graph_of(document)
    flow = next(iter(flows_of(document, graph).values()))
    return flow, graph, structure_of(flow, graph)


@settings(max_examples=EXAMPLES)
@given(documents())
def test_cuts_of_one_and_two_agree_with_trying_everything(document):
    flow, graph, structure = ways(document)

    def fails(*down: str) -> bool:
        return not any(works(flow, graph, set(down), entry) for entry in flow.entries)

    found = cuts_of(structure)
    singles = {each for each in structure.components if fails(each)}
    assert set(found.components) == singles
    others = [each for each in structure.components if each not in singles]
    assert set(found.pairs) == {pair for pair in combinations(others, 2) if fails(*pair)}
    assert set(found.zones) == {zone for zone in structure.zones if fails(zone)}


@settings(max_examples=EXAMPLES)
@given(documents(), st.randoms(use_true_random=False))
def test_availability_agrees_with_the_sum_over_all_states(document, random):
    flow, graph, structure = ways(document)
    chances = {each: random.choice([0.5, 0.9, 0.99, 1.0]) for each in structure.components}
    zone_chances = {zone: random.choice([0.8, 0.95, 1.0]) for zone in structure.zones}
    parts = {**chances, **{zone: chance for zone, chance in zone_chances.items() if chance < 1}}
    uncertain = [each for each, chance in parts.items() if chance < 1]
    expected = 0.0
    for states in product([True, False], repeat=len(uncertain)):
        down = {each for each, is_up in zip(uncertain, states, strict=True) if not is_up}
        if any(works(flow, graph, down, entry) for entry in flow.entries):
            expected += prod(
                parts[each] if is_up else 1 - parts[each] for each, is_up in zip(uncertain, states, strict=True)
            )

    found = availability(structure, chances, zone_chances)

    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.error == 0


@settings(max_examples=EXAMPLES)
@given(documents())
def test_without_choices_single_points_are_the_dominators_of_the_store(document):
    """In a graph where every arrow is an alternative, cuts of one are what networkx calls dominators."""
    graph = graph_of(document)
    net = nx.DiGraph((each.source, each.target) for each in graph.connections.values() if each.kind != "replication")
    goal = next(reversed(graph.components))
    if goal not in net or not nx.has_path(net, "client", goal):
        return
    on_path = (nx.ancestors(net, goal) | {goal}) & (nx.descendants(net, "client") | {"client"})
    part = net.subgraph(on_path)
    balanced = design(
        {each: "client" if each == "client" else "load_balancer" for each in part},
        ", ".join(f"{source} -> {target}" for source, target in part.edges),
        operations={"read": READ},
        flows={"read": [f"{source}_{target}" for source, target in part.edges]},
    )
    _, _, structure = ways(balanced)
    dominators, at = set(), goal
    parents = nx.immediate_dominators(part, "client")
    while at != "client":
        dominators.add(at)
        at = parents[at]

    assert set(cuts_of(structure).components) == dominators


def test_two_servers_behind_one_balancer_over_one_store():
    _, _, structure = ways(
        design(
            {"app": "client", "lb": "load_balancer", "a": "service", "b": "service", "db": store()},
            "app -> lb, lb -> a, lb -> b, a -> db, b -> db",
            operations={"read": READ},
        )
    )

    cuts = cuts_of(structure)
    found = availability(structure, {"lb": 0.9999, "a": 0.99, "b": 0.99, "db": 0.999}, {})

    assert cuts.components == ("db", "lb") or set(cuts.components) == {"db", "lb"}
    assert [set(pair) for pair in cuts.pairs] == [{"a", "b"}]
    assert found.value == pytest.approx(0.9999 * 0.999 * (1 - 0.01**2))
    assert found.method == "closed form"


def test_cache_beside_a_store_is_no_single_point():
    _, _, structure = ways(
        design(
            {"app": "client", "api": "service", "memory": "cache", "db": store()},
            "app -> api, api -> memory, api -> db",
            operations={"read": READ},
        )
    )

    assert set(cuts_of(structure).components) == {"api", "db"}


def test_zone_that_holds_both_copies_is_a_single_point_and_they_are_not():
    components = {
        "app": "client",
        "lb": "load_balancer",
        "a": {"kind": "service", "zone": "one"},
        "b": {"kind": "service", "zone": "one"},
    }
    _, _, structure = ways(
        design(
            components,
            "app -> lb, lb -> a, lb -> b",
            zones={"one": {"kind": "zone"}},
            operations={"read": READ},
            flows={"read": ["app_lb", "lb_a", "lb_b"]},
        )
    )

    cuts = cuts_of(structure)
    found = availability(structure, {"lb": 1.0, "a": 0.9, "b": 0.9}, {"one": 0.99})

    assert (cuts.components, cuts.zones) == (("lb",), ("one",))
    assert found.value == pytest.approx(0.99 * 0.99)
    assert found.method == "enumeration"


def test_behind_a_queue_nothing_fails_the_request():
    _, _, structure = ways(
        design(
            {"app": "client", "api": "service", "jobs": "queue", "worker": "worker", "db": store()},
            "app -> api, api -> jobs, jobs -> worker, worker -> db",
            operations={"write": WRITE},
        )
    )

    assert set(cuts_of(structure).components) == {"api", "jobs"}


def test_bridge_of_many_shared_parts_is_sampled_within_its_stated_error():
    """Twenty layers of two, each calling either of the next two: layers are independent, so the answer is known."""
    names = [[f"l{layer}{side}" for side in "ab"] for layer in range(20)]
    components = {"app": "client", **{name: "load_balancer" for layer in names for name in layer}}
    edges = [("app", name) for name in names[0]]
    edges += [(upper, lower) for one, two in pairwise(names) for upper in one for lower in two]
    _, _, structure = ways(
        design(
            components,
            ", ".join(f"{source} -> {target}" for source, target in edges),
            operations={"read": READ},
            flows={"read": [f"{source}_{target}" for source, target in edges]},
        )
    )

    found = availability(structure, dict.fromkeys(structure.components, 0.95), {})

    assert found.method == "sampling"
    assert abs(found.value - (1 - 0.05**2) ** 20) < 2 * found.error
    assert 0 < found.error < 0.005
